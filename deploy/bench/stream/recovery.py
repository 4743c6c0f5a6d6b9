"""How long it takes to load a changelog that has been fetched: the part that is ours."""

import time
from dataclasses import dataclass
from typing import Final

from streams.transport.batch import Headers
from streams.transport.changelog import PartitionState, row_headers

_FETCH: Final = 4_000


@dataclass(slots=True)
class _Row:
    offset: int
    key: bytes
    value: bytes | None
    headers: Headers


def load_seconds(rows: int) -> float:
    """Return the seconds to load so many rows into a table in memory, fetching not counted."""
    token = tuple(row_headers(1))
    log = [_Row(n, b"key-%012d" % n, b"x" * 40, tuple(token)) for n in range(rows)]
    state = PartitionState()
    started = time.perf_counter()
    for at in range(0, rows, _FETCH):
        state.load(log[at : at + _FETCH])
    return round(time.perf_counter() - started, 2)
