"""Seeded histories of records, and what must be true once a history has come to rest.

`truth` is a pure function of the events of a history, written without the stages' code: whoever
reads the rules here needs no other module.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple
from zlib import crc32

from schemas.headers import origin
from schemas.link import Evidence
from schemas.match import MATCH_CLASSES
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
_PERSONS = ("wanted man", "wanted woman")
"""Holders that many records may report in the same words."""
_OWNERS = ("HSI/miami", "HSI/chicago", "BIS/oee", "SKR/seoul")
_CASES = ("HSI:case/1", "BIS:case/2", "SKR:case/3")
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


class Lineage(NamedTuple):
    """One support as truth knows it."""

    match_class: str
    left: str
    left_digest: bytes
    left_side: str
    right: str
    right_digest: bytes
    right_side: str


MatchName = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Family, sorted sides, sorted records (space_time only): what a match is one for."""


def compare(left: str, right: str) -> tuple[Evidence, ...]:
    """Any fixed symmetric function of two contents: features say who is reported."""
    dice = random.Random(crc32("|".join(sorted((left, right))).encode()))
    if dice.random() < 0.4:
        return ()
    classes = dice.sample(_CLASSES, dice.choice((0, 1, 1, 1, 2)))
    return tuple(Evidence("any", name, "exact", 0, 0, "left", "right", 0) for name in classes)


def supports(evidence: tuple[Evidence, ...]) -> tuple[SupportClass, ...]:
    """Each piece of evidence reaches the class that it names."""
    return tuple(SupportClass(each.scheme, "confirmed", 0.0, (each,)) for each in evidence)


def history(rng: random.Random) -> list[Event]:
    """Events in order of arrival: late, twice, out of order, corrected, withdrawn, in conflict."""
    contents: list[Content] = []
    pool = rng.choice((_KEYS, _COMMON))
    for number in range(rng.randint(2, 6)):
        contents += _versions(rng, f"src/R-{number}", pool)
    arriving = [c for c in contents for _ in range(rng.choice((1, 1, 1, 2)))]
    rng.shuffle(arriving)
    return [
        Event(content, content.version * 10 + rng.randint(0, 3), origin("sim.agency", 0, offset))
        for offset, content in enumerate(arriving)
    ]


def _versions(rng: random.Random, record: str, pool: Sequence[int]) -> Iterable[Content]:
    owner, sides = rng.choice(_OWNERS), _sides(rng, record)
    for version in range(1, rng.choice((1, 1, 2, 3, 4)) + 1):
        if version > 1 and rng.random() < 0.3:
            sides = _sides(rng, record)
        if version > 1 and rng.random() < 0.05:
            owner = rng.choice(_OWNERS)
        for _ in range(rng.choice((1, 1, 1, 1, 2))):
            withdrawn = version > 1 and rng.random() < 0.2
            names = () if withdrawn else rng.choice((("p",), ("p",), ("p", "q"), ("q",)))
            entities = {name: _keys(rng, pool) for name in names}
            digest = rng.randbytes(4)
            person = rng.choice(_PERSONS) if rng.random() < 0.2 else f"{record} {digest.hex()}"
            finer = {
                key: tuple(sorted(rng.sample(instead, rng.choice((1, 2)))))
                for key, instead in _FINER.items()
                if rng.random() < 0.5
            }
            yield Content(
                record, version, digest, owner, sides, entities, withdrawn, finer, person
            )


def _keys(rng: random.Random, pool: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(rng.sample(pool, rng.choice((0, 1, 1, 2, 2, 3, 4)))))


def _sides(rng: random.Random, record: str) -> tuple[str, ...]:
    if rng.random() < 0.5:
        return (f"ANY:record/{record}",)
    return tuple(sorted(rng.sample(_CASES, rng.choice((1, 1, 2)))))


def in_force(events: Iterable[Event]) -> dict[str, Content]:
    """The content of each record that ranks highest: version, latest publishing, digest."""
    best: dict[str, tuple[tuple[int, int, bytes], Content]] = {}
    for event in events:
        content = event.content
        rank = (content.version, event.published_at_us, content.digest)
        if content.record not in best or rank > best[content.record][0]:
            best[content.record] = rank, content
    return {record: content for record, (_, content) in best.items()}


def truth(events: Iterable[Event]) -> dict[MatchName, frozenset[Lineage]]:
    """Every match that must be live at rest, with its supports."""
    return _matches(events, _meet)


def dormant(events: Iterable[Event]) -> dict[MatchName, frozenset[Lineage]]:
    """Every support that would be, were it not for split keys: all that may be quiet at rest."""

    def apart(left: Nodes, right: Nodes, split: AbstractSet[Combination]) -> bool:
        return not _meet(left, right, split) and bool(left.listed & right.listed)

    return _matches(events, apart)


