"""A row of the posting table as bytes: numbers and keys packed, texts as JSON, features as is."""

from struct import Struct, pack, unpack_from
from typing import Final

import orjson

from schemas.record import KeyGeneration, PostedEntity
from streams.correlate.posted import F, Head, Row

FORMAT: Final = 2

_FIXED: Final = Struct("<BIIqqBBHHHH")
"""Format, version, reposting, published_at µs, published ms, whether another content was posted,
then the lengths of digest (bytes), current keys, keys held here, generations (8, 8 and 12 bytes
each), texts (bytes); what remains is the features."""
_GENERATION: Final = Struct("<BI")
"""Format, generation: the row of a key that was ever split."""
_KEY: Final = Struct(">cq")
_NUL: Final = b"\x00"
"""Begins the key of a key's row; no entity reference begins so."""


class RowFormatError(ValueError):
    """A row of a format this build does not know."""


def encode(row: Row[F]) -> bytes:
    """Return the row as bytes; its key in the table is the entity reference."""
    head = row.head
    texts = orjson.dumps(
        (
            head.owner,
            head.sides,
            head.former_sides,
            head.former_owners,
            head.occurred_at_us,
            row.role,
            [fact._asdict() for fact in row.facts],
        )
    )
    keys = (*row.keys, *row.held, *row.generations)
    return b"".join(
        (
            _FIXED.pack(
                FORMAT,
                *head.posting_version,
                head.published_at_us,
                head.published_ms,
                head.changed,
                len(head.digest),
                len(row.keys),
                len(row.held),
                len(row.generations),
                len(texts),
            ),
            head.digest,
            pack(f"<{len(keys)}q{len(row.generations)}I", *keys, *row.generations.values()),
            texts,
            row.blob,
        )
    )


def decode(key: bytes, value: bytes) -> Row[F]:
    """Return the row of an entity reference; raises RowFormatError."""
    known, version, reposting, at_us, at_ms, changed, digest, current, held, told, texts = (
        _FIXED.unpack_from(value)
    )
    _check(known)
    keys_at = _FIXED.size + digest
    standing = current + held
    texts_at = keys_at + 8 * standing + 12 * told
    numbers = unpack_from(f"<{standing + told}q{told}I", value, keys_at)
    owner, sides, former, owners, occurred_at_us, role, facts = orjson.loads(
        value[texts_at : texts_at + texts]
    )
    record, _, entity = key.decode().partition("#")
    head = Head(
        record,
        (version, reposting),
        at_us,
        value[_FIXED.size : keys_at],
        owner,
        tuple(sides),
        tuple(former),
        tuple(owners),
        at_ms,
        bool(changed),
        occurred_at_us,
    )
    generations = zip(numbers[standing : standing + told], numbers[standing + told :], strict=True)
    posted = PostedEntity(
        entity=entity,
        kind="",
        keys=list(numbers[:current]),
        features=value[texts_at + texts :],
        role=role,
        facts=facts,
        generations=[KeyGeneration(key=key, generation=number) for key, number in generations],
    )
    return Row(head, posted, numbers[current:standing])


def is_generation(key: bytes) -> bool:
    """Return whether a row is that of a blocking key, not of an entity."""
    return key.startswith(_NUL)


def encode_generation(key: int, generation: int) -> tuple[bytes, bytes]:
    """Return row key and row of a blocking key."""
    return _KEY.pack(_NUL, key), _GENERATION.pack(FORMAT, generation)


def decode_generation(key: bytes, value: bytes) -> tuple[int, int]:
    """Return a blocking key and its generation; raises RowFormatError."""
    known, generation = _GENERATION.unpack(value)
    _check(known)
    return _KEY.unpack(key)[1], generation


def _check(known: int) -> None:
    if known != FORMAT:
        raise RowFormatError(f"format {known}, this build reads {FORMAT}")
