"""Catalogue rows (domain.md section 3) beside caveats: age, danger, consent, duty to share."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import orjson
import pytest

from consumers.sharing.decide import Consent, Outcome, RecordHistory
from schemas.match import Evidence
from tests.support.events import build_event, build_header, build_marking, build_person
from tests.unit.consumers.sharing.court import (
    CHILD,
    MATTER,
    la,
    outcome,
    told,
)
from tests.unit.consumers.sharing.scene import (
    NOW,
    between,
    bis,
    field_marking,
    hsi,
    place,
    record,
    rules,
    shown_fields,
)


def test_row_2_unmarked_item_of_a_third_agency_moves_within_a_department_that_agreed_so() -> None:
    fbi = [field_marking("document_number", originator="FBI")]
    free = told("cbp", hsi(crime_types=["narcotics"], fields=fbi), la(crime_types=["narcotics"]))
    assert outcome(free) == (Outcome.FULL, None)
    marked = hsi(crime_types=["narcotics"], caveats=["LES"], fields=fbi)
    held = told("cbp", marked, la(crime_types=["narcotics"]))
    assert outcome(held) == (Outcome.HOLD, "FBI"), "sensitive data keeps the third-agency rule"
    assert outcome(told("bis", hsi(fields=fbi), bis()))[0] is Outcome.HOLD
    foreign = [field_marking("document_number", originator="SKR")]
    abroad = told("cbp", hsi(crime_types=["narcotics"], fields=foreign), la())
    assert abroad.outcome is not Outcome.FULL, "a default between agencies at home is not abroad's"


def validated(day: date, **changes: Any) -> dict[str, Any]:
    return {
        "predicate": {"basis": "x", "established_on": day, "validated_on": day},
        **changes,
    }


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOW.replace(2030, 12, 31), Outcome.FULL),
        (NOW.replace(2031, 1, 1, 0), Outcome.DENY),
        (NOW.replace(2031, 1, 2), Outcome.DENY),
    ],
)
def test_row_9_intelligence_lives_five_years_from_its_last_validation(
    now: Any, expected: Outcome
) -> None:
    mine = hsi(**validated(date(2026, 1, 1)), crime_types=["narcotics"])
    decision = told("los-angeles", mine, la(**validated(date(2030, 1, 1))), now=now)
    other = told("los-angeles", mine, case_record("hsi.field/R-9"), now=now)
    assert (decision.outcome is Outcome.FULL) == (expected is Outcome.FULL)
    assert other.outcome is expected or other.outcome is Outcome.DENY
    if expected is Outcome.DENY:
        assert "28CFR23.20h" in rules(decision)


def case_record(key: str, owner: str = "HSI/los-angeles") -> RecordHistory:
    """A case record, which needs no predicate and never lapses."""
    source, _, record_id = key.partition("/")
    name = "liaison.hsi.field.CaseOpened"
    event: Any = build_event(
        name,
        header=build_header(name, source=source, record_id=record_id),
        marking=build_marking(
            caveats=[], handling="H0", onward="free", crime_types=["narcotics"], predicate=None
        ),
        entities=[build_person()],
        places=[],
    )
    rank = (1, 1, b"\x01" * 32)
    return RecordHistory(key, owner, rank, event, {rank: event["marking"]})


def test_row_9_case_record_needs_no_validation_and_late_validation_revives_nothing() -> None:
    now = NOW.replace(2040, 1, 1)
    one, other = case_record("hsi.field/R-8", "HSI/miami"), case_record("hsi.field/R-9")
    assert told("los-angeles", one, other, now=now).outcome is Outcome.FULL
    first = hsi(**validated(date(2015, 1, 1)), crime_types=["narcotics"])
    late_us = int(NOW.replace(2021, 1, 1).timestamp()) * 1_000_000
    second = hsi(**validated(date(2021, 1, 1)), version=2, crime_types=["narcotics"])
    rank = (2, late_us, b"\x02" * 32)
    assert second.newest is not None
    revived = replace(
        second,
        newest_rank=rank,
        markings={**first.markings, rank: second.newest["marking"]},
    )
    decision = told("los-angeles", revived, other, now=NOW.replace(2022, 1, 1))
    assert (decision.outcome, "28CFR23.20h" in rules(decision)) == (Outcome.DENY, True)


def operations(
    starts_in: timedelta, **marking: Any
) -> tuple[RecordHistory, RecordHistory, Evidence]:
    window: dict[str, Any] = {
        "starts_at": NOW + starts_in,
        "ends_at": NOW + starts_in + timedelta(hours=2),
    }
    mine, theirs = hsi(places=[place(**window)], **marking), bis(places=[place(**window)])
    return mine, theirs, Evidence("place_time", "", "exact", 0, 0, "places[o1]", "places[o1]", 0)


HALF_AN_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(
    "marking",
    [{"caveats": ["UNDERCOVER"]}, {"audience": ["HSI"]}, {"caveats": ["VICTIM_1367"]}],
    ids=["undercover", "owner only", "row 41: protected applicant at the address"],
)
def test_rows_10_and_41_imminent_meeting_is_a_minimal_pointer(marking: dict[str, Any]) -> None:
    decision = told("bis", *operations(HALF_AN_HOUR, **marking), match_class="space_time")
    assert decision.outcome is Outcome.POINTER
    assert decision.override == "STATUTORY/28CFR23.20f2"
    assert decision.content is not None
    assert decision.content["fields"] == []
    assert [row["level"] for row in decision.content["place_time"]] == ["summary"]
    assert decision.content["parties"][0]["contact"]["phone"] == "+1 202 555 0100"
    assert {"ACK", "NO-ONWARD"} <= set(decision.obligations)
    assert not decision.exempt
    assert b"Petrov" not in orjson.dumps(decision.content)


@pytest.mark.parametrize(
    "marking",
    [
        {"caveats": ["UNDERCOVER", "GRAND_JURY"]},
        {"caveats": ["NOBODY_KNOWS"]},
        {"audience": []},
        validated(date(2020, 1, 1)),
    ],
)
def test_row_10_override_passes_no_bar_that_stands_and_nothing_unknown(
    marking: dict[str, Any],
) -> None:
    decision = told("bis", *operations(HALF_AN_HOUR, **marking), match_class="space_time")
    assert (decision.content, decision.override) == (None, "")


def test_row_10_counter_case_distant_or_past_meetings_pass_nothing() -> None:
    for starts_in in (timedelta(hours=25), timedelta(hours=-3)):
        found = operations(starts_in, caveats=["UNDERCOVER"])
        decision = told("bis", *found, match_class="space_time")
        assert outcome(decision) == (Outcome.HOLD, "HSI"), "must-share puts it to a human"
    running = told(
        "bis", *operations(timedelta(hours=-1), caveats=["UNDERCOVER"]), match_class="space_time"
    )
    assert running.outcome is Outcome.POINTER
    abroad = told("skr", *operations(HALF_AN_HOUR, caveats=["UNDERCOVER"]), match_class="target")
    assert abroad.content is None


def test_row_28_consent_opens_a_hold_until_it_ends() -> None:
    mine = hsi(originator="FBI", onward="originator_consent")
    consent = Consent("c-1", "FBI", NOW + timedelta(hours=72))
    granted = told("bis", mine, bis(), consents=(consent,))
    assert (granted.outcome, granted.consents) == (Outcome.FULL, ("c-1",))
    assert granted.valid_until == consent.until
    late = told("bis", mine, bis(), consents=(consent,), now=NOW + timedelta(hours=73))
    assert outcome(late) == (Outcome.HOLD, "FBI")
    for other in (consent._replace(by="CBP"), consent._replace(fields=frozenset({"phone"}))):
        assert told("bis", mine, bis(), consents=(other,)).outcome is Outcome.HOLD


def test_row_28_consent_to_one_field_gives_that_field_only() -> None:
    fields = [field_marking("phone", originator="FBI"), field_marking("sex", originator="FBI")]
    consent = Consent("c-1", "FBI", NOW + timedelta(hours=72), frozenset({"phone"}))
    decision = told("bis", hsi(fields=fields), bis(), consents=(consent,))
    assert (decision.outcome, decision.consents) == (Outcome.TEAR, ("c-1",))
    assert "phone" in shown_fields(decision)
    assert "sex" not in shown_fields(decision)


def test_row_32_handling_travels_and_court_use_waits() -> None:
    mine = hsi(handling="H1")
    use = told("bis", mine, bis())
    assert use.outcome is Outcome.FULL
    assert "NO-COURT" in use.obligations
    assert outcome(told("court", mine, bis())) == (Outcome.HOLD, "HSI")
    assert told("court", hsi(handling="H0"), bis()).outcome is Outcome.FULL


def test_row_39_foreign_lead_goes_to_no_other_agency_without_its_consent() -> None:
    for onward in ("originator_consent", "free"):
        lead = hsi(originator="SKR", onward=onward)
        assert outcome(told("bis", lead, bis())) == (Outcome.HOLD, "SKR")
        assert told("miami", lead, bis()).outcome is Outcome.FULL, "HSI is told"
    assert told("bis", hsi(originator="SKR", onward="prohibited"), bis()).outcome is Outcome.DENY


def test_row_42_must_share_beside_a_bar_is_put_to_a_human() -> None:
    mine = hsi(caveats=["GRAND_JURY"], matters=[MATTER])
    held = told("bis", mine, bis(), match_class="duplicate_investigation")
    assert outcome(held) == (Outcome.HOLD, "prosecutor")
    assert [clock.within for clock in held.clocks] == [timedelta(seconds=30)]
    assert held.content is None
    assert told("bis", mine, bis()).outcome is Outcome.DENY, "no duty, no human"


def test_row_43_chain_through_asylum_has_no_path() -> None:
    # The path itself is tested in test_several_links; here its caveat.
    hidden = record("hsi.ccht/V-1", "HSI/victim-center", caveats=["ASYLUM"])
    denied = told("bis", hidden, bis(), match_class="network")
    assert (denied.outcome, denied.content) == (Outcome.DENY, None)


def test_fail_closed_is_alarmed() -> None:
    for changes, alarm in (
        ({"audience": []}, "EMPTY_AUDIENCE"),
        ({"caveats": ["MADE_UP"]}, "UNBARRED_CAVEAT"),
        ({"onward": "?"}, "UNKNOWN_MARKING"),
    ):
        assert told("bis", hsi(**changes), bis()).alarms == (alarm,)
    assert told("bis", hsi(crime_types=[CHILD]), bis()).alarms == ()
    assert between("bis", hsi(), bis()).alarms == ()
