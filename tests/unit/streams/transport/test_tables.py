"""A table on disk is the table in memory, and what is not sound on disk is thrown away, aloud."""

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.transport.changelog import ChangelogVersionError, PartitionState
from streams.transport.recovery import BulkRecovery, TableLiesError
from streams.transport.tables import DiskRows, Mark, MemoryRows
from tests.support.memory_kafka import ChangelogPartition

pytest.importorskip("rocksdict")

keys = st.sampled_from([b"a", b"b", b"c", b"\x00", b"long" * 30])
changes = st.lists(st.dictionaries(keys, st.none() | st.binary(max_size=40)), max_size=6)
marks = st.builds(
    Mark, st.integers(0, 1 << 60), st.integers(0, 1 << 60), st.frozensets(st.binary()), st.binary()
)


@given(marks)
def test_mark_is_read_as_it_was_written(mark: Mark) -> None:
    assert Mark.decode(mark.encode()) == mark


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes, st.data())
def test_disk_and_memory_hold_the_same_also_after_they_are_opened_again(
    tmp_path_factory: pytest.TempPathFactory, batches: list[dict[bytes, bytes | None]], data: Any
) -> None:
    folder = tmp_path_factory.mktemp("table")
    disk, memory = DiskRows.open(folder), MemoryRows()
    for end, batch in enumerate(batches, 1):
        mark = Mark(end, 7, frozenset({b"f"}), b"1.0")
        disk.apply(batch, mark)
        memory.apply(batch, mark)
        if data.draw(st.booleans()):
            disk.close()
            disk = DiskRows.open(folder)
        assert (dict(disk.items()), disk.mark) == (memory, memory.mark)
        assert [disk.get(key) for key in batch] == [memory.get(key) for key in batch]
    disk.close()


def log_of(count: int) -> ChangelogPartition:
    log = ChangelogPartition()
    for n in range(count):
        log.append(1, {b"%d" % n: b"v"})
    return log


def test_restart_reads_the_tail_alone(tmp_path: Path) -> None:
    log = log_of(5)
    state = PartitionState(rows=DiskRows.open(tmp_path))
    state.load(log.rows)
    state.rows.close()
    log.append(1, {b"0": None, b"new": b"v"})
    again = PartitionState(rows=DiskRows.open(tmp_path))
    assert again.end == 5
    again.load(log.rows[5:])
    assert {key for key, _ in again.rows.items()} == {b"1", b"2", b"3", b"4", b"new"}
    again.rows.close()


def test_rows_of_a_zombie_are_still_known_as_foreign_after_a_restart(tmp_path: Path) -> None:
    log = ChangelogPartition()
    log.append(2, {b"a": b"right"})
    log.append(1, {b"a": b"zombie"})
    state = PartitionState(rows=DiskRows.open(tmp_path))
    state.load(log.rows)
    state.rows.close()
    again = PartitionState(rows=DiskRows.open(tmp_path))
    assert again.claim(1)[1][b"a"] == b"right"
    again.rows.close()


@pytest.mark.parametrize("spoil", ["CURRENT", "*.log"])
def test_table_that_is_cut_short_is_read_from_the_changelog_with_the_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: str
) -> None:
    rows = DiskRows.open(tmp_path)
    rows.apply({b"a": b"v"}, Mark(1, 1))
    rows.close()
    for path in tmp_path.glob(spoil):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with caplog.at_level(logging.WARNING):
        again = DiskRows.open(tmp_path)
    assert (again.mark, dict(again.items())) in [(Mark(), {}), (Mark(1, 1), {b"a": b"v"})]
    if again.mark == Mark() and spoil == "CURRENT":
        assert "is thrown away, the changelog is read instead" in caplog.text
    again.close()


def test_table_of_another_format_is_refused(tmp_path: Path) -> None:
    rows = DiskRows.open(tmp_path)
    rows.apply({}, Mark(1, 1, frozenset(), b"1.9"))
    with pytest.raises(ChangelogVersionError):
        PartitionState(row_format=2, rows=rows)
    rows.close()


def test_table_that_knows_more_than_its_changelog_is_thrown_away(tmp_path: Path) -> None:
    rows = DiskRows.open(tmp_path)
    rows.apply({b"a": b"made up"}, Mark(9, 1, frozenset(), b"1.0"))
    state = PartitionState(rows=rows)
    app = SimpleNamespace(
        recovery=SimpleNamespace(active_remaining=dict, active_highwaters={0: 3}),
        changelog_tp=lambda partition: partition,
        runner=SimpleNamespace(state=lambda _: state),
    )
    with pytest.raises(TableLiesError, match="read to 9, changelog to 4"):
        BulkRecovery(app).end(0)
    assert DiskRows.open(tmp_path).mark == Mark()
