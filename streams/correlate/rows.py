"""A row of the posting table as bytes: numbers and keys packed, texts as JSON, features as is."""

from struct import Struct, pack, unpack_from
from typing import Final

import orjson

from schemas.record import EntityPosting
from streams.correlate.core import F, Head, Row

FORMAT: Final = 1

_FIXED: Final = Struct("<BIIqqBHHH")
"""Format, version, reposting, published_at µs, published ms, then the lengths of digest (bytes),
current keys, keys held here (8 bytes each), texts (bytes); what remains is the features."""


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
    keys = (*row.keys, *row.held)
    return b"".join(
        (
            _FIXED.pack(
                FORMAT,
                *head.posting_version,
                head.published_at_us,
                head.published_ms,
                len(head.digest),
                len(row.keys),
                len(row.held),
                len(texts),
            ),
            head.digest,
            pack(f"<{len(keys)}q", *keys),
            texts,
            row.blob,
        )
    )


def decode(key: bytes, value: bytes) -> Row[F]:
    """Return the row of an entity reference; raises RowFormatError."""
    known, version, reposting, published_at_us, published_ms, digest, current, held, texts = (
        _FIXED.unpack_from(value)
    )
    if known != FORMAT:
        raise RowFormatError(f"format {known}, this build reads {FORMAT}")
    keys_at = _FIXED.size + digest
    texts_at = keys_at + 8 * (current + held)
    keys = unpack_from(f"<{current + held}q", value, keys_at)
    owner, sides, former, owners, *rest = orjson.loads(value[texts_at : texts_at + texts])
    occurred_at_us, role, facts = rest or (0, "", [])
    record, _, entity = key.decode().partition("#")
    head = Head(
        record,
        (version, reposting),
        published_at_us,
        value[_FIXED.size : keys_at],
        owner,
        tuple(sides),
        tuple(former),
        tuple(owners),
        published_ms,
        occurred_at_us,
    )
    posted = EntityPosting(
        entity=entity,
        kind="",
        keys=list(keys[:current]),
        features=value[texts_at + texts :],
        role=role,
        facts=facts,
    )
    return Row(head, posted, keys[current:])
