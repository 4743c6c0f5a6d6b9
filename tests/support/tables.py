"""A partition of the correlate stage in a few words, for tests of its core."""

from collections.abc import Sequence

from schemas.link import Evidence, Verdict
from schemas.record import KeyGeneration, PostedEntity
from streams.correlate.core import Table
from streams.correlate.posted import Head, Row

PARTITIONS = 4
CAP = 5
FIRST = (1, 0)
YES = (Evidence("name", "", "exact", 1, 2, "left", "right", 0),)


def table(partition: int = 0, evidence: tuple[Evidence, ...] = YES) -> Table[bytes]:
    return Table(partition, PARTITIONS, lambda _left, _right: evidence, lambda row: row.blob, CAP)


def head(
    number: int,
    version: tuple[int, int] = FIRST,
    sides: tuple[str, ...] = (),
    former: tuple[str, ...] = (),
    owner: str = "",
    former_owners: tuple[str, ...] = (),
) -> Head:
    """Record `s/R-<number>`; an owner and a side of its own unless said otherwise."""
    own = owner or f"A{number}/office"
    sides = sides or (f"side {number}",)
    changed = version[0] > 1
    return Head(f"s/R-{number}", version, 0, b"d", own, sides, former, former_owners, 7, changed)


def entity(
    *keys: int, features: bytes = b"f", split: tuple[int, ...] = (), name: str = "p"
) -> PostedEntity:
    """An entity paired at the keys of these numbers, and told once that others are split."""
    return {
        "entity": name,
        "kind": "person",
        "keys": [key(number) for number in keys],
        "features": features,
        "role": "",
        "facts": [],
        "generations": [{"key": key(number), "generation": 1} for number in split],
    }


def key(number: int) -> int:
    """The key of a number, which may be split; it belongs to partition `number` modulo four."""
    return 2 * number


def post(
    here: Table[bytes],
    posted: Head,
    *keys: int,
    features: bytes = b"f",
    split: tuple[int, ...] = (),
) -> Sequence[Verdict]:
    row = here.place(posted, entity(*keys, features=features, split=split))
    return list(here.verdicts(row)) if row else ()


def said(verdicts: Sequence[Verdict]) -> list[tuple[str, tuple[str, str]]]:
    return [(verdict.verdict, verdict.sides) for verdict in verdicts]


def restored(before: Table[bytes], generations: dict[int, int]) -> Table[bytes]:
    """The table again, from rows as they are durable."""
    after, found = table(), []
    for row in before.rows.values():
        known = [KeyGeneration(key=k, generation=g) for k, g in row.generations.items()]
        posted = PostedEntity(
            entity=row.entity,
            kind="",
            keys=list(row.keys),
            features=row.blob,
            role=row.role,
            facts=[],
            generations=known,
        )
        found.append(Row[bytes](row.head, posted, row.held))
    after.restore(found, generations)
    return after
