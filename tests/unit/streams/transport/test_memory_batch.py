"""The overlay a stage writes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.transport.batch import (
    MAX_OUTPUT_BYTES,
    MemoryBatch,
    Output,
    OutputTooLargeError,
    apply_changes,
)

keys = st.sampled_from([b"a", b"b", b"c"])
rows = st.dictionaries(keys, st.binary(max_size=2))
steps = st.lists(st.tuples(keys, st.none() | st.binary(max_size=2)), max_size=12)


@given(rows, steps)
def test_batch_reads_its_own_writes_and_applied_they_are_the_state(
    durable: dict[bytes, bytes], writes: list[tuple[bytes, bytes | None]]
) -> None:
    before, model = dict(durable), dict(durable)
    batch = MemoryBatch(0, durable)
    for key, value in writes:
        if value is None:
            batch.delete(key)
            model.pop(key, None)
        else:
            batch.put(key, value)
            model[key] = value
        assert {k: batch.get(k) for k in (b"a", b"b", b"c")} == {
            k: model.get(k) for k in (b"a", b"b", b"c")
        }
    assert durable == before, "nothing takes effect before it is applied"
    apply_changes(batch.changes, durable)
    assert durable == model


def test_outputs_keep_their_order() -> None:
    batch = MemoryBatch(3, {})
    batch.send("t", 1, b"k", b"first", [("h", b"x")])
    batch.send("t", 1, None, b"second")
    assert batch.outputs == [
        Output("t", 1, b"k", b"first", [("h", b"x")]),
        Output("t", 1, None, b"second", ()),
    ]


def test_output_the_broker_would_refuse_is_refused_in_the_stage() -> None:
    batch = MemoryBatch(0, {})
    batch.send("t", 0, b"", b"x" * MAX_OUTPUT_BYTES)
    with pytest.raises(OutputTooLargeError, match="900003 bytes to t"):
        batch.send("t", 0, b"k", b"x" * MAX_OUTPUT_BYTES, [("h", b"v")])
    assert len(batch.outputs) == 1
