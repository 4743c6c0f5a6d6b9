"""The durability order, and what becomes of poison."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.transport.batch import Batch, Message
from streams.transport.changelog import MARKER_KEY, ForeignWriteError
from streams.transport.runner import StageRunner, TableRefusedError
from tests.support.dedupe_stage import POISON, DedupeStage
from tests.support.faulty_driver import StateFirstRunner
from tests.support.memory_kafka import LostError, MemorySink


def messages(*ids: bytes, value: bytes = b"v") -> list[Message]:
    return [
        Message(key, POISON if key == POISON else value, (), "in", 0, offset, 0)
        for offset, key in enumerate(ids)
    ]


def ids_out(sink: MemorySink) -> list[bytes | None]:
    return [output.key for output in sink.outputs]


async def started(
    sink: MemorySink, runner: type[StageRunner] = StageRunner
) -> tuple[StageRunner, DedupeStage, list[tuple[int, int, int, int]]]:
    stage, progress = DedupeStage("in", "out"), list[tuple[int, int, int, int]]()
    started = runner(stage, sink, lambda *figures: progress.append(figures))
    changelog = sink.changelogs[0].rows
    started.state(0).load(changelog)
    await started.take_over(0, generation=1, end=len(changelog))
    return started, stage, progress


async def test_outputs_are_acknowledged_before_state_and_state_before_run_returns() -> None:
    sink = MemorySink()
    runner, _, progress = await started(sink)
    await runner.run(0, messages(b"a", b"b", b"a"))
    assert sink.effects == ["state", "outputs", "state"], "the marker of the take-over comes first"
    assert ids_out(sink) == [b"a", b"b"]
    assert [row.key for row in sink.changelogs[0].rows] == [MARKER_KEY, b"a", b"b"]
    assert progress == [(0, 3, 2, 0)]


async def survived(
    batches: list[list[bytes]], crashes: list[int], runner_type: type[StageRunner]
) -> tuple[set[bytes | None], set[bytes]]:
    """Ids out and ids in state, after crashes at these effects, restarts and replays."""
    sink = MemorySink()
    for crash in [*crashes, None]:
        sink.fail_at = None if crash is None else len(sink.effects) + crash
        try:
            runner, _, _ = await started(sink, runner_type)
            for batch in batches:
                await runner.run(0, messages(*batch))
        except LostError:
            continue
    return set(ids_out(sink)), {key for key, _ in runner.state(0).rows.items()}


ids = st.sampled_from([b"a", b"b", b"c", b"d"])


@given(st.lists(st.lists(ids, min_size=1, max_size=4), max_size=4), st.lists(st.integers(0, 8)))
def test_crashes_at_any_point_and_replays_lose_nothing(
    batches: list[list[bytes]], crashes: list[int]
) -> None:
    given_ids = {key for batch in batches for key in batch}
    assert asyncio.run(survived(batches, crashes, StageRunner)) == (given_ids, given_ids)


async def test_state_before_outputs_loses_an_effect_so_the_order_is_what_saves_it() -> None:
    assert await survived([[b"a"]], [2], StateFirstRunner) == (set(), {b"a"})


@pytest.mark.parametrize("fail_at", [1, 2])
async def test_nothing_is_state_whose_output_or_changelog_failed(fail_at: int) -> None:
    sink = MemorySink(fail_at)
    runner, _, progress = await started(sink)
    with pytest.raises(LostError):
        await runner.run(0, messages(b"a"))
    assert dict(runner.state(0).rows.items()) == {}
    assert progress == []


async def test_poison_is_isolated_and_the_others_of_its_batch_go_through_in_order() -> None:
    sink = MemorySink()
    runner, stage, progress = await started(sink)
    await runner.run(0, messages(b"a", POISON, b"b", b"a"))
    assert [(o.key, o.value) for o in sink.outputs] == [
        (b"a", b"v"),
        (POISON, b"quarantined"),
        (b"b", b"v"),
    ]
    assert sorted(key for key, _ in runner.state(0).rows.items()) == [b"a", b"b"]
    assert [sum(column) for column in zip(*progress, strict=True)] == [0, 4, 3, 1]
    assert stage.counts == {0: 2}, "the index of the dropped batch was dropped too"


async def test_poison_handler_that_raises_stops_everything() -> None:
    class Worse(DedupeStage):
        def poison(self, message: Message, error: Exception, batch: Batch) -> None:
            del message, batch
            raise RuntimeError("cannot even be quarantined") from error

    sink = MemorySink()
    runner = StageRunner(Worse("in", "out"), sink, lambda *_: None)
    await runner.take_over(0, 1)
    with pytest.raises(RuntimeError, match="quarantined"):
        await runner.run(0, messages(POISON))
    assert sink.outputs == []


async def test_stage_without_a_table_cannot_write_rows() -> None:
    class Rowless(DedupeStage):
        table = False

        def poison(self, message: Message, error: Exception, batch: Batch) -> None:
            del message, batch
            raise error

    runner = StageRunner(Rowless("in", "out"), MemorySink(), lambda *_: None)
    await runner.take_over(0, 1)
    with pytest.raises(TableRefusedError):
        await runner.run(0, messages(b"a"))


async def test_index_is_rebuilt_at_take_over_and_forgotten_at_release() -> None:
    sink = MemorySink()
    runner, stage, _ = await started(sink)
    assert stage.counts == {0: 0}
    await runner.take_over(0, generation=2)
    assert sink.effects == ["state"], "an owned partition is not taken over again"
    runner.release(0)
    assert stage.counts == {}
    assert runner.states == {}


def test_partition_taken_away_before_it_was_taken_over_is_no_business_of_the_stage() -> None:
    stage = DedupeStage("in", "out")
    runner = StageRunner(stage, MemorySink(), lambda *_: None)
    runner.state(0)
    runner.release(0)
    assert runner.states == {}


async def test_rows_written_since_recovery_stop_the_take_over() -> None:
    sink = MemorySink()
    sink.changelogs[0].append(0, {b"late": b"row"})
    runner = StageRunner(DedupeStage("in", "out"), sink, lambda *_: None)
    with pytest.raises(ForeignWriteError):
        await runner.take_over(0, generation=1, end=0)


async def test_rows_of_another_owner_stop_the_work() -> None:
    sink = MemorySink()
    runner, _, progress = await started(sink)
    sink.changelogs[0].append(0, {b"z": b"zombie"})
    with pytest.raises(ForeignWriteError):
        await runner.run(0, messages(b"a"))
    assert progress == []


async def test_changelog_whose_last_rows_are_compacted_away_can_be_taken_over() -> None:
    sink = MemorySink()
    sink.changelogs[0].append(0, {b"gone": None})
    runner = StageRunner(DedupeStage("in", "out"), sink, lambda *_: None)
    await runner.take_over(0, generation=1, end=1)
    await runner.run(0, messages(b"a"))
    assert [row.offset for row in sink.changelogs[0].rows] == [0, 1, 2]


async def test_changes_too_large_for_one_atomic_batch_go_record_by_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("streams.transport.changelog.MAX_CHANGES_BYTES", 100)
    sink = MemorySink()
    runner, _, _ = await started(sink)
    await runner.run(0, messages(b"a", b"b"))
    assert sink.effects == ["state", *["outputs", "state"] * 2]
    assert sorted(key for key, _ in runner.state(0).rows.items()) == [b"a", b"b"]
