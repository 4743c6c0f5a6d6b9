"""How long it took, by the clocks of broker and vault: percentiles over distinct standings."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from consumers.sqlite import open_reader

_TO_STANDING: Final = """
SELECT standing.decided_us / 1000.0 - match.published_ms
FROM standing JOIN match ON match.match = standing.match WHERE match.status = 'live'
"""
_TO_INBOX: Final = """
SELECT notice.received_us / 1000.0 - match.published_ms
FROM notice JOIN match ON match.match = notice.match
WHERE notice.action = 'notice' AND notice.channel_kind = 'inbox' AND notice.received_us NOT NULL
AND match.status = 'live' AND NOT EXISTS (
  SELECT 1 FROM notice AS later WHERE later.match = notice.match
  AND later.channel = notice.channel AND later.begun_us > notice.begun_us)
"""


def to_standing_ms(vault: Path) -> list[float]:
    """Return, per standing of a live match, publish → decided in milliseconds."""
    return _column(vault, _TO_STANDING)


def to_inbox_ms(vault: Path) -> list[float]:
    """Return, per only notice of a live match, publish → receipt by the inbox in milliseconds."""
    return _column(vault, _TO_INBOX)


def percentiles(values: Sequence[float], *ranks: int) -> dict[str, float]:
    """Return `p50_ms` and so on, rounded to a tenth; empty where there is nothing to rank."""
    if not values:
        return {}
    found = np.percentile(np.asarray(values), ranks)
    return {f"p{rank}_ms": round(float(v), 1) for rank, v in zip(ranks, found, strict=True)}


def _column(vault: Path, query: str) -> list[float]:
    engine = open_reader(vault)
    try:
        with engine.connect() as connection:
            return [float(row[0]) for row in connection.exec_driver_sql(query)]
    finally:
        engine.dispose()
