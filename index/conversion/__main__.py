"""Convert the file that is named; print a JSON object: its fields, or an ``error``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .kinds import ConversionError, convert


def main(arguments: Sequence[str]) -> int:
    """Convert the file that is named and print the object."""
    try:
        fields = convert(Path(arguments[0]))
    except ConversionError as error:
        fields = {"error": str(error)}
    except MemoryError:
        fields = {"error": "it needs more memory than a document may"}
    except Exception as error:
        fields = {"error": f"it is damaged ({type(error).__name__})"}
    sys.stdout.buffer.write(json.dumps(fields, ensure_ascii=True).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
