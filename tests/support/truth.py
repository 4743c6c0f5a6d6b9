"""What must be true once a history has come to rest.

`truth` is a pure function of the events of a history, written without the stages' code: whoever
reads the rules here needs no other module.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from typing import NamedTuple

from schemas.match import MATCH_CLASSES
from tests.support.histories import CAP, Content, Event, compare, features, supports


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
