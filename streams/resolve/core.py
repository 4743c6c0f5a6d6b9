"""Which entities stand behind the records, and what changed about them. Pure.

Everything here is a function of the edges in force. An entity's id comes from its oldest member:
the one whose record reports what happened first (then the lowest reference). So the older id stays
when two become one, the part with the oldest member keeps it when one becomes two, and the ids are
the same in whatever order the records came. A late report of something older takes the id over; the
event that says so names both.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations, groupby
from typing import Final, Literal, NamedTuple

from streams.correlate.clusters import MOST_BITS, Edge, cluster

Change = Literal["formed", "grown", "merged", "split", "gone"]

MARGIN_BITS: Final = 7.0
"""Two fits closer than this (about 100 to 1) compete; neither is a merge."""

_ID_DIGITS: Final = 32


class Entity(NamedTuple):
    """One entity: its members, and what fits it and something else as well. Sorted references."""

    members: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()


NOBODY: Final = Entity()


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be said of one entity; `others` as in `liaison.EntityCluster`."""

    id: str
    change: Change
    entity: Entity
    others: tuple[str, ...]


class Fits(NamedTuple):
    """Edges that may make clusters, and those that compete and may not."""

    sure: tuple[Edge, ...]
    ambiguous: tuple[Edge, ...]


def fits(edges: Iterable[Edge]) -> Fits:
    """Tell which edges may make clusters; bits are those above the release threshold.

    Two entities of one record are two. Where one entity fits both, the better fit counts if it is
    better by the margin; else both stay ambiguous. What is weaker by the margin is neither. Edges
    below the threshold are no fits: they only speak against what others would join.
    """
    known = list(edges)
    near: dict[tuple[str, str], list[Edge]] = {}
    for edge in (each for each in known if each.bits >= 0):
        for one, other in ((edge.left, edge.right), (edge.right, edge.left)):
            near.setdefault((one, other.partition("#")[0]), []).append(edge)
    dropped: set[Edge] = set()
    ambiguous: set[Edge] = set()
    for competing in near.values():
        best = max(edge.bits for edge in competing)
        close = [edge for edge in competing if edge.bits > best - MARGIN_BITS]
        dropped.update(edge for edge in competing if edge.bits <= best - MARGIN_BITS)
        ambiguous.update(close if len(close) > 1 else ())
    ambiguous -= dropped
    sure = (edge for edge in known if edge not in dropped and edge not in ambiguous)
    return Fits(tuple(sorted(sure)), tuple(sorted(ambiguous)))


def resolve(edges: Iterable[Edge], happened_us: Mapping[str, int]) -> dict[str, Entity]:
    """Return the entities of whole components, by id: clusters, and whoever fits ambiguously.

    `happened_us` is when what each entity's record reports happened.
    """
    sure, ambiguous = fits(edges)
    clusters = cluster((*sure, *_brakes(happened_us)))
    of_member = {member: each.members for each in clusters for member in each.members}
    others: dict[tuple[str, ...], set[str]] = {
        each: set() for each in of_member.values() if len(each) > 1
    }
    refused = {edge for each in clusters for edge in each.ambiguous}
    for edge in refused.union(ambiguous):
        for one, other in ((edge.left, edge.right), (edge.right, edge.left)):
            others.setdefault(of_member.get(one, (one,)), set()).add(other)
    return {
        entity_id(members, happened_us): Entity(members, tuple(sorted(fitting)))
        for members, fitting in others.items()
    }


def _brakes(members: Iterable[str]) -> Iterator[Edge]:
    """Yield what speaks against joining any two entities of one record: it names nobody twice."""
    for _, same in groupby(sorted(members), key=lambda member: member.partition("#")[0]):
        yield from (Edge(one, other, -MOST_BITS) for one, other in combinations(same, 2))


def entity_id(members: Iterable[str], happened_us: Mapping[str, int]) -> str:
    """Return the id of an entity: 32 hex digits, of its oldest member."""
    oldest = min(members, key=lambda member: (happened_us[member], member))
    return sha256(oldest.encode()).hexdigest()[:_ID_DIGITS]


def changes(before: Mapping[str, Entity], after: Mapping[str, Entity]) -> Iterator[Told]:
    """Yield what is to be said of each entity that is not what it was, by id."""
    was = {member: name for name, entity in before.items() for member in entity.members}
    now = {member: name for name, entity in after.items() for member in entity.members}
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, NOBODY), after.get(name, NOBODY)
        if old == new:
            continue
        came = {was[member] for member in new.members if member in was} - {name}
        went = {now[member] for member in old.members if member in now} - {name}
        change: Change = "formed" if not old.members else "grown"
        others: AbstractSet[str] = frozenset()
        if not new.members:
            change, others = "gone", went
        elif went:
            change, others = "split", went
        elif came:
            change, others = "merged", came
        yield Told(name, change, new, tuple(sorted(others)))


def component(start: Iterable[str], neighbours: Mapping[str, Mapping[str, object]]) -> set[str]:
    """Return everything that edges join to `start`, which is part of it."""
    found, left = set(start), list(start)
    while left:
        for other in neighbours.get(left.pop(), ()):
            if other not in found:
                found.add(other)
                left.append(other)
    return found
