"""Durable state of a partition: what loading makes of a changelog, zombies included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.transport.batch import apply_changes
from streams.transport.changelog import (
    MARKER_KEY,
    MAX_CHANGES_BYTES,
    ChangelogVersionError,
    ChangesTooLargeError,
    ForeignWriteError,
    PartitionState,
    check_size,
)
from tests.support.memory_kafka import ChangelogPartition, Row


class Owner:
    def __init__(self, log: ChangelogPartition, generation: int) -> None:
        self.log, self.state = log, PartitionState()
        self.state.load(log.rows)
        token, rows = self.state.claim(generation)
        self.state.written(log.append(token, rows), len(rows))
        self.state.owned = self.state.token = token

    def write(self, **changes: bytes | None) -> None:
        rows = {key.encode(): value for key, value in changes.items()}
        self.state.written(self.log.append(self.state.owned, rows), len(rows))
        self.state.apply(rows)


def loaded(rows: list[Row]) -> dict[bytes, bytes]:
    state = PartitionState()
    state.load(rows)
    return dict(state.rows.items())


def test_loading_gives_the_rows_written_and_no_marker() -> None:
    log = ChangelogPartition()
    Owner(log, 1).write(a=b"1", b=b"", c=b"3")
    Owner(log, 2).write(c=None)
    assert loaded(log.rows) == {b"a": b"1", b"b": b""}
    assert log.rows[0].key == MARKER_KEY


def test_rows_of_a_fenced_owner_are_skipped_and_their_keys_rewritten_before_compaction() -> None:
    log = ChangelogPartition()
    zombie = Owner(log, 1)
    zombie.write(a=b"old")
    Owner(log, 2).write(a=b"new")
    with pytest.raises(ForeignWriteError):
        zombie.write(a=b"zombie", z=b"zombie")
    assert loaded(log.rows) == {b"a": b"new"}
    assert loaded(log.compacted()) != {b"a": b"new"}, "why the next owner must rewrite"
    Owner(log, 3)
    assert loaded(log.rows) == loaded(log.compacted()) == {b"a": b"new"}
    rewritten = len(log.rows)
    Owner(log, 4)
    assert [row.key for row in log.rows[rewritten:]] == [MARKER_KEY], "once is enough"


def test_owner_notices_that_another_has_written() -> None:
    log = ChangelogPartition()
    first = Owner(log, 1)
    Owner(log, 2)
    with pytest.raises(ForeignWriteError, match="offset 2, expected 1"):
        first.write(a=b"1")


def test_tokens_grow_where_the_group_counts_anew_or_a_member_restarts_in_its_generation() -> None:
    log = ChangelogPartition()
    tokens = [Owner(log, generation).state.token for generation in (7, 7, 1, 8)]
    assert tokens == sorted(set(tokens))


def test_loading_on_continues_where_it_ended_and_a_foreign_owner_takes_ownership() -> None:
    log = ChangelogPartition()
    kept = Owner(log, 1)
    kept.write(a=b"1")
    kept.state.load(log.rows)
    owned = [kept.state.is_owned]
    Owner(log, 2).write(b=b"2")
    kept.state.load(log.rows)
    owned.append(kept.state.is_owned)
    kept.state.load(log.rows)
    assert owned == [True, False]
    assert kept.state.foreign == set(), "rows read again are not somebody else's"
    assert dict(kept.state.rows.items()) == {b"a": b"1", b"b": b"2"}


def test_owner_that_reads_a_fenced_row_is_no_longer_sure_of_its_partition() -> None:
    log = ChangelogPartition()
    zombie, owner = Owner(log, 1), PartitionState()
    Owner(log, 2)
    owner.load(log.rows)
    owner.owned = owner.token
    log.append(zombie.state.owned, {b"a": b"zombie"})
    owner.load(log.rows)
    assert not owner.is_owned


writes = st.lists(
    st.tuples(st.booleans(), st.sampled_from("abc"), st.none() | st.binary(max_size=1)),
    max_size=20,
)


@given(writes)
def test_whatever_a_zombie_writes_state_is_what_the_owner_wrote(
    history: list[tuple[bool, str, bytes | None]],
) -> None:
    log, model = ChangelogPartition(), {b"a": b"0"}
    zombie = Owner(log, 1)
    zombie.write(a=b"0")
    owner = Owner(log, 2)
    for is_zombie, key, value in history:
        row = {key.encode(): value}
        if is_zombie:
            log.append(zombie.state.owned, row)
        else:
            log.append(owner.state.owned, row)
            apply_changes(row, model)
    assert loaded(log.rows) == model
    Owner(log, 3)
    assert loaded(log.compacted()) == model


def test_changes_that_one_record_batch_cannot_hold_are_refused() -> None:
    check_size({b"k": b"x" * (MAX_CHANGES_BYTES - 65)})
    with pytest.raises(ChangesTooLargeError):
        check_size({b"k": b"x" * (MAX_CHANGES_BYTES - 64)})


def test_rows_of_another_format_are_refused_when_they_are_loaded() -> None:
    log = ChangelogPartition()
    Owner(log, 1).write(a=b"1")
    with pytest.raises(ChangelogVersionError, match=r"format b'1\.0', this build reads b'1\.2'"):
        PartitionState(row_format=2).load(log.rows)
