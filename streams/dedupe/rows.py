"""A record's state as bytes: fixed numbers and keys packed, the few texts as JSON behind them."""

from collections.abc import Mapping
from itertools import chain
from struct import Struct, pack, unpack_from
from typing import Final

import orjson

from streams.dedupe.core import Keys, RecordState

FORMAT: Final = 1

_FIXED: Final = Struct("<BIIqBH")
"""Format, version, reposting, published_at µs, length of the digest, number of keys."""


class RowFormatError(ValueError):
    """A row of a format this build does not know."""


def encode(state: RecordState) -> bytes:
    """Return the row of a record."""
    version, published_at_us, digest = state.rank
    keys = tuple(chain.from_iterable(state.keys.values()))
    texts = (
        state.owner,
        state.origins,
        state.sides,
        state.former_sides,
        state.former_owners,
        {entity: len(held) for entity, held in state.keys.items()},
    )
    return b"".join(
        (
            _FIXED.pack(FORMAT, version, state.reposting, published_at_us, len(digest), len(keys)),
            digest,
            pack(f"<{len(keys)}q", *keys),
            orjson.dumps(texts),
        )
    )


def decode(row: bytes) -> RecordState:
    """Return the state of a row; raises RowFormatError."""
    known, version, reposting, published_at_us, length, count = _FIXED.unpack_from(row)
    if known != FORMAT:
        raise RowFormatError(f"format {known}, this build reads {FORMAT}")
    start = _FIXED.size + length
    keys = unpack_from(f"<{count}q", row, start)
    owner, origins, sides, former, owners, counts = orjson.loads(row[start + 8 * count :])
    return RecordState(
        rank=(version, published_at_us, row[_FIXED.size : start]),
        reposting=reposting,
        owner=owner,
        origins=tuple(origins),
        sides=tuple(sides),
        former_sides=tuple(former),
        former_owners=tuple(owners),
        keys=_split(keys, counts),
    )


def _split(keys: Keys, counts: Mapping[str, int]) -> dict[str, Keys]:
    """Give each entity its part of the keys, in order."""
    split, start = {}, 0
    for entity, count in counts.items():
        split[entity] = keys[start : start + count]
        start += count
    return split
