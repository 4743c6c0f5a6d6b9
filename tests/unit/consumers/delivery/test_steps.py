"""Deciding, accounting, attempting and taking back, step by step over a real vault.

One module: the steps are one life of a notice, and the tests follow it.
"""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from consumers.delivery.apply import Message
from consumers.delivery.attempts import Attempt, Result
from consumers.ledger.report import report
from consumers.ledger.verify import verify
from consumers.store.outbox import Row, load_rows
from consumers.store.queries import (
    backlog,
    delivered,
    explain_match,
    explain_notice,
    held_notices,
    standings_by_outcome,
    transitions,
    unaccounted,
)
from consumers.store.standings import Thread, load_standing
from consumers.store.vault import ENTRY, FEED, NOTICE
from schemas.errors import ConfigError, TransientError
from tests.support.delivery_world import (
    TOPICS,
    World,
    build_support,
    match_message,
    record_message,
)

LEFT, RIGHT = "hsi.field/R-1", "bis.oee/P-1"
HSI, BIS, GBR = "inbox-HSI", "inbox-BIS", "inbox-GBR"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def records(version: int = 1, **changes: Any) -> list[Message]:
    return [
        record_message(version * 10, LEFT, version, f"left {version}", **changes),
        record_message(version * 10 + 1, RIGHT, 1, "right", owner="BIS/oee"),
    ]


def start(world: World) -> dict[str, Attempt]:
    support = build_support(LEFT, RIGHT)
    return world.turn(*records(), match_message(1, "m1", 1, [support]))


def test_both_sides_and_the_desk_are_told_once(world: World) -> None:
    first = start(world)
    assert set(first) == {HSI, BIS, GBR}
    assert world.turn() == {}
    assert world.turn(match_message(1, "m1", 1, [build_support(LEFT, RIGHT)])) == {}
    assert standings_by_outcome(world.vault) == {"FULL": 3}


def test_denied_recipient_gets_a_standing_and_nothing_else(world: World) -> None:
    barred = [record_message(0, LEFT, 1, barred=["GBR/desk"]), records()[1]]
    told = world.turn(*barred, match_message(1, "m1", 1, [build_support(LEFT, RIGHT)]))
    assert set(told) == {HSI, BIS}
    (denied,) = [e for e in explain_match(world.vault, "m1") if e.outcome == "DENY"]
    assert denied.channel == GBR
    assert denied.decision["reasons"][0]["rule"] == "rule"
    with world.vault.connect() as connection:
        assert GBR not in connection.execute(select(FEED.c.channel)).scalars().all()


def test_match_older_than_its_record_waits_and_is_no_denial(world: World) -> None:
    support = build_support(LEFT, RIGHT, (2, 1))
    assert world.turn(*records(), match_message(1, "m1", 1, [support])) == {}
    assert standings_by_outcome(world.vault) == {"PARK": 3}
    assert backlog(world.vault)["parked"] == 3
    told = world.turn(record_message(20, LEFT, 2, "left 2"))
    assert set(told) == {HSI, BIS, GBR}
    assert backlog(world.vault)["parked"] == 0


def test_correction_supersedes_and_withdrawal_recalls_everywhere(world: World) -> None:
    first = start(world)
    second = world.turn(record_message(20, LEFT, 2, "left 2"))
    assert {a.notice.action for a in second.values()} == {"correction"}
    assert second[BIS].notice.supersedes == (first[BIS].notice.id,)
    third = world.turn(record_message(30, LEFT, 3, withdrawn=True))
    assert {a.notice.action for a in third.values()} == {"recall"}
    assert third[BIS].notice.supersedes == (second[BIS].notice.id,)
    assert third[BIS].notice.data is None
    assert delivered(world.vault).recalled == 3
    assert held_notices(world.vault) == {}
    late = world.turn(record_message(40, LEFT, 2, "left 2"))
    assert late == {}


def test_strictest_of_both_markings_counts(world: World) -> None:
    barred = [record_message(0, LEFT, 1, barred=["GBR/desk"]), records()[1]]
    world.turn(*barred, match_message(1, "m1", 1, [build_support(LEFT, RIGHT)]))
    assert set(world.turn(record_message(20, LEFT, 2, "left 2"))) == {HSI, BIS}


def test_raised_marking_recalls_from_the_office_it_bars(world: World) -> None:
    start(world)
    told = world.turn(record_message(20, LEFT, 2, "left 1", barred=["GBR/desk"]))
    assert {c: a.notice.action for c, a in told.items()} == {GBR: "recall"}


