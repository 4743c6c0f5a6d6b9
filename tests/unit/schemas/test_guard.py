"""The guard: hostile schemas are not admitted, hostile bytes are refused before any decode."""

import contextlib
import copy
import io
import time
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import Codec
from schemas.errors import ContractError, Reason
from schemas.guard import MAX_ITEMS, MAX_VALUE_BYTES, compile_walk
from schemas.lint import lint
from schemas.registry import load_lock
from tests.support.avro_data import datums
from tests.support.events import SUBJECT_REPORTED, build_event, build_header

LOCK = load_lock()
CODEC = Codec(LOCK)
VALUE = CODEC.encode(SUBJECT_REPORTED, build_event())
FRAME = 5


def zigzag(number: int) -> bytes:
    raw, out = (number << 1) ^ (number >> 63), bytearray()
    while raw > 0x7F:
        out.append(raw & 0x7F | 0x80)
        raw >>= 7
    return bytes([*out, raw])


def record(name: str, **fields: Any) -> dict[str, Any]:
    listed = [{"name": field, "type": kind} for field, kind in fields.items()]
    return {"type": "record", "name": name, "fields": listed}


def array(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def doubling(levels: int) -> dict[str, Any]:
    schema = record("L0", a="int")
    for level in range(1, levels):
        schema = record(f"L{level}", a=schema, b=f"L{level - 1}")
    return schema


def deep(levels: int) -> Any:
    schema: Any = "int"
    for level in range(levels):
        schema = record(f"D{level}", a=schema)
    return schema


def nested(levels: int) -> Any:
    schema: Any = "int"
    for _ in range(levels):
        schema = array(schema)
    return schema


HOSTILE_SCHEMAS = {
    "recursion": record("Node", next=["null", "Node"]),
    "array of nulls": record("A", a=array("null")),
    "array of empty records": record("A", a=array(record("Empty"))),
    "decimal over bytes": record(
        "A", a={"type": "bytes", "logicalType": "decimal", "precision": 38}
    ),
    "doubling 21 levels": doubling(21),
    "doubling 12 levels": doubling(12),
    "too deep": deep(30),
    "loops in loops": nested(9),
    "undefined name": record("A", a="Nowhere"),
}


@pytest.mark.parametrize("schema", HOSTILE_SCHEMAS.values(), ids=HOSTILE_SCHEMAS)
def test_hostile_schema_is_not_admitted(schema: Any) -> None:
    with pytest.raises(ContractError) as caught:
        lint(schema)
    assert caught.value.code == Reason.UNSAFE


@pytest.mark.parametrize("name", LOCK.current)
def test_every_locked_schema_is_admitted(name: str) -> None:
    lint(LOCK.current[name].schema)


def test_what_the_lint_allows_is_walked() -> None:
    schema = record(
        "All",
        flag="boolean",
        small="float",
        big="double",
        count="long",
        text="string",
        maybe=["null", "string", "long"],
        table={"type": "map", "values": array("int")},
        choice={"type": "enum", "name": "E", "symbols": ["A", "B"]},
        digest={"type": "fixed", "name": "F", "size": 16},
        again="F",
    )
    lint(schema)
    datum = {
        "flag": True,
        "small": 1.0,
        "big": 2.0,
        "count": -(2**63),
        "text": "x" * 300,
        "maybe": 7,
        "table": {"a": [1, 2], "b": []},
        "choice": "B",
        "digest": b"d" * 16,
        "again": b"e" * 16,
    }
    out = io.BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(copy.deepcopy(schema)), datum)
    walk = compile_walk(schema)
    walk(out.getvalue(), 0)
    for cut in range(len(out.getvalue())):
        with pytest.raises(ContractError):
            walk(out.getvalue()[:cut], 0)


@pytest.mark.parametrize("name", LOCK.current)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_walk_passes_whatever_the_codec_writes(name: str, data: st.DataObject) -> None:
    schema = LOCK.current[name].schema
    out = io.BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(schema), data.draw(datums(schema)))
    compile_walk(schema)(out.getvalue(), 0)


def refusal(value: bytes) -> str:
    started = time.perf_counter()
    with pytest.raises(ContractError) as caught:
        CODEC.inspect(value)
    assert time.perf_counter() - started < 0.05, "refused late"
    return caught.value.code


@given(st.integers(0, len(VALUE) - 1))
def test_every_shorter_prefix_is_truncated(cut: int) -> None:
    assert refusal(VALUE[:cut]) == Reason.TRUNCATED


