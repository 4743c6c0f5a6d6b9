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
    quiet: bool
    """Whether only a split key parts its ends: then no new chain rests on it."""


class Traversal(NamedTuple):
    """The chains through a record, by id, and whether it, or an entity of it, is a hub."""

    chains: dict[str, Chain]
    is_hub: bool


def traverse(record: str, edges: Iterable[Edge]) -> Traversal:
    """Return the chains through a record. `order` and `published_ms` of a chain are the caller's.

    Of every two hops from one side of the record to two sides of two other owners' records, one
    chain, quiet where one of them is. A hub is judged by what is linked to it now, in whatever
    order that came.
    """
    hops = [hop for edge in edges if edge.supports or edge.quiet for hop in _hops(record, edge)]
    hops.sort(key=lambda hop: (hop.near.reference, hop.near_side, hop.far.reference, hop.far_side))
    by_entity: dict[str, list[Hop]] = {}
    for hop in hops:
        by_entity.setdefault(hop.near.entity, []).append(hop)
    pairs: list[tuple[ChainKind, tuple[Hop, Hop]]] = []
    pairs += [
        ("entity", pair) for its in by_entity.values() for pair in combinations(_open(its), 2)
    ]
    pairs += [("record", pair) for pair in combinations(_open(hops), 2)]
    found: dict[str, Chain] = {}
    for kind, (one, other) in pairs:
        if (one.near.entity == other.near.entity) == (kind == "entity") and _is_chain(one, other):
            chain = _chain(kind, one, other)
            found[chain.id] = chain
    return Traversal(found, any(_is_hub(_live(its)) for its in (hops, *by_entity.values())))


def _live(hops: Iterable[Hop]) -> list[Hop]:
    return [hop for hop in hops if not hop.quiet]


def _open(hops: list[Hop]) -> list[Hop]:
    """Hops that chains may take: none of a hub; no quiet ones where these would make one.

    INVARIANT: what is quiet depends on what was once said, so it never decides about live hops.
    """
    live = _live(hops)
    if _is_hub(live):
        return []
    return live if _is_hub(hop for hop in hops if hop.quiet) else hops


def _hops(record: str, edge: Edge) -> Iterator[Hop]:
    left_side, right_side = edge.sides
    told = edge.supports or edge.quiet, not edge.supports
    if edge.left.record == record:
        yield Hop(edge.left, left_side, edge.right, right_side, *told)
    if edge.right.record == record:
        yield Hop(edge.right, right_side, edge.left, left_side, *told)


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
    supports = sorted(
        (
            joined(NETWORK, pair, _oriented(pair, first, second))
            for pair in product(_strongest(first), _strongest(second))
        ),
        key=strength,
    )
    quiet = one.quiet or other.quiet
    return Chain(
        id=digest([kind, *sides, first.near_side, *names]),
        kind=kind,
        sides=sides,
        order=0,
        supports=() if quiet else tuple(supports),
        published_ms=0,
        quiet=tuple(supports) if quiet else (),
    )


def _oriented(
    pair: tuple[Support, Support], first: Hop, second: Hop
) -> tuple[SupportLink, SupportLink]:
    """Read both hops in the direction of the chain."""
    return facing(pair[0].links[0], first.far_side), facing(pair[1].links[0], second.near_side)


def _strongest(hop: Hop) -> list[Support]:
    return sorted(hop.supports, key=strength)[:SUPPORTS_PER_HOP]
