"""The demo's account: whatever breaks a promise must show in it."""

from dataclasses import replace
from typing import Any

import pytest

from deploy.demo.tally import Admitted, Observed, Refused, Told, tally
from producers.world import ExpectedMatch, Truth
from schemas.errors import Reason
from schemas.match import EntityVersion, Match, MatchStatus, Support, SupportLink

SIDES = ("BIS:case/1", "HSI:case/2")


def end(record: str) -> EntityVersion:
    return EntityVersion(record, "p", 1, 0, 0, b"", "HSI/miami")


def match(status: MatchStatus = "live", match_class: str = "target", ident: str = "m") -> Match:
    left, right = end("bis.oee/B"), end("hsi.field/R")
    support = Support("d", match_class, "confirmed", 0.0, (SupportLink((), left, right, *SIDES),))
    return Match(
        ident,
        "identity",
        match_class,
        "v",
        status,
        SIDES,
        (support,),
        "w",
        1,
        0,
        None,
        0,
    )


def admitted(origin: str, version: int, operation: str = "REPORT") -> Admitted:
    header: Any = {"record": "hsi.field/R", "version": version, "operation": operation}
    return Admitted(origin, header)


def replace_record(one: Admitted, record: str) -> Admitted:
    header: Any = {**one.header, "record": record}
    return one._replace(header=header)


TRUTH = Truth(
    published=3,
    accepted=2,
    quarantined={Reason.UNSIGNED: 1},
    duplicates=1,
    corrections=0,
    withdrawals=0,
    exact=frozenset({ExpectedMatch("target", SIDES, None)}),
    fuzzy=frozenset(),
)
SOUND = Observed(
    receipts=frozenset({"t/0/0", "t/0/1", "t/0/2"}),
    admitted=[admitted("t/0/0", 1), admitted("t/0/1", 1), admitted("t/0/1", 1)],
    refused=[Refused("t/0/2", "UNSIGNED"), Refused("t/0/2", "UNSIGNED")],
    matches=[match()],
    outcomes={"FULL": 1},
    told=[Told("n1", "inbox", "notice", ())],
    received={"inbox": frozenset({"n1"}), "webhook": frozenset()},
    held={"n1": "m"},
    unaccounted=frozenset(),
)


def test_a_sound_run_is_ok_and_repeats_count_once() -> None:
    result = tally(SOUND, TRUTH, 1.0)
    assert result["ok"]
    assert (result["published"], result["accepted"], result["duplicates"]) == (3, 2, 1)
    assert result["quarantined"] == {"UNSIGNED": 1}
    assert result["delivered"] == {"inbox": 1, "webhook": 0}


@pytest.mark.parametrize(
    ("broken", "shown"),
    [
        (replace(SOUND, admitted=SOUND.admitted[:1]), "lost"),
        (replace(SOUND, matches=[match(), match(match_class="space_time", ident="g")]), "ghosts"),
        (replace(SOUND, matches=[match("retracted")]), "ghosts"),
        (replace(SOUND, held={}), "ghosts"),
        (replace(SOUND, unaccounted=frozenset({"n1"})), "unaccounted"),
        (replace(SOUND, matches=[match(match_class="shared_identifier")]), "false_matches"),
    ],
    ids=["lost event", "ghost match", "unrecalled", "held by nobody", "unaccounted", "false class"],
)
def test_a_broken_promise_shows_and_fails_the_run(broken: Observed, shown: str) -> None:
    result = tally(broken, TRUTH, 1.0)
    assert result[shown] > 0
    assert not result["ok"]


def test_a_recalled_notice_is_no_ghost() -> None:
    told = [*SOUND.told, Told("r1", "inbox", "recall", ("n1",))]
    truth = replace(TRUTH, exact=frozenset())
    result = tally(replace(SOUND, matches=[match("retracted")], told=told), truth, 1.0)
    assert (result["ghosts"], result["recalled"], result["ok"]) == (0, 1, True)


SHOWN = frozenset({("bis.oee/B", 1), ("hsi.field/R", 1)})
BOTH = [admitted("t/0/0", 1), replace_record(admitted("t/0/1", 1), "bis.oee/B")]
PARTED = replace(match("retracted"), supports=(), quiet=match().supports)
QUIET = replace(
    SOUND,
    matches=[PARTED],
    admitted=BOTH,
    told=[Told("n1", "inbox", "notice", (), SHOWN)],
)


def test_a_notice_on_what_became_too_common_stands_and_is_counted() -> None:
    truth = replace(TRUTH, exact=frozenset(), duplicates=0)
    result = tally(QUIET, truth, 1.0)
    assert (result["ghosts"], result["quiet"], result["ok"]) == (0, 1, True)


@pytest.mark.parametrize(
    "broken",
    [
        replace(QUIET, told=[Told("n1", "inbox", "notice", (), SHOWN - {("bis.oee/B", 1)})]),
        replace(QUIET, admitted=[*BOTH, admitted("t/0/3", 2, "WITHDRAW")]),
        replace(QUIET, admitted=[*BOTH, admitted("t/0/3", 2)]),
        replace(QUIET, held={}),
        replace(QUIET, matches=[replace(PARTED, quiet=())]),
    ],
    ids=["shown other records", "withdrawn", "corrected", "of no match", "not quiet"],
)
def test_a_notice_is_not_excused_by_just_any_quiet_support(broken: Observed) -> None:
    result = tally(broken, replace(TRUTH, exact=frozenset()), 1.0)
    assert (result["ghosts"], result["quiet"]) == (1, 0)


def test_a_missed_match_fails_the_run() -> None:
    result = tally(
        replace(
            SOUND, matches=[], told=[], received={"inbox": frozenset(), "webhook": frozenset()}
        ),
        TRUTH,
        1.0,
    )
    assert (result["found_matches"], result["expected_matches"], result["ok"]) == (0, 1, False)