def test_bytes_after_the_value_are_unsafe() -> None:
    assert refusal(VALUE + b"\0") == Reason.UNSAFE


def test_more_than_the_limit_is_oversized_whatever_it_holds() -> None:
    assert refusal(bytes(MAX_VALUE_BYTES + 1)) == Reason.OVERSIZED
    assert refusal(VALUE[:FRAME] + bytes(MAX_VALUE_BYTES)) == Reason.OVERSIZED


def body(*, cases: bytes) -> bytes:
    """An event up to its list of cases, whose bytes follow."""
    lean = build_event()
    lean["header"] |= {"cases": ["\x01marker"]}
    value = CODEC.encode(SUBJECT_REPORTED, lean)
    return value[: value.index(zigzag(1) + zigzag(7) + b"\x01marker")] + cases


BOMBS = {
    "array count of 10^12": (body(cases=zigzag(10**12)), Reason.UNSAFE),
    "negative block of 10^12": (body(cases=zigzag(-(10**12)) + zigzag(8)), Reason.UNSAFE),
    "smallest long as count": (body(cases=zigzag(-(2**63)) + zigzag(8)), Reason.UNSAFE),
    "string of 10^12": (body(cases=zigzag(1) + zigzag(10**12)), Reason.UNSAFE),
    "string of negative length": (body(cases=zigzag(1) + zigzag(-1)), Reason.UNSAFE),
    "string past the end": (body(cases=zigzag(1) + zigzag(5_000)), Reason.TRUNCATED),
    "length beyond 64 bits": (body(cases=zigzag(1) + b"\xff" * 9 + b"\x02"), Reason.UNSAFE),
    "varint without end": (body(cases=b"\xff" * 40), Reason.UNSAFE),
    "more items than the budget": (
        body(cases=(zigzag(MAX_ITEMS // 2) + bytes(MAX_ITEMS // 2)) * 3),
        Reason.UNSAFE,
    ),
    "blocks of nothing": (body(cases=b"\x80\x00" * 1_000), Reason.UNSAFE),
}


@pytest.mark.parametrize(("value", "reason"), BOMBS.values(), ids=BOMBS)
def test_bomb_is_refused_with_its_reason(value: bytes, reason: Reason) -> None:
    assert refusal(value) == reason


@pytest.mark.parametrize("name", sorted(BOMBS.keys() - {"more items than the budget"}))
def test_bomb_is_refused_within_a_millisecond(name: str) -> None:
    assert cpu_seconds(BOMBS[name][0]) < 0.001


def test_the_whole_budget_of_items_is_walked_in_milliseconds() -> None:
    assert cpu_seconds(BOMBS["more items than the budget"][0]) < 0.005


def cpu_seconds(value: bytes) -> float:
    def once() -> float:
        started = time.thread_time()
        with pytest.raises(ContractError):
            CODEC.inspect(value)
        return time.thread_time() - started

    return min(once() for _ in range(20))


@pytest.mark.parametrize("version", [2**31, -(2**31) - 1, 2**34, 2**40, 2**62])
def test_int_beyond_32_bits_is_unsafe(version: int) -> None:
    event = build_event(header=build_header(version=version))
    assert refusal(CODEC.encode(SUBJECT_REPORTED, event)) == Reason.UNSAFE


def test_long_beyond_64_bits_is_unsafe() -> None:
    walk = compile_walk(record("A", a="long"))
    walk(b"\xff" * 9 + b"\x01", 0)
    with pytest.raises(ContractError, match=Reason.UNSAFE):
        walk(b"\xff" * 9 + b"\x02", 0)


@pytest.mark.parametrize("version", [2**31 - 1, -(2**31)])
def test_int_of_32_bits_passes(version: int) -> None:
    event = build_event(header=build_header(version=version))
    assert CODEC.inspect(CODEC.encode(SUBJECT_REPORTED, event)) == SUBJECT_REPORTED


@given(st.binary(max_size=300))
def test_no_bytes_make_the_guard_raise_anything_else(tail: bytes) -> None:
    for value in (tail, VALUE[:FRAME] + tail, VALUE[:200] + tail):
        with contextlib.suppress(ContractError):
            assert CODEC.inspect(value) == SUBJECT_REPORTED


@given(st.data())
def test_a_changed_byte_never_crashes_a_guarded_decode(data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(VALUE) - 1))
    changed = bytearray(VALUE)
    changed[index] = data.draw(st.integers(0, 255))
    try:
        decoded = CODEC.decode_untrusted(bytes(changed))
    except ContractError:
        return
    assert decoded.schema_name.startswith("liaison.")