def test_release_after_recall_is_a_new_notice(world: World) -> None:
    first = start(world)
    support = build_support(LEFT, RIGHT)
    world.turn(match_message(2, "m1", 2, []))
    again = world.turn(match_message(3, "m1", 3, [support]))
    assert again[BIS].notice.data == first[BIS].notice.data
    assert again[BIS].notice.id != first[BIS].notice.id
    assert [again[BIS].notice.action, again[BIS].notice.feed] == ["notice", 3]


def test_older_order_of_a_match_changes_nothing(world: World) -> None:
    start(world)
    world.turn(match_message(2, "m1", 5, []))
    assert world.turn(match_message(3, "m1", 4, [build_support(LEFT, RIGHT)])) == {}


def test_what_was_suspended_between_decision_and_attempt_is_not_sent(world: World) -> None:
    world.take_in(*records(), match_message(1, "m1", 1, [build_support(LEFT, RIGHT)]))
    world.act("BIS", "suspend")
    assert {a.channel.id for a in world.begin()} == {HSI, GBR}
    world.take_in()
    assert load_rows_of(world, "m1").keys() == {HSI, GBR}
    with world.vault.connect() as connection:
        numbers = connection.execute(select(NOTICE.c.channel, NOTICE.c.feed)).all()
    assert sorted(tuple(n) for n in numbers) == [(GBR, 1), (HSI, 1)]


def load_rows_of(world: World, match: str) -> dict[str, Row]:
    with world.vault.connect() as connection:
        return dict(load_rows(connection, match))


def test_retry_keeps_id_number_and_time_and_is_decided_again(world: World) -> None:
    world.take_in(*records(), match_message(1, "m1", 1, [build_support(LEFT, RIGHT)]))
    first = {a.channel.id: a for a in world.begin()}
    failed = Result(first[BIS], "failed", "5xx")
    received = [Result(first[c], "received", "2xx") for c in (HSI, GBR)]
    world.take_in(results=[failed, *received])
    assert world.begin() == []
    world.advance(0.3)
    asked = world.rules.asked
    (again,) = world.begin()
    assert world.rules.asked == asked + 1
    assert again.notice.to_cloudevent() == first[BIS].notice.to_cloudevent()
    history = explain_notice(world.vault, again.notice.id)
    assert history is not None
    assert [result for *_, result in history.attempts] == ["5xx", None]


def test_recall_waits_for_the_deadline_of_a_running_attempt(world: World) -> None:
    world.take_in(*records(), match_message(1, "m1", 1, [build_support(LEFT, RIGHT)]))
    running = {a.channel.id: a for a in world.begin()}
    world.take_in(match_message(2, "m1", 2, []))
    assert world.begin() == []
    world.advance(1.9)
    world.take_in()
    assert world.begin() == []
    world.advance(0.2)
    world.take_in()
    recalls = {a.channel.id: a for a in world.begin()}
    assert {a.notice.action for a in recalls.values()} == {"recall"}
    assert recalls[BIS].notice.supersedes == (running[BIS].notice.id,)


def test_receipt_lets_the_recall_go_at_once(world: World) -> None:
    world.take_in(*records(), match_message(1, "m1", 1, [build_support(LEFT, RIGHT)]))
    running = world.begin()
    world.take_in(match_message(2, "m1", 2, []))
    world.take_in(results=[Result(a, "received", "written") for a in running])
    assert {a.notice.action for a in world.begin()} == {"recall"}


def test_never_begun_notice_leaves_the_queue_of_the_ledger(world: World) -> None:
    world.take_in(*records(), match_message(1, "m1", 1, [build_support(LEFT, RIGHT)]))
    world.take_in(match_message(2, "m1", 2, []))
    with world.vault.connect() as connection:
        assert connection.execute(select(ENTRY)).all() == []
    assert world.begin() == []
    assert backlog(world.vault)["outbox"] == 0


def test_moved_match_hands_over_and_never_recalls(world: World) -> None:
    first = start(world)
    other = record_message(50, LEFT, 2, "left 1", sides=["HSI:case/24-2"])
    told = world.turn(match_message(2, "m1", 2, [], successor="m2"), other)
    assert told == {}
    told = world.turn(match_message(3, "m2", 3, [build_support(LEFT, RIGHT, (2, 1))]))
    assert {a.notice.action for a in told.values()} <= {"update"}
    assert not [a for a in told.values() if a.notice.action == "recall"]
    assert set(held_notices(world.vault).values()) == {("m2", c) for c in (HSI, BIS, GBR)}
    final = world.turn(match_message(4, "m2", 4, []))
    assert {a.notice.action for a in final.values()} == {"recall"}
    assert first[BIS].notice.id in final[BIS].notice.supersedes


