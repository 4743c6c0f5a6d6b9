"""A record's state as bytes: fixed numbers and keys packed, texts as JSON, features as is."""

from collections.abc import Iterator
from itertools import chain
from struct import Struct, pack, unpack_from
from typing import Any, Final

import orjson

from streams.dedupe.state import Entity, RecordState

FORMAT: Final = 2

_FIXED: Final = Struct("<BIIqqqBBHHI")
"""Format, version, reposting, published_at µs, published ms, occurred_at µs, whether another
content was posted, then the lengths of digest (bytes), facts and keys (12 and 8 bytes each), texts
(bytes); what remains is the features."""


class RowFormatError(ValueError):
    """A row of a format this build does not know."""


def encode(state: RecordState) -> bytes:
    """Return the row of a record."""
    version, published_at_us, digest = state.rank
    entities = state.entities.values()
    keys = [*chain.from_iterable(map(_keys, entities))]
    texts = orjson.dumps(
        (
            state.record,
            state.owner,
            state.origins,
            state.sides,
            state.former_sides,
            state.former_owners,
            [_outline(name, entity) for name, entity in state.entities.items()],
        )
    )
    return b"".join(
        (
            _FIXED.pack(
                FORMAT,
                version,
                state.reposting,
                published_at_us,
                state.published_ms,
                state.occurred_at_us,
                state.changed,
                len(digest),
                len(state.facts),
                len(keys),
                len(texts),
            ),
            digest,
            pack(f"<{len(state.facts)}q", *state.facts),
            pack(f"<{len(keys)}q", *keys),
            pack(f"<{len(state.facts)}I", *state.facts.values()),
            texts,
            *(entity.features for entity in entities),
        )
    )


def decode(row: bytes) -> RecordState:
    """Return the state of a row; raises RowFormatError."""
    known, version, reposting, at_us, at_ms, occurred_us, changed, digest, facts, count, length = (
        _FIXED.unpack_from(row)
    )
    if known != FORMAT:
        raise RowFormatError(f"format {known}, this build reads {FORMAT}")
    keys_at = _FIXED.size + digest
    texts_at = keys_at + 12 * facts + 8 * count
    numbers = unpack_from(f"<{facts + count}q{facts}I", row, keys_at)
    features_at = texts_at + length
    record, owner, origins, sides, former, owners, outlines = orjson.loads(
        row[texts_at:features_at]
    )
    return RecordState(
        record=record,
        rank=(version, at_us, row[_FIXED.size : keys_at]),
        reposting=reposting,
        owner=owner,
        origins=tuple(origins),
        sides=tuple(sides),
        former_sides=tuple(former),
        former_owners=tuple(owners),
        published_ms=at_ms,
        occurred_at_us=occurred_us,
        changed=bool(changed),
        entities=dict(_entities(outlines, numbers[facts : facts + count], row[features_at:])),
        facts=dict(zip(numbers[:facts], numbers[facts + count :], strict=True)),
    )


def _keys(entity: Entity) -> Iterator[int]:
    yield from entity.keys
    for key, finer in entity.finer.items():
        yield key
        yield from finer


def _outline(name: str, entity: Entity) -> tuple[Any, ...]:
    """All of an entity but its keys and features, and how many there are of these."""
    finer = [len(keys) for keys in entity.finer.values()]
    return (
        name,
        entity.kind,
        entity.stood,
        len(entity.features),
        len(entity.keys),
        finer,
        entity.role,
        entity.facts,
    )


def _entities(
    outlines: list[Any], keys: tuple[int, ...], features: bytes
) -> Iterator[tuple[str, Entity]]:
    """Give each entity its part of the keys and features, in order."""
    key = byte = 0
    for name, kind, stood, length, count, sizes, role, facts in outlines:
        own, finer = keys[key : key + count], {}
        key += count
        for size in sizes:
            finer[keys[key]] = keys[key + 1 : key + 1 + size]
            key += 1 + size
        blob = features[byte : byte + length]
        byte += length
        yield name, Entity(kind, own, blob, finer, tuple(stood), role, tuple(facts))
