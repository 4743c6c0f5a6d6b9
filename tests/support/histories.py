"""Seeded histories of records: late, twice and out of order, corrected, withdrawn, in conflict."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from schemas.headers import origin
from schemas.link import Evidence
from schemas.topics import Topics, partition_of
from streams.correlate.weights import SupportClass

TOPICS = Topics("sim", partitions=5)

CAP = 2
"""Distinct holders above which a key is split; the stages run with it."""

_KEYS = (-30, -10, -2, 3, 4, 20, 25)
_COMMON = (-30, -10, 4, 20)
"""What all share in a crowded history. The odd keys are never split."""
_FINER = {20: (40, 42, 45), 40: (50, 51)}
"""Keys that some entities replace by some of these, instead of by combinations."""
_DENSE = (-30, 3)
"""What all have in a dense history: one key that may be split, one that never is."""
_PERSONS = ("wanted man", "wanted woman")
"""Holders that many records may report in the same words."""
_OWNERS = ("HSI/miami", "HSI/chicago", "BIS/oee", "SKR/seoul")
_CASES = ("HSI:case/1", "BIS:case/2", "SKR:case/3")
_GOODS, _SCHEMES = ("commodity 3A001", "commodity 6A003"), ("scheme a", "scheme b")
_ROLES = ("subject", "subject", "associate")
_BITS = {"target": 20.0, "shared_identifier": 9.0, "fuzzy": 2.0, "space_time": 0.0}
_CLASSES = ("target", "shared_identifier", "fuzzy", "space_time")


@dataclass(frozen=True, slots=True)
class Content:
    """What one event says; two contents of one version are in conflict."""

    record: str
    version: int
    digest: bytes
    owner: str
    sides: tuple[str, ...]
    entities: Mapping[str, tuple[int, ...]]
    roles: Mapping[str, str]
    facts: tuple[str, ...]
    """What its subjects' case is about: `commodity …`, `scheme …`."""
    withdrawn: bool
    finer: Mapping[int, tuple[int, ...]]
    person: str
    """Who is reported: equal persons are one holder of a key."""


@dataclass(frozen=True, slots=True)
class Event:
    """One arrival of a content."""

    content: Content
    published_at_us: int
    origin: str


def compare(left: str, right: str) -> tuple[Evidence, ...]:
    """Any fixed symmetric function of two contents: features say who is reported."""
    dice = random.Random(crc32("|".join(sorted((left, right))).encode()))
    if dice.random() < 0.4:
        return ()
    classes = dice.sample(_CLASSES, dice.choice((0, 1, 1, 1, 2)))
    return tuple(Evidence("any", name, "exact", 0, 0, "left", "right", 0) for name in classes)


def supports(evidence: tuple[Evidence, ...]) -> tuple[SupportClass, ...]:
    """Each piece of evidence reaches the class that it names."""
    return tuple(
        SupportClass(
            each.scheme, "possible" if each.scheme == "fuzzy" else "confirmed", 9.0, (each,)
        )
        for each in evidence
    )


def other_supports(evidence: tuple[Evidence, ...]) -> tuple[SupportClass, ...]:
    """As other weights see it: targets are less, what is fuzzy may be pushed, numbers say nothing.

    A link with nothing left stays a link: weights after these may see something in it.
    """
    classes = {"target": "shared_identifier", "fuzzy": "fuzzy", "space_time": "space_time"}
    return tuple(
        SupportClass(classes[each.scheme], "probable", 16.0, (each,))
        for each in evidence
        if each.scheme in classes
    )


WEIGHTS: Mapping[str, Callable[[tuple[Evidence, ...]], tuple[SupportClass, ...]]] = {
    "weights": supports,
    "other weights": other_supports,
}


def margin(evidence: tuple[Evidence, ...]) -> float:
    """Bits above a threshold: what is fuzzy speaks against, the more there is the less so."""
    return sum(_BITS[each.scheme] for each in evidence) - 3.0


def other_margin(evidence: tuple[Evidence, ...]) -> float:
    """As other weights see it."""
    return margin(evidence) / 2 + 2.0


MARGINS: Mapping[str, Callable[[tuple[Evidence, ...]], float]] = {
    "weights": margin,
    "other weights": other_margin,
}


