"""A value that became too common: nobody new is told, and nobody who was told is told otherwise."""

from dataclasses import replace

from consumers.sharing.decide import Decision, Outcome, Question, RecordHistory, decide
from consumers.sharing.standing import Standing, begun, notice_id, settle
from schemas.match import Match
from tests.unit.consumers.sharing.scene import NOW, bis, hsi, later, match, shipped_policy, support

MINE, THEIRS = hsi(), bis()
QUIET = replace(match(support(MINE, THEIRS), status="retracted"), supports=())
QUIET = replace(QUIET, quiet=(support(MINE, THEIRS),))
HELD = frozenset((MINE.record, THEIRS.record))


def asked(
    of: Match, shown: frozenset[str] | None, *newer: RecordHistory, suspended: bool = False
) -> Decision:
    policy = shipped_policy()
    channel = policy.register.channels["bis"]
    if suspended:
        channel = replace(channel, purpose="made_up")
    records = {each.record: each for each in (MINE, THEIRS, *newer)}
    return decide(policy, Question(of, records, frozenset(), channel, NOW, shown))


def holding(decision: Decision) -> Standing:
    """Who has received exactly this."""
    transition = settle(Standing(), decision)
    new = notice_id(b"secret", "m-1", "bis", transition.content_digest, "")
    return replace(begun(Standing(), new, transition), acknowledged=True)


LIVE = asked(match(support(MINE, THEIRS)), None)
HOLDING = holding(LIVE)


def test_who_holds_nothing_or_something_else_is_not_told_of_a_quiet_support() -> None:
    for shown in (None, frozenset[str](), frozenset((MINE.record, "bis.oee/other"))):
        assert asked(QUIET, shown).outcome is Outcome.DENY


def test_who_holds_a_quiet_support_keeps_it_without_hearing_more() -> None:
    assert HOLDING.shown == HELD
    decision = asked(QUIET, HOLDING.shown)
    assert decision.content == LIVE.content
    assert settle(HOLDING, decision).action == "nothing"


def test_a_retraction_for_any_other_cause_recalls() -> None:
    gone = replace(QUIET, quiet=())
    assert settle(HOLDING, asked(gone, HOLDING.shown)).action == "recall"


def test_a_quiet_support_is_recalled_once_its_record_or_its_permission_is_gone() -> None:
    withdrawn = later(MINE, hsi(version=2, withdrawn=True))
    assert settle(HOLDING, asked(QUIET, HOLDING.shown, withdrawn)).action == "recall"
    refused = asked(QUIET, HOLDING.shown, suspended=True)
    assert settle(HOLDING, refused).action == "recall"


def test_a_live_support_beside_a_quiet_one_is_told_to_others_as_ever() -> None:
    both = replace(QUIET, status="live", supports=QUIET.quiet, quiet=QUIET.quiet)
    assert asked(both, frozenset()).outcome is LIVE.outcome
