"""From what a recipient holds to what was decided: every row of the table."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from consumers.sharing.decide import Decision, Outcome
from consumers.sharing.standing import (
    DAY_US,
    NOTHING,
    Facts,
    Held,
    Standing,
    begun,
    content_digest,
    joined,
    notice_id,
    settle,
)
from consumers.sharing.transition import (
    CASES,
    DECIDED,
    HOLDS,
    TABLE,
    Case,
    Decided,
    Holds,
    rule_for,
)

SECRET = b"notice secret"


def decision(outcome: Outcome, content: dict[str, Any] | None = None, *records: str) -> Decision:
    return Decision(
        outcome=outcome,
        hold_for=None,
        match_class="target",
        band="confirmed",
        content=content,
        lineage=tuple((each, (1, 1, b"")) for each in records or ("a/1", "b/1")),
        obligations=(),
        reasons=(),
        policy_version="p",
        valid_until=None,
    )


A = decision(Outcome.FULL, {"class": "target"})
A_CORRECTED = decision(Outcome.TEAR, {"class": "target", "corrected": 1})
B = decision(Outcome.FULL, {"class": "fuzzy"}, "a/1", "c/1")
DENY = decision(Outcome.DENY)


def told(standing: Standing, wanted: Decision) -> Standing:
    """The standing once what is due was begun."""
    transition = settle(standing, wanted)
    new = transition.notice_id or notice_id(
        SECRET, "m", "c", transition.content_digest, standing.last
    )
    return begun(standing, new, transition)


def received(standing: Standing) -> Standing:
    """The standing once the last id begun has arrived; a recall leaves nothing of itself."""
    last = standing.held[-1]
    held = () if last.action == "recall" else (last,)
    return replace(standing, held=held, acknowledged=bool(held))


HAS_A = received(told(Standing(), A))


def test_first_release_is_a_notice_with_a_new_id() -> None:
    transition = settle(Standing(), A)
    assert (transition.action, transition.notice_id, transition.supersedes) == ("notice", None, ())
    assert transition.content == A.content


def test_same_content_received_is_nothing_and_not_received_is_the_same_message_again() -> None:
    assert settle(HAS_A, A).action == "nothing"
    unsure = told(Standing(), A)
    again = settle(unsure, A)
    assert (again.action, again.notice_id) == ("notice", unsure.held[0].notice_id)
    assert again.supersedes == ()
    assert begun(unsure, unsure.last, again) == unsure


def test_other_content_of_the_same_records_corrects_and_of_others_updates() -> None:
    held = HAS_A.held[0].notice_id
    for wanted, action in ((A_CORRECTED, "correction"), (B, "update")):
        transition = settle(HAS_A, wanted)
        assert (transition.action, transition.notice_id) == (action, None)
        assert transition.supersedes == (held,)


@pytest.mark.parametrize("outcome", [Outcome.DENY, Outcome.HOLD])
def test_what_is_no_longer_told_is_recalled_without_content(outcome: Outcome) -> None:
    transition = settle(HAS_A, decision(outcome))
    assert (transition.action, transition.content) == ("recall", None)
    assert transition.supersedes == (HAS_A.held[0].notice_id,)
    assert settle(Standing(), decision(outcome)).action == "nothing"


def test_unreceived_recall_is_repeated_under_its_id_and_a_received_one_is_done() -> None:
    recalling = told(HAS_A, DENY)
    again = settle(recalling, DENY)
    assert (again.action, again.notice_id) == ("recall", recalling.last)
    assert again.supersedes == (HAS_A.last,)
    assert settle(received(recalling), DENY).action == "nothing"


def test_release_after_a_recall_is_a_new_notice_chained_to_it() -> None:
    recalled = received(told(HAS_A, DENY))
    released = told(recalled, A)
    assert settle(recalled, A).action == "notice"
    assert released.last != HAS_A.last
    overtaking = settle(told(HAS_A, DENY), A)
    assert (overtaking.action, overtaking.notice_id) == ("notice", None)
    assert len(overtaking.supersedes) == 2


def test_a_then_b_then_a_are_three_ids() -> None:
    third = told(told(HAS_A, B), A)
    assert len({held.notice_id for held in third.held}) == 3
    assert settle(third, A).supersedes == tuple(held.notice_id for held in third.held[:2])


def test_park_changes_nothing() -> None:
    for standing in (Standing(), HAS_A, told(HAS_A, DENY)):
        assert settle(standing, decision(Outcome.PARK)).action == "nothing"


def test_moved_match_hands_over_and_the_successor_updates_or_recalls() -> None:
    taken = joined(Standing(), HAS_A)
    assert (taken.last, taken.acknowledged) == (HAS_A.last, True)
    update = settle(taken, A_CORRECTED)
    assert (update.action, update.supersedes) == ("update", (HAS_A.last,))
    assert settle(taken, DENY).supersedes == (HAS_A.last,)
    assert settle(taken, A).action == "nothing"


def test_successor_that_told_something_itself_keeps_its_own_as_the_newer() -> None:
    own = received(told(Standing(), B))
    taken = joined(own, HAS_A)
    assert [held.notice_id for held in taken.held] == [HAS_A.last, own.last]
    assert not taken.acknowledged
    again = settle(taken, B)
    assert (again.notice_id, again.supersedes) == (own.last, (HAS_A.last,))
    assert joined(own, Standing()) == own


def test_notice_id_is_keyed_by_everything_it_stands_for() -> None:
    ids = {
        notice_id(*parts)
        for parts in (
            (b"s", "m", "c", "d", "l"),
            (b"t", "m", "c", "d", "l"),
            (b"s", "n", "c", "d", "l"),
            (b"s", "m", "e", "d", "l"),
            (b"s", "m", "c", "f", "l"),
            (b"s", "m", "c", "d", "k"),
            (b"s", "m", "c", None, "l"),
        )
    }
    assert len(ids) == 7


def test_held_survives_json_lists() -> None:
    assert Held("n", "d", "notice", ["a"]) == Held("n", "d", "notice", ("a",))  # type: ignore[arg-type]
    assert content_digest(None) is None
    assert Standing(held=(Held("n", "d", "notice", ("a", "b")),)).shown == {"a", "b"}


def test_every_pair_of_words_has_a_row_and_no_row_is_idle() -> None:
    pairs = product(DECIDED, HOLDS)
    assert {rule_for(*pair) for pair in pairs} == set(TABLE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_case_is_what_the_table_says(case: Case) -> None:
    rule = rule_for(case.decided, case.holds)
    assert (rule.action, rule.request) == (case.action, case.request)


@pytest.mark.parametrize("pair", list(product(DECIDED, HOLDS)), ids=str)
def test_table_never_tells_what_was_not_released(pair: tuple[Decided, Holds]) -> None:
    decided, holds = pair
    action = rule_for(decided, holds).action
    assert action in {"nothing", "recall"} or decided in {"told", "unreviewed"}
    if decided == "unreviewed" and holds in {"nothing", "recalled", "purged"}:
        assert action in {"nothing", "recall"}


def test_suspension_stops_content_and_takes_nothing_back_that_was_received() -> None:
    facts = Facts(unsuspended=A)
    assert settle(Standing(), DENY, facts) == NOTHING
    assert settle(HAS_A, DENY, facts) == NOTHING
    assert settle(told(Standing(), A), DENY, facts).action == "recall"
    assert settle(HAS_A, DENY, Facts(unsuspended=B)).action == "recall"
    assert settle(HAS_A, DENY, Facts(unsuspended=DENY)).action == "recall"


def test_resumption_asks_for_review_of_what_is_not_held_until_an_operator_released_it() -> None:
    during = Standing(cleared_us=5)
    resumed = Facts(resumed_us=9)
    assert settle(during, A, resumed) == replace(NOTHING, request="review")
    assert settle(replace(during, cleared_us=10), A, resumed).action == "notice"
    assert settle(replace(HAS_A, cleared_us=5), A_CORRECTED, resumed).action == "correction"
    taking_back = replace(told(HAS_A, DENY), cleared_us=5)
    both = settle(taking_back, A, resumed)
    assert (both.action, both.request) == ("recall", "review")


def test_hold_asks_and_shows_nothing() -> None:
    hold = decision(Outcome.HOLD)
    assert settle(Standing(), hold) == replace(NOTHING, request="hold request")
    both = settle(HAS_A, hold)
    assert (both.action, both.request) == ("recall", "hold request")


def test_retention_purges_once_and_the_same_content_never_comes_back() -> None:
    first = settle(Standing(), A)
    kept = received(begun(Standing(), "n1", first, now_us=1, keep_days=2))
    assert kept.retain_until_us == 1 + 2 * DAY_US
    assert settle(kept, A, Facts(now_us=2 * DAY_US)).action == "nothing"
    late = Facts(now_us=1 + 2 * DAY_US)
    purge = settle(kept, A, late)
    assert (purge.action, purge.purges) == ("recall", True)
    purging = begun(kept, "r1", purge)
    assert settle(purging, A, late).notice_id == "r1"
    purged = received(purging)
    assert settle(purged, A, late) == NOTHING
    assert settle(purged, A_CORRECTED, late).action == "notice"
