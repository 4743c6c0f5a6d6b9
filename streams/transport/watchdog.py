"""Which partition is stuck, and on what: a stalled worker says so and ends, it never waits on."""

from collections.abc import Callable, Mapping
from typing import Any

from streams.transport.lanes import Lane

REBALANCE_FACTOR = 3.0
"""A rebalance may take so many times as long as a batch, before that is a stall."""


class StalledError(RuntimeError):
    """A partition has made no progress for too long: crash rather than stall."""


class RecordsGoneError(RuntimeError):
    """Records were deleted before they were read: to go on would be to lose them in silence."""


def find_stall(
    lanes: Mapping[Any, Lane],
    doing: Mapping[int, str],
    end: Callable[[Any], int],
    now: float,
    limit_seconds: float,
) -> str | None:
    """Return partition and reason of the first stall.

    Keys of `lanes` are Faust's `TP`; `end` is where a source partition ends, as far as known.
    """
    for tp, lane in lanes.items():
        if now - lane.progress_at <= limit_seconds:
            continue
        place = f"no progress on {tp.topic} {tp.partition} for {limit_seconds:.0f} s"
        if not lane.handed_out:
            return f"{place}: at offset {lane.next_offset} of {end(tp)} nothing is fetched"
        first, last = lane.handed_out[0].offset, lane.handed_out[-1].offset
        waits = doing.get(tp.partition, "the stage")
        return f"{place}: offsets {first} to {last} wait for {waits}"
    return None


def rebalance_stall(seconds: float, limit_seconds: float) -> str | None:
    """Say that a rebalance takes too long, if it does."""
    if seconds <= REBALANCE_FACTOR * limit_seconds:
        return None
    return f"no assignment after {seconds:.0f} s of rebalancing"


def gap_reason(tp: Any, expected: int, earliest: int) -> str | None:
    """Say what is gone where a partition now begins after the next record to read."""
    if earliest <= expected:
        return None
    return (
        f"{tp.topic} {tp.partition}: offsets {expected} to {earliest - 1} were deleted unread; "
        "restore them from their source, then move the group's offset by hand"
    )
