"""Consents, reviews, timers and alarms on the real store, step by step."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from consumers.consent import requests
from consumers.delivery.attempts import Result
from consumers.store.standings import Thread, clear
from consumers.store.timers import reviews
from consumers.store.vault import CONSENT, TIMER
from schemas.errors import ConfigError
from schemas.record import microseconds
from tests.support.delivery_world import (
    World,
    build_support,
    match_message,
    record_message,
)

LEFT, RIGHT = "hsi.field/R-1", "bis.oee/P-1"
GBR = "inbox-GBR"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def arrive(world: World, *caveats: str) -> dict[str, Any]:
    return world.turn(
        record_message(0, LEFT, 1, "left", barred=caveats),
        record_message(1, RIGHT, 1, "right", owner="BIS/oee"),
        match_message(0, "m1", 1, [build_support(LEFT, RIGHT)]),
    )


def waiting(world: World) -> list[dict[str, Any]]:
    with world.vault.connect() as connection:
        return requests.requests(connection)


def grant(world: World, hours: float = 72) -> str:
    (asked,) = waiting(world)
    with world.vault.begin() as connection:
        lasts, now = timedelta(hours=hours), world.clock.now()
        return requests.grant(connection, asked["id"], "A. Officer", lasts, now)


def test_hold_asks_the_party_and_consent_releases_one_notice(world: World) -> None:
    assert GBR not in arrive(world, "ask:GBR/desk")
    (asked,) = waiting(world)
    assert (asked["party"], asked["record"], asked["office"]) == ("P", LEFT, "GBR/desk")
    consent = grant(world)
    sent = world.turn()
    assert set(sent) == {GBR}
    with world.vault.connect() as connection:
        row = connection.execute(select(CONSENT).where(CONSENT.c.id == consent)).one()
    assert row.notice_id == sent[GBR].notice.id
    assert waiting(world) == []


def test_consent_never_covers_an_update(world: World) -> None:
    arrive(world, "ask:GBR/desk")
    grant(world)
    world.turn()
    changed = world.turn(record_message(2, RIGHT, 2, "right 2", owner="BIS/oee"))
    assert changed[GBR].notice.action == "recall"
    assert len(waiting(world)) == 1


def test_consent_that_ran_out_covers_what_has_arrived_and_nothing_else(world: World) -> None:
    arrive(world, "ask:GBR/desk")
    grant(world, hours=72)
    world.take_in()
    (attempt,) = world.begin()
    world.take_in(results=[Result(attempt, "received", "written")])
    world.advance(73 * 3_600)
    world.dispatcher.sweep()
    assert world.turn() == {}


def test_second_send_after_the_consent_ran_out_is_held(world: World) -> None:
    arrive(world, "ask:GBR/desk")
    grant(world, hours=72)
    world.take_in()
    (attempt,) = world.begin()
    world.take_in(results=[Result(attempt, "failed", "5xx")])
    world.advance(73 * 3_600)
    world.dispatcher.sweep()
    assert {c: a.notice.action for c, a in world.turn().items()} == {GBR: "recall"}


def test_no_first_byte_after_the_consent(world: World) -> None:
    arrive(world, "ask:GBR/desk")
    grant(world, hours=0.1 / 3_600)
    world.take_in()
    (attempt,) = world.begin()
    assert attempt.first_byte_by == world.clock.now() + timedelta(seconds=0.1)


def test_first_byte_within_half_a_second_of_the_decision_or_the_lease(world: World) -> None:
    world.take_in(
        record_message(0, LEFT, 1, "left"),
        record_message(1, RIGHT, 1, "right", owner="BIS/oee"),
        match_message(0, "m1", 1, [build_support(LEFT, RIGHT)]),
    )
    world.keeper.turn()
    world.advance(0.2)
    world.dispatcher.sequence()
    (attempt, *_) = world.dispatcher.begin({GBR: 1})
    assert attempt.first_byte_by == world.clock.now() + timedelta(seconds=0.3)


def test_running_attempt_is_not_superseded_before_its_deadline(world: World) -> None:
    arrive_unsent = (
        record_message(0, LEFT, 1, "left"),
        record_message(1, RIGHT, 1, "right", owner="BIS/oee"),
        match_message(0, "m1", 1, [build_support(LEFT, RIGHT)]),
    )
    world.take_in(*arrive_unsent)
    running = world.begin()
    world.take_in(match_message(1, "m1", 2, []))
    assert world.begin() == []
    world.clock.advance(max(a.deadline for a in running) - world.clock.now())
    world.take_in()
    assert {a.notice.action for a in world.begin()} == {"recall"}


def test_notice_that_never_began_gives_its_consent_back(world: World) -> None:
    arrive(world, "ask:GBR/desk")
    grant(world)
    world.take_in()
    with world.vault.connect() as connection:
        assert connection.execute(select(CONSENT.c.notice_id)).scalar() is not None
    world.take_in(match_message(1, "m1", 2, []))
    with world.vault.connect() as connection:
        assert connection.execute(select(CONSENT.c.notice_id)).scalar() is None


def test_refusal_stands_and_a_consent_can_be_taken_back(world: World) -> None:
    arrive(world, "ask:GBR/desk")
    consent = grant(world)
    world.turn()
    with world.vault.begin() as connection:
        requests.revoke(connection, consent, world.clock.now())
    assert world.turn()[GBR].notice.action == "recall"
    (asked,) = waiting(world)
    with world.vault.begin() as connection:
        requests.refuse(connection, asked["id"], world.clock.now())
        with pytest.raises(ConfigError, match="already refused"):
            requests.grant(connection, asked["id"], "X", timedelta(1), world.clock.now())
    world.turn(record_message(3, RIGHT, 2, "again", owner="BIS/oee"))
    assert waiting(world) == []


def test_suspension_stops_content_and_resumption_waits_for_the_operator(world: World) -> None:
    world.act("GBR", "suspend")
    world.begin()
    assert GBR not in arrive(world)
    world.advance(1)
    world.act("GBR", "resume")
    world.begin()
    assert world.turn() == {}
    with world.vault.begin() as connection:
        (review,) = reviews(connection)
        world.advance(1)
        clear(connection, Thread(review["match"], review["channel"]), now_us(world))
    assert set(world.turn()) == {GBR}


def test_recall_leaves_under_a_suspension(world: World) -> None:
    arrive(world)
    world.act("GBR", "suspend")
    world.begin()
    assert world.turn() == {}
    assert world.turn(match_message(1, "m1", 2, []))[GBR].notice.action == "recall"


def test_retention_is_a_timer_that_purges(world: World) -> None:
    arrive(world, "keep:2")
    world.advance(2 * 86_400 - 1)
    assert world.dispatcher.sweep() == {}
    world.advance(1)
    assert world.dispatcher.sweep() == {"retention": 3}
    assert {a.notice.action for a in world.turn().values()} == {"recall"}
    world.advance(86_400)
    assert world.turn() == {}
    with world.vault.connect() as connection:
        kinds = connection.execute(select(TIMER.c.kind)).scalars().all()
    assert "retention" not in kinds


def now_us(world: World) -> int:
    return microseconds(world.clock.now())
