"""Rows of the match table: what stands between two sides, in the encodings that travel.

link  NUL side NUL side NUL entity NUL entity  →  its undominated verdicts, a VerdictBlock
chain NUL side NUL side NUL chain id           →  the chain in force, a VerdictBlock
match NUL side NUL side NUL match id           →  version NUL class NUL order, as last emitted
weights                                        →  version of the weights all matches stand under

INVARIANT: the changes of one batch become durable together. A link's row without its match's would
make a replay find nothing changed, and the match would keep what was last said of it.
"""

from typing import Final

from schemas.chain import Chain
from schemas.codec import Codec
from schemas.link import Verdict
from schemas.topics import VERDICT_SCHEMA
from streams.match.core import Known, PairOfSides
from streams.match.keys import Sides
from streams.match.verdicts import Link, Verdicts, versions_of

WEIGHTS_KEY: Final = b"weights"

_LINK: Final = "link"
_CHAIN: Final = "chain"
_MATCH: Final = "match"
_SPLIT: Final = "\x00"


def link_key(sides: Sides, link: Link) -> bytes:
    """Return the row key of a link."""
    return _SPLIT.join((_LINK, *sides, *link)).encode()


def chain_key(sides: Sides, chain_id: str) -> bytes:
    """Return the row key of a chain."""
    return _SPLIT.join((_CHAIN, *sides, chain_id)).encode()


def match_row_key(sides: Sides, match_id: str) -> bytes:
    """Return the row key of a match."""
    return _SPLIT.join((_MATCH, *sides, match_id)).encode()


def sides_of(key: bytes) -> Sides:
    """Return the pair of sides that a row belongs to."""
    _, one, other, *_ = key.decode().split(_SPLIT)
    return one, other


def encode_verdicts(codec: Codec, verdicts: Verdicts) -> bytes:
    """Return the row of a link."""
    return codec.encode(VERDICT_SCHEMA, {"verdicts": [v.to_avro() for v in verdicts.values()]})


def encode_chain(codec: Codec, chain: Chain) -> bytes:
    """Return the row of a chain."""
    return codec.encode(VERDICT_SCHEMA, {"chains": [chain.to_avro()]})


def encode_known(known: Known) -> bytes:
    """Return the row of a match: never its supports, of which one batch may change too many."""
    return _SPLIT.join((known.version, known.match_class, str(known.order))).encode()


def restore(codec: Codec, pair: PairOfSides, key: bytes, value: bytes) -> None:
    """Put a row where it came from."""
    kind, _, _, *rest = key.decode().split(_SPLIT)
    if kind == _LINK:
        link = (rest[0], rest[1])
        verdicts = map(Verdict.from_avro, codec.decode(value).datum["verdicts"])
        pair.links[link] = {versions_of(verdict): verdict for verdict in verdicts}
        pair.restore(link)
    elif kind == _CHAIN:
        for datum in codec.decode(value).datum["chains"]:
            pair.chains[rest[0]] = Chain.from_avro(datum)
    else:
        version, match_class, *order = value.decode().split(_SPLIT)
        pair.known[rest[0]] = Known(version, match_class, *map(int, order))