def test_moved_to_sides_that_may_not_be_told_is_recalled(world: World) -> None:
    first = start(world)
    barred = record_message(50, "hsi.field/R-2", 1, barred=["GBR/desk"])
    support = build_support("hsi.field/R-2", RIGHT)
    world.turn(match_message(2, "m1", 2, [], successor="m2"))
    told = world.turn(barred, match_message(3, "m2", 3, [support]))
    assert told[GBR].notice.action == "recall"
    assert told[GBR].notice.supersedes == (first[GBR].notice.id,)
    assert told[BIS].notice.action == "update"


def test_closed_case_decides_its_matches_again(world: World) -> None:
    start(world)
    asked = world.rules.asked
    closing = record_message(
        60,
        "hsi.field/C-1",
        2,
        event_type="liaison.hsi.field.CaseClosed",
        sides=["HSI:case/24-0017"],
    )
    world.take_in(closing)
    assert world.rules.asked == asked + 3


def test_refused_notice_is_given_up_after_three_and_gone_at_once(world: World) -> None:
    world.take_in(*records(), match_message(1, "m1", 1, [build_support(LEFT, RIGHT)]))
    first = {a.channel.id: a for a in world.begin()}
    gone, no = Result(first[HSI], "gone", "4xx"), Result(first[BIS], "refused", "4xx")
    world.take_in(results=[gone, no, Result(first[GBR], "received", "2xx")])
    assert backlog(world.vault)["failed"] == 1
    for _ in range(2):
        world.advance(5)
        (again,) = world.begin()
        world.take_in(results=[Result(again, "refused", "4xx")])
    assert backlog(world.vault)["failed"] == 2
    world.advance(500)
    assert world.begin() == []
    recalls = world.turn(match_message(2, "m1", 2, []))
    assert {a.notice.action for a in recalls.values()} == {"recall"}
    assert set(recalls) == {HSI, BIS, GBR}


def test_nothing_begins_while_the_signer_fails_and_all_goes_on_after(world: World) -> None:
    world.signing_fails = TransientError("signer", "away")
    world.take_in(*records(), match_message(1, "m1", 1, [build_support(LEFT, RIGHT)]))
    with pytest.raises(TransientError):
        world.dispatcher.sequence()
    assert world.dispatcher.begin({BIS: 10, HSI: 10, GBR: 10}) == []
    world.signing_fails = None
    assert {a.channel.id for a in world.begin()} == {HSI, BIS, GBR}
    assert unaccounted(world.vault) == []


def test_stale_process_cannot_commit(world: World) -> None:
    stale = world.dispatcher
    world.restart()
    with pytest.raises(ConfigError, match="taken the vault over"):
        stale.take_in([record_message(0, LEFT, 1)], [])


def test_changed_policy_decides_every_match_again_at_start(world: World) -> None:
    start(world)
    world.rules.barred = frozenset({"BIS/oee"})
    world.policy.version = "p2"  # type: ignore[misc]
    world.restart()
    assert {c: a.notice.action for c, a in world.turn().items()} == {BIS: "recall"}
    world.restart()
    asked = world.rules.asked
    world.take_in()
    assert world.rules.asked == asked


def test_report_holds_the_fields_of_the_statute_and_leaves_out_no_recall(world: World) -> None:
    start(world)
    world.turn(match_message(2, "m1", 2, []))
    rows = list(report(world.vault))
    assert [row["number"] for row in rows] == list(range(6))
    told = next(row for row in rows if row["recipient_name"] == "Agency BIS, oee")
    assert told["nature"] == "notice of a target match; fields: name"
    assert told["purpose"] == "criminal_investigation"
    assert told["recipient_address"] == "desk@example.invalid"
    assert told["records"] == [LEFT]
    recall = next(row for row in reversed(rows) if row["recipient_name"] == "Agency BIS, oee")
    assert (recall["nature"], recall["records"]) == ("recall", [LEFT])
    assert "left 1" not in str(rows)


def test_ledger_verifies_after_a_life_of_notices(world: World) -> None:
    start(world)
    world.turn(record_message(20, LEFT, 2, "left 2"))
    result = verify(world.vault, world.public_key, TOPICS.namespace)
    assert result.problems == ()
    assert (result.size, result.attempts) == (6, 6)
    assert transitions(world.vault) == {"notice": 3, "correction": 3}
    with world.vault.connect() as connection:
        assert load_standing(connection, Thread("m1", BIS)).acknowledged
