"""The policy lease: what it counts from, what it lets out, and when it is confirmed."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from consumers.delivery.lease import LEASE, Lease
from schemas.clock import FixedClock
from tests.support.delivery_world import START, World, WorldKeeper

MOMENT = timedelta(milliseconds=1)


class Owed(NamedTuple):
    """What an attempt says of itself."""

    first_byte_by: datetime
    policy_number: int


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.book.close()


def suspended(world: World) -> int:
    return world.act("BIS", "suspend")


def test_first_byte_needs_the_policy_it_was_decided_by_and_its_time() -> None:
    clock = FixedClock(START)
    lease = Lease(clock)
    lease.renew(1, START + LEASE)
    assert lease.enter(Owed(START + LEASE, 1))
    lease.leave(Owed(START + LEASE, 1))
    assert not lease.enter(Owed(START + LEASE, 0))
    assert not lease.enter(Owed(START, 1))
    lease.renew(2, START + 2 * LEASE)
    assert not lease.enter(Owed(START + LEASE, 1))


def test_lease_ends_by_itself_and_only_its_own_number_may_begin() -> None:
    clock = FixedClock(START)
    lease = Lease(clock)
    lease.renew(1, START + LEASE)
    assert (lease.end(1), lease.end(2)) == (START + LEASE, None)
    clock.advance(LEASE)
    assert lease.end(1) is None


def test_new_policy_waits_for_a_first_byte_that_was_let_out() -> None:
    lease = Lease(FixedClock(START))
    lease.renew(1, START + LEASE)
    assert lease.enter(Owed(START + LEASE, 1))
    assert not lease.renew(2, START + LEASE, patience_seconds=0)
    assert not lease.enter(Owed(START + LEASE, 1))
    threading.Timer(0.01, lease.leave, (Owed(START + LEASE, 1),)).start()
    assert lease.renew(3, START + LEASE, patience_seconds=5)


def test_no_renewal_of_the_new_policy_passes_over_who_is_still_inside_for_the_old() -> None:
    lease, old = Lease(FixedClock(START)), Owed(START + LEASE, 1)
    lease.renew(1, START + LEASE)
    assert lease.enter(old)
    for _ in range(3):
        assert not lease.renew(2, START + 2 * LEASE, patience_seconds=0)
    lease.leave(old)
    assert lease.renew(2, START + 2 * LEASE, patience_seconds=0)


def test_suspension_is_in_force_when_it_was_received_not_when_it_was_asked_for(
    world: World,
) -> None:
    number = suspended(world)
    assert world.book.waits_for(number, START) is not None
    reading = world.keeper.ask()
    assert world.book.waits_for(number, START) is not None
    world.keeper.receive(reading)
    assert world.book.waits_for(number, START) is None
    assert world.lease.end(number) is not None


def test_lease_counts_from_the_reading_however_late_it_arrives(world: World) -> None:
    reading = world.keeper.ask()
    world.advance(0.4)
    world.keeper.receive(reading)
    assert world.lease.end(0) == START + LEASE
    world.advance(0.2)
    assert world.lease.end(0) is None


def test_suspension_is_in_force_once_the_lease_of_a_silent_sender_has_lapsed(
    world: World,
) -> None:
    number = suspended(world)
    assert world.book.waits_for(number, START + LEASE - MOMENT) is not None
    assert world.book.waits_for(number, START + LEASE) is None


def test_new_start_does_not_confirm_for_the_one_before(world: World) -> None:
    number = suspended(world)
    WorldKeeper(world.book, lambda _: world.policy, Lease(world.clock), world.clock)
    assert world.book.waits_for(number, START) == START + LEASE


def test_acts_are_numbered_and_kept_over_a_restart(world: World) -> None:
    assert [suspended(world), world.act("BIS", "resume")] == [1, 2]
    world.restart()
    assert world.keeper.in_force.number == 2
