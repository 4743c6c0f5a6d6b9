"""A stalled partition is named with its reason; one that has nothing to do is not stalled."""

from faust.types import TP

from streams.transport.batch import Message
from streams.transport.lanes import MAX_BATCH_BYTES, Lane
from streams.transport.watchdog import find_stall, gap_reason, rebalance_stall

LIMIT = 60.0


PLACE = TP("in", 3)


def fetched(count: int, first: int = 0, size: int = 1) -> Lane:
    lane = Lane(now=100.0)
    lane.offer(Message(None, b"x" * size, (), "in", 3, n, 0) for n in range(first, first + count))
    return lane


def stall(lane: Lane, now: float, doing: dict[int, str] | None = None, end: int = 5) -> str | None:
    return find_stall({PLACE: lane}, doing or {}, lambda _: end, now, LIMIT)


def test_batch_in_flight_is_named_with_its_offsets_and_what_it_waits_for() -> None:
    lane = fetched(5)
    lane.hand_out(100.0)
    assert stall(lane, 160.0) is None
    assert stall(lane, 161.0, {3: "outputs"}) == (
        "no progress on in 3 for 60 s: offsets 0 to 4 wait for outputs"
    )
    assert "the stage" in str(stall(lane, 161.0))


def test_partition_from_which_nothing_is_fetched_is_a_stall() -> None:
    assert stall(Lane(now=100.0), 161.0, end=7) == (
        "no progress on in 3 for 60 s: at offset 0 of 7 nothing is fetched"
    )


def test_rebalance_that_never_ends_is_a_stall() -> None:
    assert rebalance_stall(180.0, LIMIT) is None
    assert "181 s of rebalancing" in str(rebalance_stall(181.0, LIMIT))


def test_records_deleted_unread_are_named_and_markers_are_not_records() -> None:
    assert gap_reason(PLACE, expected=10, earliest=4) is None
    assert gap_reason(PLACE, expected=10, earliest=10) is None
    assert "in 3: offsets 10 to 11 were deleted unread" in str(gap_reason(PLACE, 10, 12))


def test_lane_is_full_by_bytes_too_and_has_room_again_once_it_has_handed_out() -> None:
    lane = fetched(3, size=MAX_BATCH_BYTES // 2)
    assert lane.is_full
    lane.hand_out(0.0)
    assert len(lane.handed_out) == 2
    assert not lane.is_full
