"""What one value shared by very many different people costs: placing an entity, percentiles."""

import random
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from schemas.blocking import blocking_key
from schemas.record import KeyGeneration, PostedEntity
from streams.correlate.core import Table
from streams.correlate.posted import Head

KEYS: Final = 11
_PEOPLE_PER_KEY: Final = 1.5
"""With so many at each of eleven keys an entity meets about five others."""
_SHARED: Final = blocking_key(0, may_split=True)

Posted = tuple[Head, PostedEntity]


def splitting(seed: int, people: int) -> dict[str, Any]:
    """Place so many people without and with one key in common to all; µs, and their ratio at p99.

    All arrive before the first of them learns that the key is split, as in a burst; then each is
    posted again. One partition, no features compared: what is measured is the table.
    """
    alone = _percentiles(_arrivals(seed, people, ()))
    common = _percentiles(_arrivals(seed, people, (_SHARED,)))
    return {
        "people": people,
        "normal_us": alone,
        "common_us": common,
        "ratio_p99": round(common["p99"] / alone["p99"], 2),
    }


def _arrivals(seed: int, people: int, shared: Sequence[int]) -> Iterator[Posted]:
    """Everybody as first posted, then as posted again when the split is known."""
    rng = random.Random(seed)  # noqa: S311 - a reproducible bench, not cryptography
    pool = round(people * KEYS / _PEOPLE_PER_KEY)
    keys = [
        sorted(blocking_key(4 + 2 * rng.randrange(pool), may_split=True) for _ in range(KEYS))
        for _ in range(people)
    ]
    for number, own in enumerate(keys):
        yield _posted(number, 0, [*own[len(shared) :], *shared], ())
    for number, own in enumerate(keys):
        yield _posted(number, 1, own[len(shared) :], shared)


def _posted(number: int, reposting: int, keys: list[int], split: Sequence[int]) -> Posted:
    record = f"bench/{number}"
    owner, sides = f"A{number % 50}/office", (f"A{number % 50}:record/{record}",)
    head = Head(record, (1, reposting), 0, b"", owner, sides, (), (), 0, changed=False)
    entity = PostedEntity(
        entity="p",
        kind="person",
        keys=keys,
        features=b"%d" % number,
        role="",
        facts=[],
        generations=[KeyGeneration(key=key, generation=1) for key in split],
    )
    return head, entity


def _percentiles(arrivals: Iterator[Posted]) -> dict[str, float]:
    """Place them all; µs of CPU time an entity, its verdicts included."""
    table: Table[bytes] = Table(0, 1, lambda _left, _right: (), lambda row: row.blob)
    spent = []
    for head, entity in arrivals:
        started = time.thread_time_ns()
        row = table.place(head, entity)
        if row is not None:
            for _ in table.verdicts(row):
                pass
        spent.append((time.thread_time_ns() - started) / 1_000)
    ranks = {"p50": 50, "p99": 99, "p99.9": 99.9}
    return {name: round(float(np.percentile(spent, rank)), 1) for name, rank in ranks.items()}
