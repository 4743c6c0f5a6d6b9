"""What of a history is in force at its end, what was refused, and whom keys bring together.

Pure functions of the events, written without the stages' code.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from typing import NamedTuple

from tests.support.histories import CAP, Content, Event, features


def in_force(events: Iterable[Event]) -> dict[str, Content]:
    """The content of each record that ranks highest: version, latest publishing, digest."""
    best: dict[str, tuple[tuple[int, int, bytes], Content]] = {}
    for event in events:
        content = event.content
        rank = (content.version, event.published_at_us, content.digest)
        if content.record not in best or rank > best[content.record][0]:
            best[content.record] = rank, content
    return {record: content for record, (_, content) in best.items()}


class Nodes(NamedTuple):
    """Keys of one entity. `listed`: where it is counted. `standing`: not replaced by finer ones."""

    listed: frozenset[int]
    standing: frozenset[int]


Combination = frozenset[int]
"""One to three keys; of three, and of odd keys, none is ever split."""


def split_keys(final: Iterable[Content]) -> AbstractSet[Combination]:
    """Every key and combination with more than `CAP` distinct holders among final contents.

    A combination is held by whoever has all its keys, but only once all smaller ones are split.
    """
    held = [(content, entity) for content in final for entity in content.entities]
    split: set[Combination] = set()
    while True:
        holders: dict[Combination, set[str]] = defaultdict(set)
        for content, entity in held:
            nodes = nodes_of(content, entity, split)
            for each in (*map(frozenset, zip(nodes.listed)), *_pairs(nodes, split)):
                holders[each].add(features(content, entity))
        above = {each for each, found in holders.items() if len(found) > CAP and _even(each)}
        if above <= split:
            return split
        split |= above


def _even(combination: Combination) -> bool:
    return all(key % 2 == 0 for key in combination)


def meet(left: Nodes, right: Nodes, split: AbstractSet[Combination]) -> bool:
    """Whether two entities have one to three keys in common that together are not split."""
    common = sorted(left.standing & right.standing)
    return any(
        frozenset(each) not in split for size in (1, 2, 3) for each in combinations(common, size)
    )


def apart(left: Nodes, right: Nodes, split: AbstractSet[Combination]) -> bool:
    """Whether two entities would meet, were it not for split keys."""
    return not meet(left, right, split) and bool(left.listed & right.listed)


def _pairs(nodes: Nodes, split: AbstractSet[Combination]) -> Iterable[Combination]:
    parts = [key for key in nodes.standing if frozenset((key,)) in split]
    return map(frozenset, combinations(parts, 2))


def nodes_of(content: Content, entity: str, split: AbstractSet[Combination]) -> Nodes:
    """Return the keys of an entity where keys of `split` are split."""
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
