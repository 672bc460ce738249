"""The pictures that the bot sends, to be looked at: `python tests/pictures.py DATA_DIR FOLDER`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot.charts import draw_days
from bot.statistics import Day
from bot.texts import CATALOGUE
from bot.timeline import picture_of
from index import Engine


def write_pictures(engine: Engine, folder: Path) -> Iterator[Path]:
    """Draw the timeline of an index, that of its busiest month, and invented statistics."""
    whole = engine.timeline()
    months = [(moment.year, moment.month) for moment in whole.moments]
    parts = {"timeline": whole, "month": engine.timeline(month=max(months, key=months.count))}
    for name, timeline in parts.items():
        yield _written(folder / f"{name}.png", picture_of(timeline, engine))
    for language, texts in CATALOGUE.items():
        yield _written(folder / f"stats-{language}.png", draw_days(_days(), texts))


def _days() -> tuple[Day, ...]:
    counts = [87, 150, 250, 127, 34, 21, 137, 182, 33, 215, 34, 244, 196, 255]
    return tuple(
        Day(
            date(2026, 1, 1) + timedelta(days=number),
            questions=count,
            abstentions=count // 5,
            up=count % 21,
            down=count % 7,
            median_ms=12.0 + number,
            p95_ms=60.0 + 3 * number,
        )
        for number, count in enumerate(counts)
    )


def _written(path: Path, picture: bytes) -> Path:
    path.write_bytes(picture)
    return path


if __name__ == "__main__":
    for written in write_pictures(Engine.open(Path(sys.argv[1])), Path(sys.argv[2])):
        print(written)
