"""Make the environments of the search engines that the contract is proven against, in a folder.

    python tests/engines/install.py FOLDER
    ENGINES_DIR=FOLDER pytest -m engines

Each has an environment of its own, since their packages need old versions of others. They take
about a gigabyte.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = {
    "lite": ("milvus-lite==2.5.1", "pymilvus==2.6.17", "setuptools<81"),
    "server": ("milvus==2.3.5", "pymilvus==2.3.*", "setuptools<81", "marshmallow<4"),
}


def main() -> int:
    """Make what is not there yet."""
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    for name, packages in PACKAGES.items():
        folder = Path(sys.argv[1]) / name
        if not folder.exists():
            venv.create(folder, with_pip=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, *packages], check=True)  # noqa: S603 - Written above.
        print(f"{folder}: {', '.join(packages)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
