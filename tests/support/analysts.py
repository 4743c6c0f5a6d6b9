"""What must be true of chains and entities once a history has come to rest.

Chains are computed from the final records, without the stages' code. Entities are one global call
of the pure rules, which have tests of their own: what is checked here is that folding edges one by
one, in any weather, ends there too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import NamedTuple

from streams.correlate.clusters import Edge
from streams.network import core as network
from streams.resolve.core import Entity, resolve
from tests.support.finals import apart, in_force, meet
from tests.support.histories import Event, happened_us
from tests.support.truths import Lineage, LinkLineage, MatchName, Single, singles_of


class Hop(NamedTuple):
    """One link seen from the record between."""

    near: str
    near_side: str
    far: str
    far_side: str
    link: LinkLineage
    quiet: bool


def chains(
    events: Iterable[Event], weights: str, *, quiet: bool = False
) -> dict[MatchName, frozenset[Lineage]]:
    """Every network match that must be live at rest, with its supports.

    With `quiet`, those instead that rest on a hop that only a split key parts, had it ever stood.
    """
    known = list(events)
    owners = {record: content.owner for record, content in in_force(known).items()}
    hops: dict[str, list[Hop]] = defaultdict(list)
    linked = {frozenset(_ends(single.link)) for single in _identity(known, weights)}
    for single, parted in _links(known, weights, quiet=quiet):
        for near, far in permutations(_ends(single.link)) if single.pushed else ():
            hops[record_of(near[0])].append(Hop(*near, *far, single.link, parted))
    found: dict[MatchName, set[Lineage]] = defaultdict(set)
    for its in hops.values():
        for one, other in combinations(its, 2):
            kind = "entity" if one.near == other.near else "record"
            through = [hop for hop in its if kind == "record" or hop.near == one.near]
            if _is_hub(through, quiet=False) or _is_hub(through, quiet=True):
                continue
            if one.near_side != other.near_side or (one.quiet or other.quiet) != quiet:
                continue
            far = record_of(one.far), record_of(other.far)
            ends = frozenset(((one.far, one.far_side), (other.far, other.far_side)))
            if owners[far[0]] != owners[far[1]] and far[0] != far[1] and ends not in linked:
                sides = tuple(sorted((one.far_side, other.far_side)))
                if sides[0] != sides[1]:
                    lineage = Lineage("network", frozenset((one.link, other.link)))
                    found["network", sides, (kind,)].add(lineage)
    return {name: frozenset(lineages) for name, lineages in found.items()}


def entities(events: Iterable[Event], weights: str) -> Mapping[str, Entity]:
    """Every entity at rest, by id."""
    known = list(events)
    happened = {record: happened_us(content) for record, content in in_force(known).items()}
    bits: dict[tuple[str, str], float] = {}
    for single in _identity(known, weights):
        bits[single.link.left, single.link.right] = single.margin
    members = {end for ends in bits for end in ends}
    edges = [Edge(*ends, worth) for ends, worth in bits.items()]
    return resolve(edges, {member: happened[record_of(member)] for member in members})


def _links(events: Sequence[Event], weights: str, *, quiet: bool) -> Iterator[tuple[Single, bool]]:
    """Links, and whether only a split key parts them: live ones, and quiet ones if asked for."""
    yield from ((single, False) for single in _identity(events, weights))
    if quiet:
        yield from ((single, True) for single in _identity(events, weights, apart))


def _ends(link: LinkLineage) -> tuple[tuple[str, str], tuple[str, str]]:
    return (link.left, link.left_side), (link.right, link.right_side)


def _is_hub(hops: Iterable[Hop], *, quiet: bool) -> bool:
    neighbours = {(hop.far, hop.far_side) for hop in hops if hop.quiet == quiet}
    return len(neighbours) > network.FAN_OUT


def _identity(
    events: Sequence[Event], weights: str, found_by: Callable[..., bool] = meet
) -> Iterable[Single]:
    for (family, _, _), singles in singles_of(events, weights, found_by).items():
        if family == "identity":
            yield from singles


def record_of(reference: str) -> str:
    """The record of an entity."""
    return reference.partition("#")[0]
