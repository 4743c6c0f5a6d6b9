"""Two Avro implementations that share no code agree on every locked schema.

fastavro is on our hot path; avro-python3 reads what it wrote, and the other way round.
"""

import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import avro.io
import avro.schema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue import EVENT_TYPES
from schemas.codec import Codec
from schemas.registry import load_lock
from tests.support.avro_data import datums
from tests.support.events import build_event

LOCK = load_lock()
CODEC = Codec(LOCK)
FRAME_BYTES = 5
OTHER = {locked.id: avro.schema.parse(json.dumps(locked.schema)) for locked in LOCK.by_id.values()}


def write_by_avro(schema: Any, datum: Any) -> bytes:
    out = io.BytesIO()
    avro.io.DatumWriter(schema).write(plain(datum), avro.io.BinaryEncoder(out))
    return out.getvalue()


def read_by_avro(writer: Any, reader: Any, body: bytes) -> Any:
    decoder = avro.io.BinaryDecoder(io.BytesIO(body))
    return avro.io.DatumReader(writer, reader).read(decoder)


def plain(value: Any) -> Any:
    """Times and dates as the integers they are on the wire: avro-python3 has no logical types."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return (value - date(1970, 1, 1)).days if isinstance(value, date) else value


def agree(name: str, datum: dict[str, Any]) -> None:
    current = LOCK.current[name]
    schema = OTHER[current.id]
    value = CODEC.encode(name, datum)
    assert read_by_avro(schema, schema, value[FRAME_BYTES:]) == plain(datum)
    theirs = value[:FRAME_BYTES] + write_by_avro(schema, datum)
    assert CODEC.decode(theirs) == (name, datum)
    if name in EVENT_TYPES:
        assert CODEC.inspect(theirs) == name


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_events_are_read_and_written_alike(name: str) -> None:
    agree(name, build_event(name))


@pytest.mark.parametrize("name", LOCK.current)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_any_value_is_read_and_written_alike(name: str, data: st.DataObject) -> None:
    datum = data.draw(datums(LOCK.current[name].schema))
    if name in EVENT_TYPES:
        datum["header"]["event_type"] = name
    agree(name, datum)


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_prefix_is_what_the_other_implementation_reads_there(name: str) -> None:
    value = CODEC.encode(name, build_event(name))
    schema = OTHER[LOCK.current[name].id]
    whole = read_by_avro(schema, schema, value[FRAME_BYTES:])
    assert plain(CODEC.decode_header(value)[1]) == whole["header"]


EARLIER = [(e.id, n) for n in LOCK.current for e in LOCK.versions(n) if e != LOCK.current[n]]


@pytest.mark.parametrize(("schema_id", "name"), EARLIER)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_earlier_version_resolves_alike(schema_id: int, name: str, data: st.DataObject) -> None:
    datum = data.draw(datums(LOCK.by_id[schema_id].schema))
    if name in EVENT_TYPES:
        datum["header"]["event_type"] = name
    body = write_by_avro(OTHER[schema_id], datum)
    ours = CODEC.decode(b"\0" + schema_id.to_bytes(4, "big") + body).datum
    theirs = read_by_avro(OTHER[schema_id], OTHER[LOCK.current[name].id], body)
    assert plain(ours) == theirs
