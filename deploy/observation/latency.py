"""How long it took, by the clocks of broker, vault and inbox: percentiles over distinct ids."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from consumers.sqlite import open_reader

_DECIDED: Final = """
SELECT standing.match, standing.channel, standing.decided_us / 1000.0, match.published_ms
FROM standing JOIN match ON match.match = standing.match WHERE match.status = 'live'
"""
_ACCOUNTED: Final = """
SELECT notice.match, notice.channel, entry.statement
FROM notice JOIN entry ON entry.notice_id = notice.notice_id ORDER BY entry.sequence DESC
"""
_TOLD_ONCE: Final = """
SELECT notice.notice_id, match.published_ms FROM notice JOIN match ON match.match = notice.match
WHERE notice.action = 'notice' AND notice.channel_kind = 'inbox' AND match.status = 'live'
AND NOT EXISTS (
  SELECT 1 FROM notice AS later WHERE later.match = notice.match
  AND later.channel = notice.channel AND later.begun_us > notice.begun_us)
"""
_RECEIVED: Final = "SELECT notice_id, received_us / 1000.0 FROM notice"


def to_standing_ms(vault: Path) -> list[float]:
    """Return, per standing of a live match, publish → first decided in milliseconds.

    A standing's own time is that of its latest decision, which is repeated when an attempt begins;
    what was released was decided first when its ledger entry was written.
    """
    first = {
        (match, channel): datetime.fromisoformat(orjson.loads(statement)["date"]).timestamp() * 1e3
        for match, channel, statement in _rows(vault, _ACCOUNTED)
    }
    return [
        first.get((match, channel), decided_ms) - published_ms
        for match, channel, decided_ms, published_ms in _rows(vault, _DECIDED)
    ]


def to_inbox_ms(vault: Path, inbox: Path, since_ms: float = 0.0) -> list[float]:
    """Return, per only notice of a live match, publish → written to the inbox in milliseconds.

    Of events published since `since_ms` (Unix time) alone.
    """
    received = dict(_rows(inbox, _RECEIVED))
    return [
        received[notice] - published_ms
        for notice, published_ms in _rows(vault, _TOLD_ONCE)
        if notice in received and published_ms >= since_ms
    ]


def percentiles(values: Sequence[float], *ranks: int) -> dict[str, float]:
    """Return `p50_ms` and so on, rounded to a tenth; empty where there is nothing to rank."""
    if not values:
        return {}
    found = np.percentile(np.asarray(values), ranks)
    return {f"p{rank}_ms": round(float(v), 1) for rank, v in zip(ranks, found, strict=True)}


def _rows(store: Path, query: str) -> list[Any]:
    engine = open_reader(store)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]
    finally:
        engine.dispose()
