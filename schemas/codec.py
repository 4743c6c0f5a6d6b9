"""Bytes on a topic ↔ decoded values: Confluent frame (0x00, 4-byte big-endian id), then Avro.

Only schemas of the lock are ever resolved; what a message merely names is refused. Values of
an earlier locked version are read as the current one. `decode_header` and
`decode_record_postings` stop after the leading fields: the writer's schema is cut there.
"""

import io
import struct
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple, cast

import fastavro

from schemas.catalogue import EVENT_TYPES
from schemas.errors import ContractError, Reason
from schemas.event import Header
from schemas.guard import MAX_VALUE_BYTES, Walk, compile_walk
from schemas.record import RecordPostings
from schemas.registry import Lock, LockedSchema
from schemas.topics import RECORD_SCHEMA

_FRAME: Final = struct.Struct(">BI")
_BAD_DATUM: Final = (TypeError, ValueError, KeyError, AttributeError, OverflowError)
_BAD_BYTES: Final = (*_BAD_DATUM, EOFError, IndexError, MemoryError)

Read = Callable[[io.BytesIO, Any, Any], Any]
_read = cast("Read", fastavro.schemaless_reader)
_write = fastavro.schemaless_writer


class Decoded(NamedTuple):
    """A value and the full name of its schema."""

    schema_name: str
    datum: dict[str, Any]


class _Plan:
    """What one locked schema needs to be read and written, parsed once and when first used."""

    def __init__(self, locked: LockedSchema, current: LockedSchema) -> None:
        self.name = locked.name
        self.frame = _FRAME.pack(0, locked.id)
        self.is_event = locked.name in EVENT_TYPES
        self._locked = locked
        self._current = current

    @cached_property
    def writer(self) -> Any:
        return fastavro.parse_schema(self._locked.schema)

    @cached_property
    def reader(self) -> Any:
        """The current version to resolve to; None: the bytes are of that version."""
        if self._locked is self._current:
            return None
        return fastavro.parse_schema(self._current.schema)

    @cached_property
    def walk(self) -> Walk:
        return compile_walk(self._locked.schema)

    def prefix(self, fields: int) -> tuple[Any, Any]:
        """Return the writer's and reader's schemas, cut after the leading fields."""
        reader = None if self.reader is None else _cut(self._current.schema, fields)
        return _cut(self._locked.schema, fields), reader

    @cached_property
    def header(self) -> tuple[Any, Any]:
        return self.prefix(1)

    @cached_property
    def postings(self) -> tuple[Any, Any]:
        return self.prefix(2)


def _cut(schema: Mapping[str, Any], fields: int) -> Any:
    return fastavro.parse_schema({**schema, "fields": schema["fields"][:fields]})


class Codec:
    """Encodes and decodes every schema of a lock. Cheap to share, safe between threads."""

    def __init__(self, lock: Lock) -> None:
        self._by_id = {
            locked.id: _Plan(locked, lock.current[locked.name]) for locked in lock.by_id.values()
        }
        self._by_name = {name: self._by_id[locked.id] for name, locked in lock.current.items()}

    def encode(self, schema_name: str, datum: Mapping[str, Any]) -> bytes:
        """Return the framed value; absent fields take their defaults, times must be aware.

        Raises ContractError: UNKNOWN_SCHEMA, or MALFORMED when the datum does not fit.
        """
        plan = self._by_name.get(schema_name)
        if plan is None:
            raise ContractError(Reason.UNKNOWN_SCHEMA, f"{schema_name} is not in the lock")
        out = io.BytesIO()
        out.write(plan.frame)
        try:
            _write(out, plan.writer, datum)
        except _BAD_DATUM as error:
            raise _malformed(schema_name, error) from None
        return out.getvalue()

    def decode(self, value: bytes) -> Decoded:
        """Return a whole value of our own making, or one that `inspect` has let through.

        Raises ContractError: TRUNCATED, UNKNOWN_SCHEMA, or MALFORMED.
        """
        plan = self._plan(value)
        datum = self._read(value, plan, plan.writer, plan.reader)
        if plan.is_event and datum["header"]["event_type"] != plan.name:
            raise ContractError(Reason.MALFORMED, "header.event_type is not the schema's name")
        return Decoded(plan.name, datum)

    def schema_name(self, value: bytes) -> str:
        """Return the name of a framed value's schema; raises ContractError like `decode`."""
        return self._plan(value).name

    def decode_header(self, value: bytes) -> tuple[str, Header]:
        """Return schema name and header of an event, without decoding the rest."""
        plan = self._plan(value)
        datum = self._read(value, plan, *plan.header)
        return plan.name, cast("Header", datum["header"])

    def decode_record_postings(self, value: bytes) -> RecordPostings:
        """Return header and postings of a `liaison.Record`, without the event's bytes."""
        plan = self._plan(value)
        if plan.name != RECORD_SCHEMA:
            raise ContractError(Reason.UNKNOWN_SCHEMA, f"{plan.name} is not {RECORD_SCHEMA}")
        return cast("RecordPostings", self._read(value, plan, *plan.postings))

    def inspect(self, value: bytes) -> str:
        """Return the schema name of a foreign event that is safe to decode.

        Raises ContractError: OVERSIZED, TRUNCATED, UNKNOWN_SCHEMA (no event schema of the lock
        included) or UNSAFE. Builds nothing.
        """
        if len(value) > MAX_VALUE_BYTES:
            raise ContractError(Reason.OVERSIZED, f"more than {MAX_VALUE_BYTES} bytes")
        plan = self._plan(value)
        if not plan.is_event:
            raise ContractError(Reason.UNKNOWN_SCHEMA, f"{plan.name} is not an event")
        plan.walk(value, _FRAME.size)
        return plan.name

    def decode_untrusted(self, value: bytes) -> Decoded:
        """Return a foreign event: `inspect`, then `decode`."""
        self.inspect(value)
        return self.decode(value)

    def _plan(self, value: bytes) -> _Plan:
        if len(value) < _FRAME.size:
            raise ContractError(Reason.TRUNCATED, "shorter than its frame")
        magic, schema_id = _FRAME.unpack_from(value)
        plan = self._by_id.get(schema_id)
        if magic or plan is None:
            raise ContractError(Reason.UNKNOWN_SCHEMA, "no frame with a locked schema id")
        return plan

    @staticmethod
    def _read(value: bytes, plan: _Plan, writer: Any, reader: Any) -> dict[str, Any]:
        stream = io.BytesIO(value)
        stream.seek(_FRAME.size)
        try:
            return cast("dict[str, Any]", _read(stream, writer, reader))
        except _BAD_BYTES as error:
            raise _malformed(plan.name, error) from None


def _malformed(schema_name: str, error: BaseException) -> ContractError:
    # The library's message may quote a value, so only its class is kept.
    return ContractError(Reason.MALFORMED, f"{schema_name}: {type(error).__name__}")
