"""Rows of the network table.

edge  NUL record NUL left NUL right NUL side NUL side  →  the edge in force, an EdgeBlock
chain NUL record NUL chain id                          →  digest NUL kind NUL side NUL side, as told
"""

from typing import Final, NamedTuple, cast

from schemas.chain import Chain, ChainKind, Edge
from schemas.codec import Codec
from schemas.link import sorted_pair
from schemas.topics import EDGE_SCHEMA

_EDGE: Final = "edge"
_CHAIN: Final = "chain"
_SPLIT: Final = "\x00"


class Told(NamedTuple):
    """What was last said of a chain; an empty digest: that it is gone."""

    digest: str
    kind: ChainKind
    sides: tuple[str, str]


def edge_key(record: str, edge: Edge) -> bytes:
    """Return the row key of an edge under one of its two records."""
    names = (record, edge.left.reference, edge.right.reference, *sorted_pair(*edge.sides))
    return _SPLIT.join((_EDGE, *names)).encode()


def chain_key(record: str, chain: Chain) -> bytes:
    """Return the row key of a chain."""
    return _SPLIT.join((_CHAIN, record, chain.id)).encode()


def record_of(key: bytes) -> str:
    """Return the record that a row belongs to."""
    return key.decode().split(_SPLIT, 2)[1]


def is_edge(key: bytes) -> bool:
    """Whether a row is an edge's."""
    return key.startswith(_EDGE.encode())


def chain_id(key: bytes) -> str:
    """Return the chain id in the key of a chain's row."""
    return key.decode().rpartition(_SPLIT)[2]


def encode_edge(codec: Codec, edge: Edge) -> bytes:
    """Return the row of an edge."""
    return codec.encode(EDGE_SCHEMA, {"edges": [edge.to_avro()]})


def decode_edge(codec: Codec, value: bytes) -> Edge:
    """Return the edge of a row."""
    (datum,) = codec.decode(value).datum["edges"]
    return Edge.from_avro(datum)


def encode_told(told: Told) -> bytes:
    """Return the row of a chain."""
    return _SPLIT.join((told.digest, told.kind, *told.sides)).encode()


def decode_told(value: bytes) -> Told:
    """Return what a chain's row says."""
    digest, kind, one, other = value.decode().split(_SPLIT)
    return Told(digest, cast("ChainKind", kind), (one, other))
