"""Bookkeeping of one source partition."""

from hypothesis import given
from hypothesis import strategies as st

from streams.transport.batch import Message
from streams.transport.lanes import MAX_BATCH_BYTES, MAX_BATCH_RECORDS, Lane


def message(offset: int, value: bytes = b"") -> Message:
    return Message(None, value, (), "t", 0, offset, 0)


@given(st.lists(st.integers(0, 40), max_size=6))
def test_every_record_is_handed_out_once_in_order_however_often_a_seek_goes_back(
    seeks: list[int],
) -> None:
    lane, seen, position = Lane(), [], 0
    for back in [*seeks, 0]:
        end = min(position + 17, 60)
        lane.offer(message(n) for n in range(min(back, position), end))
        position = end
        while lane.hand_out(0.0):
            seen += [m.offset for m in lane.handed_out]
            lane.settle()
    assert seen == list(range(position))
    assert lane.settled == position


def test_one_batch_at_a_time_and_what_arrives_meanwhile_gathers() -> None:
    lane = Lane()
    lane.offer([message(0)])
    assert lane.hand_out(1.0)
    lane.offer([message(1)])
    lane.offer([message(2)])
    assert not lane.hand_out(2.0)
    settled = [lane.settled]
    lane.settle()
    assert [*settled, lane.settled] == [None, 1]
    assert lane.hand_out(3.0)
    assert [m.offset for m in lane.handed_out] == [1, 2]


def test_batch_is_bounded_in_records_and_bytes_but_takes_at_least_one() -> None:
    lane = Lane()
    lane.offer(message(n) for n in range(MAX_BATCH_RECORDS + 1))
    assert lane.is_full
    lane.hand_out(0.0)
    assert len(lane.handed_out) == MAX_BATCH_RECORDS

    lane = Lane()
    lane.offer(message(n, b"x" * (MAX_BATCH_BYTES + 1)) for n in range(2))
    lane.hand_out(0.0)
    assert len(lane.handed_out) == 1


def test_oldest_record_is_the_first_not_settled() -> None:
    lane = Lane()
    oldest = [lane.oldest]
    lane.offer([message(4), message(5)])
    oldest.append(lane.oldest)
    lane.hand_out(0.0)
    lane.offer([message(6)])
    oldest.append(lane.oldest)
    lane.settle()
    oldest.append(lane.oldest)
    assert oldest == [None, message(4), message(4), message(6)]
