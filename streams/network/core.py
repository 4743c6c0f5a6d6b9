"""Which chains run through one record, from the edges that end in it. Pure.

A chain has two hops where both ends are linked to one entity of the record, three where they are
linked to two of them: the record itself says that the two belong together. Chains over two records
between are not followed: what an analyst reads into them grows with the square of the fan-out, and
what may be told of them shrinks with every owner.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from typing import Final, NamedTuple

from schemas.chain import Chain, ChainKind, Edge
from schemas.link import EntityVersion, sorted_pair
from schemas.match import Support, SupportLink
from streams.match.supports import digest, facing, joined, strength

FAN_OUT: Final = 16
"""Neighbours (an entity on a side) above which a node is a hub, and no chain runs through it."""

SUPPORTS_PER_HOP: Final = 4
"""Minimal sets of evidence of one hop that chains are made of, the strongest."""

NETWORK: Final = "network"


class Hop(NamedTuple):
    """An edge as the record between sees it: its own end, then the other."""

    near: EntityVersion
    near_side: str
    far: EntityVersion
    far_side: str
    supports: tuple[Support, ...]


class Traversal(NamedTuple):
    """The chains through a record, by id, and whether it, or an entity of it, is a hub."""

    chains: dict[str, Chain]
    is_hub: bool


def traverse(record: str, edges: Iterable[Edge]) -> Traversal:
    """Return the chains through a record. `order` and `published_ms` of a chain are the caller's.

    Of every two hops from one side of the record to two sides of two other owners' records, one
    chain. A hub is judged by what is linked to it now, in whatever order that came.
    """
    hops = [hop for edge in edges if edge.supports for hop in _hops(record, edge)]
    hops.sort(key=lambda hop: (hop.near.reference, hop.near_side, hop.far.reference, hop.far_side))
    by_entity: dict[str, list[Hop]] = {}
    for hop in hops:
        by_entity.setdefault(hop.near.entity, []).append(hop)
    found: dict[str, Chain] = {}
    hubs = {entity for entity, its in by_entity.items() if _is_hub(its)}
    whole = _is_hub(hops)
    for one, other in combinations(hops, 2):
        same = one.near.entity == other.near.entity
        if (one.near.entity in hubs if same else whole) or not _is_chain(one, other):
            continue
        chain = _chain("entity" if same else "record", one, other)
        found[chain.id] = chain
    return Traversal(found, whole or bool(hubs))


def _hops(record: str, edge: Edge) -> Iterator[Hop]:
    left_side, right_side = edge.sides
    if edge.left.record == record:
        yield Hop(edge.left, left_side, edge.right, right_side, edge.supports)
    if edge.right.record == record:
        yield Hop(edge.right, right_side, edge.left, left_side, edge.supports)


def _is_hub(hops: Iterable[Hop]) -> bool:
    return len({(hop.far.reference, hop.far_side) for hop in hops}) > FAN_OUT


def _is_chain(one: Hop, other: Hop) -> bool:
    return (
        one.near_side == other.near_side
        and one.far_side != other.far_side
        and one.far.owner != other.far.owner
        and one.far.record != other.far.record
    )


def _chain(kind: ChainKind, one: Hop, other: Hop) -> Chain:
    """Return the chain that leads from the lower of its two sides to the higher."""
    first, second = sorted((one, other), key=lambda hop: hop.far_side)
    sides = sorted_pair(one.far_side, other.far_side)
    names = (hop.reference for hop in (first.far, first.near, second.near, second.far))
    supports = [
        joined(NETWORK, pair, _oriented(pair, first, second))
        for pair in product(_strongest(first), _strongest(second))
    ]
    return Chain(
        id=digest([kind, *sides, first.near_side, *names]),
        kind=kind,
        sides=sides,
        order=0,
        supports=tuple(sorted(supports, key=strength)),
        published_ms=0,
    )


def _oriented(
    pair: tuple[Support, Support], first: Hop, second: Hop
) -> tuple[SupportLink, SupportLink]:
    """Read both hops in the direction of the chain."""
    return facing(pair[0].links[0], first.far_side), facing(pair[1].links[0], second.near_side)


def _strongest(hop: Hop) -> list[Support]:
    return sorted(hop.supports, key=strength)[:SUPPORTS_PER_HOP]
