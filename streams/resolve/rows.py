"""Rows of the resolve table.

edge   NUL left NUL right NUL side NUL side  →  order, bits (or null), when each happened; JSON
entity NUL id                                →  members, ambiguous, as last told; JSON
"""

from typing import Final, NamedTuple

import orjson

from schemas.chain import Edge
from schemas.link import sorted_pair
from streams.resolve.core import Entity

_EDGE: Final = "edge"
_ENTITY: Final = "entity"
_SPLIT: Final = "\x00"


class Fit(NamedTuple):
    """An edge in force as to one pair of sides; `bits` None: it stands no more."""

    order: int
    bits: float | None
    left_us: int
    right_us: int


def edge_key(edge: Edge) -> bytes:
    """Return the row key of an edge."""
    names = (edge.left.reference, edge.right.reference, *sorted_pair(*edge.sides))
    return _SPLIT.join((_EDGE, *names)).encode()


def entity_key(entity_id: str) -> bytes:
    """Return the row key of an entity."""
    return _SPLIT.join((_ENTITY, entity_id)).encode()


def names_of(key: bytes) -> tuple[str, ...]:
    """Return what stands in a key after its kind: for an edge left, right and sides."""
    return tuple(key.decode().split(_SPLIT)[1:])


def is_edge(key: bytes) -> bool:
    """Whether a row is an edge's."""
    return key.startswith(f"{_EDGE}{_SPLIT}".encode())


def fit_of(edge: Edge) -> Fit:
    """Return what is kept of an edge."""
    return Fit(edge.order, edge.bits, edge.left.occurred_at_us, edge.right.occurred_at_us)


def encode(row: Fit | Entity) -> bytes:
    """Return a row."""
    return orjson.dumps(list(row))


def decode_fit(value: bytes) -> Fit:
    """Return the edge of a row."""
    return Fit(*orjson.loads(value))


def decode_entity(value: bytes) -> Entity:
    """Return the entity of a row."""
    members, ambiguous = orjson.loads(value)
    return Entity(tuple(members), tuple(ambiguous))