def history(rng: random.Random) -> list[Event]:
    """Events in order of arrival: late, twice, out of order, corrected, withdrawn, in conflict."""
    contents: list[Content] = []
    dense = rng.random() < 0.25
    pool = rng.choice((_KEYS, _COMMON, _COMMON))
    for number in range(rng.randint(2, 5 if dense else 6)):
        contents += _versions(rng, f"src/R-{number}", pool, dense=dense)
    arriving = [c for c in contents for _ in range(rng.choice((1, 1, 1, 2)))]
    rng.shuffle(arriving)
    return [
        Event(content, content.version * 10 + rng.randint(0, 3), origin("sim.agency", 0, offset))
        for offset, content in enumerate(arriving)
    ]


def _versions(
    rng: random.Random, record: str, pool: Sequence[int], *, dense: bool
) -> Iterable[Content]:
    """Versions of one record; dense: most stand on two sides, with two subjects each."""
    owner, sides = rng.choice(_OWNERS), _sides(rng, record, dense=dense)
    for version in range(1, rng.choice((1, 1, 2, 3, 4)) + 1):
        if version > 1 and rng.random() < 0.3:
            sides = _sides(rng, record, dense=dense)
        if version > 1 and rng.random() < 0.05:
            owner = rng.choice(_OWNERS)
        for _ in range(rng.choice((1, 1, 1, 1, 2))):
            withdrawn = version > 1 and rng.random() < 0.2
            usual = (("p",), ("p",), ("p", "q"), ("q",))
            names = () if withdrawn else rng.choice((("p", "q"),) if dense else usual)
            digest = rng.randbytes(4)
            yield Content(
                record,
                version,
                digest,
                owner,
                sides,
                entities={name: _DENSE if dense else _keys(rng, pool) for name in names},
                roles={name: "subject" if dense else rng.choice(_ROLES) for name in names},
                facts=() if rng.random() < 0.6 else (rng.choice(_GOODS), rng.choice(_SCHEMES)),
                withdrawn=withdrawn,
                finer={
                    key: tuple(sorted(rng.sample(instead, rng.choice((1, 2)))))
                    for key, instead in _FINER.items()
                    if rng.random() < 0.5
                },
                person=_person(rng, record, digest),
            )


def _person(rng: random.Random, record: str, digest: bytes) -> str:
    return rng.choice(_PERSONS) if rng.random() < 0.2 else f"{record} {digest.hex()}"


def _keys(rng: random.Random, pool: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(rng.sample(pool, rng.choice((0, 1, 1, 2, 2, 3, 4)))))


def _sides(rng: random.Random, record: str, *, dense: bool) -> tuple[str, ...]:
    if dense and rng.random() < 0.8:
        return (rng.choice(_CASES[:2]),)
    if rng.random() < 0.5:
        return (f"ANY:record/{record}",)
    return tuple(sorted(rng.sample(_CASES, rng.choice((1, 1, 2)))))


def features(content: Content, entity: str) -> str:
    """What `compare` sees of an entity, and what makes it one holder."""
    return f"{entity} {content.person}"


def happened_us(content: Content) -> int:
    """When what a content reports happened: any function of it, with ties."""
    return content.digest[0] % 4


def record_datum(event: Event) -> dict[str, object]:
    """The event as intake puts it on `record.v1`."""
    content = event.content
    return {
        "header": {
            "record": content.record,
            "version": content.version,
            "published_at_us": event.published_at_us,
            "digest": content.digest,
            "operation": "WITHDRAW" if content.withdrawn else "REPORT",
            "event_type": "sim",
            "event_id": event.origin,
            "owner": content.owner,
            "sides": list(content.sides),
            "published_ms": event.published_at_us,
            "occurred_at_us": happened_us(content),
        },
        "entities": [
            {
                "entity": entity,
                "kind": "person",
                "keys": list(keys),
                "features": features(content, entity).encode(),
                "role": content.roles[entity],
                "facts": [
                    {
                        "attribute": fact.split()[0],
                        "scheme": "",
                        "fingerprint": crc32(fact.encode()),
                        "path": fact,
                    }
                    for fact in content.facts
                    if content.roles[entity] == "subject"
                ],
                "finer": [{"key": key, "keys": list(v)} for key, v in content.finer.items()],
            }
            for entity, keys in content.entities.items()
        ],
        "event": b"",
    }


def record_partition(event: Event) -> int:
    """Where intake puts it."""
    return partition_of(event.content.record.encode(), TOPICS.partitions)