class Nodes(NamedTuple):
    """Keys of one entity. `listed`: where it is counted. `standing`: not replaced by finer ones."""

    listed: frozenset[int]
    standing: frozenset[int]


Combination = frozenset[int]
"""One to three keys; of three, and of odd keys, none is ever split."""


def _matches(
    events: Iterable[Event], meet: Callable[[Nodes, Nodes, AbstractSet[Combination]], bool]
) -> dict[MatchName, frozenset[Lineage]]:
    found: dict[MatchName, set[Lineage]] = {}
    final = in_force(events)
    split = split_keys(final.values())
    for one, other in combinations([final[record] for record in sorted(final)], 2):
        if one.owner == other.owner or set(one.sides) & set(other.sides):
            continue
        for left in one.entities:
            for right in other.entities:
                if meet(_nodes(one, left, split), _nodes(other, right, split), split):
                    _add(found, one, left, other, right)
    return {name: frozenset(lineages) for name, lineages in found.items()}


def split_keys(final: Iterable[Content]) -> AbstractSet[Combination]:
    """Every key and combination with more than `CAP` distinct holders among final contents.

    A combination is held by whoever has all its keys, but only once all smaller ones are split.
    """
    held = [(content, entity) for content in final for entity in content.entities]
    split: set[Combination] = set()
    while True:
        holders: dict[Combination, set[str]] = defaultdict(set)
        for content, entity in held:
            nodes = _nodes(content, entity, split)
            for each in (*map(frozenset, zip(nodes.listed)), *_pairs(nodes, split)):
                holders[each].add(features(content, entity))
        above = {each for each, found in holders.items() if len(found) > CAP and _even(each)}
        if above <= split:
            return split
        split |= above


def _even(combination: Combination) -> bool:
    return all(key % 2 == 0 for key in combination)


def _pairs(nodes: Nodes, split: AbstractSet[Combination]) -> Iterable[Combination]:
    parts = [key for key in nodes.standing if frozenset((key,)) in split]
    return map(frozenset, combinations(parts, 2))


def _nodes(content: Content, entity: str, split: AbstractSet[Combination]) -> Nodes:
    listed, standing = set(), set()
    waiting = list(content.entities[entity])
    while waiting:
        key = waiting.pop()
        listed.add(key)
        if frozenset((key,)) in split and key in content.finer:
            waiting += content.finer[key]
        else:
            standing.add(key)
    return Nodes(frozenset(listed), frozenset(standing))


def _meet(left: Nodes, right: Nodes, split: AbstractSet[Combination]) -> bool:
    """Whether two entities have one to three keys in common that together are not split."""
    common = sorted(left.standing & right.standing)
    return any(
        frozenset(each) not in split for size in (1, 2, 3) for each in combinations(common, size)
    )


def _add(
    found: dict[MatchName, set[Lineage]], one: Content, left: str, other: Content, right: str
) -> None:
    for reached in supports(compare(features(one, left), features(other, right))):
        family = MATCH_CLASSES[reached.match_class].family
        records = (one.record, other.record) if family == "space_time" else ()
        for side in one.sides:
            for opposite in other.sides:
                lineage = Lineage(
                    reached.match_class,
                    f"{one.record}#{left}",
                    one.digest,
                    side,
                    f"{other.record}#{right}",
                    other.digest,
                    opposite,
                )
                name = (family, tuple(sorted((side, opposite))), records)
                found.setdefault(name, set()).add(lineage)


def refused(events: Sequence[Event]) -> tuple[set[str], set[str]]:
    """Origins that must be quarantined as VERSION_CONFLICT, and those that may be.

    Must: other contents of the version in force. May: any event of a version with two contents.
    """
    final = in_force(events)
    contents: dict[tuple[str, int], set[bytes]] = {}
    for event in events:
        content = event.content
        contents.setdefault((content.record, content.version), set()).add(content.digest)
    conflicting = [e for e in events if len(contents[e.content.record, e.content.version]) > 1]
    must = {
        e.origin
        for e in conflicting
        if e.content.version == final[e.content.record].version
        and e.content.digest != final[e.content.record].digest
    }
    return must, {e.origin for e in conflicting}


def features(content: Content, entity: str) -> str:
    """What `compare` sees of an entity, and what makes it one holder."""
    return f"{entity} {content.person}"


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
        },
        "entities": [
            {
                "entity": entity,
                "kind": "person",
                "keys": list(keys),
                "features": features(content, entity).encode(),
                "finer": [{"key": key, "keys": list(v)} for key, v in content.finer.items()],
            }
            for entity, keys in content.entities.items()
        ],
        "event": b"",
    }


def record_partition(event: Event) -> int:
    """Where intake puts it."""
    return partition_of(event.content.record.encode(), TOPICS.partitions)
