"""Convert the file that is named; print a JSON object: its fields, or an ``error`` and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .kinds import ConversionError, convert


def main(arguments: Sequence[str]) -> int:
    """Convert the file that is named and print the object."""
    try:
        fields = convert(Path(arguments[0]))
    except ConversionError as error:
        fields = _refused(error)
    except MemoryError:
        fields = _refused(ConversionError("it needs more memory than a document may", "overrun"))
    except Exception as error:
        name = type(error).__name__
        fields = _refused(ConversionError(f"it is damaged ({name})", "damaged", found=name))
    sys.stdout.buffer.write(json.dumps(fields, ensure_ascii=True).encode())
    return 0


def _refused(error: ConversionError) -> dict[str, Any]:
    named = {"reason": error.reason, "expected": error.expected, "found": error.found}
    return {"error": str(error), **named}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
