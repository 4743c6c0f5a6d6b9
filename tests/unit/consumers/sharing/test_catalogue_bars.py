"""Rows of the sharing-rule catalogue (domain.md section 3) that bars decide, with counter-cases."""

import pytest

from consumers.sharing.decide import Outcome
from tests.support.events import build_person
from tests.unit.consumers.sharing.court import (
    ACCOUNT,
    BEFORE_SUSPENSION,
    CHILD,
    MATTER,
    la,
    outcome,
    policy,
    told,
)
from tests.unit.consumers.sharing.scene import (
    PHONE,
    ask,
    bis,
    field_marking,
    hsi,
    identifier_evidence,
    later,
    record,
    rules,
    shown_fields,
    skr,
    support,
)


def test_row_4_noforn_goes_by_nationality_of_the_officer_too() -> None:
    mine = hsi(caveats=["NOFORN"])
    assert told("national", mine, la()).outcome is Outcome.FULL
    assert outcome(told("exchange", mine, la())) == (Outcome.DENY, None)
    assert told("exchange", hsi(caveats=["REL_TO_GBR"]), la()).outcome is Outcome.DENY


@pytest.mark.parametrize(
    ("caveats", "channel", "expected"),
    [
        (["REL_TO_GBR"], "mex", Outcome.DENY),
        (["REL_TO_GBR"], "gbr", Outcome.FULL),
        (["REL_TO_MEX", "REL_TO_GBR"], "gbr", Outcome.FULL),
        (["REL_TO_MEX"], "gbr", Outcome.DENY),
        (["REL_TO_GBR", "NOFORN"], "gbr", Outcome.DENY),
    ],
)
def test_row_5_rel_to_is_a_set_of_countries(
    caveats: list[str], channel: str, expected: Outcome
) -> None:
    office = policy().register.channels[channel].office
    theirs = record(f"{channel}.main/X-1", office, crime_types=["firearms"])
    mine = hsi(crime_types=["firearms"], caveats=caveats)
    decision = told(channel, mine, theirs)
    assert decision.outcome is expected
    at_home = told("los-angeles", mine, la())
    assert at_home.outcome is (Outcome.FULL), "at home it moves as before"


def test_row_5_two_lists_release_to_what_is_in_both() -> None:
    theirs = record("gbr.main/X-1", "GBR/london", crime_types=["firearms"])
    mine = hsi(crime_types=["firearms"], caveats=["REL_TO_GBR", "REL_TO_MEX"])
    newer = later(mine, hsi(crime_types=["firearms"], caveats=["REL_TO_MEX"], version=2))
    found = support(mine, theirs)
    assert ask("gbr", (newer, theirs), found, policy=policy()).outcome is Outcome.DENY
    assert ask("gbr", (mine, theirs), found, policy=policy()).outcome is Outcome.FULL


def test_row_5_rel_to_on_a_field_takes_that_field_only() -> None:
    theirs = record("mex.main/X-1", "MEX/prosecutor", crime_types=["firearms"])
    fields = [field_marking("birth_date", "REL_TO_GBR")]
    decision = told("mex", hsi(crime_types=["firearms"], fields=fields), theirs)
    assert decision.outcome is Outcome.TEAR
    assert "birth_date" not in shown_fields(decision)


def test_row_6_outreach_contact_is_told_of_what_is_not_les() -> None:
    pair = (hsi(), la())
    open_ = told("acme", *pair)
    assert open_.outcome is Outcome.POINTER
    assert told("acme", hsi(caveats=["LES"]), la()).outcome is Outcome.DENY
    assert "LES" in rules(told("acme", hsi(caveats=["LES"]), la()))


def test_row_12_asylum_is_denied_and_its_owner_silent() -> None:
    theirs = skr()
    mine = hsi(caveats=["ASYLUM"], crime_types=[CHILD])
    assert outcome(told("skr", mine, theirs, now=BEFORE_SUSPENSION)) == (Outcome.DENY, None)
    assert told("miami", mine, theirs, now=BEFORE_SUSPENSION).outcome is Outcome.SILENT
    plain = told("skr", hsi(crime_types=[CHILD]), theirs, now=BEFORE_SUSPENSION)
    assert plain.outcome is Outcome.FULL


def test_row_13_grand_jury_matter_is_for_listed_officers() -> None:
    mine = hsi(caveats=["GRAND_JURY"], matters=[MATTER])
    assert told("unlisted", mine, bis()).outcome is Outcome.DENY
    assert told("bis", mine, bis()).outcome is Outcome.DENY, "an office is nobody on the list"
    listed = told("listed", mine, bis())
    assert listed.outcome is Outcome.FULL
    assert "PURPOSE(matter)" in listed.obligations
    for matters in ([], ["OTHER"], [MATTER, "OTHER"]):
        assert told("listed", hsi(caveats=["GRAND_JURY"], matters=matters), bis()).content is None


def test_row_14_intercepted_content_is_for_the_duty_to_investigate() -> None:
    mine = hsi(caveats=["TITLE_III"])
    assert told("unlisted", mine, bis()).outcome is Outcome.DENY
    investigating = told("listed", mine, bis())
    assert investigating.outcome is Outcome.FULL
    assert "PURPOSE(investigation)" in investigating.obligations
    assert told("miami", mine, bis()).outcome is Outcome.SILENT


def test_row_15_report_is_silent_and_the_underlying_fact_is_not() -> None:
    person = build_person(identifiers=[ACCOUNT, *build_person()["identifiers"]])
    theirs = skr(entities=[person])
    report = hsi(caveats=["SAR"], crime_types=["financial"], entities=[person])
    fact = la(crime_types=["financial"], entities=[person])
    by_report = support(
        report, theirs, identifier_evidence(report, theirs, ACCOUNT), bits=50.0, digest="report"
    )
    by_fact = support(fact, theirs, identifier_evidence(fact, theirs, ACCOUNT), digest="fact")
    vault = (report, fact, theirs)
    alone = ask("skr", vault, by_report, policy=policy(), now=BEFORE_SUSPENSION)
    assert outcome(alone) == (Outcome.DENY, None)
    both = ask("skr", vault, by_report, by_fact, policy=policy(), now=BEFORE_SUSPENSION)
    assert both.outcome is Outcome.FULL
    assert {record for record, _ in both.lineage} == {fact.record, theirs.record}
    without = ask("skr", (fact, theirs), by_fact, policy=policy(), now=BEFORE_SUSPENSION)
    assert both.content == without.content


def test_row_19_juvenile_record_by_purpose() -> None:
    mine = hsi(caveats=["JUVENILE"])
    assert told("listed", mine, bis()).outcome is Outcome.FULL
    employment = told("job", mine, bis())
    nothing = told("job", hsi(), bis())
    assert (employment.outcome, employment.content) == (nothing.outcome, nothing.content)
    assert employment.outcome is Outcome.DENY


@pytest.mark.parametrize(
    ("caveat", "authority"),
    [("ECRA", "COMMERCE"), ("EEI", "COMMERCE"), ("VISA_222F", "STATE")],
    ids=["row 20", "row 22", "row 23"],
)
def test_rows_20_22_23_release_abroad_is_anothers_decision(caveat: str, authority: str) -> None:
    mine = hsi(caveats=[caveat], crime_types=["financial"])
    abroad = told("skr", mine, skr(), now=BEFORE_SUSPENSION)
    assert outcome(abroad) == (Outcome.HOLD, authority)
    theirs = bis(caveats=[caveat])
    assert told("miami", hsi(), theirs).outcome is Outcome.FULL
    assert told("acme", hsi(caveats=[caveat]), la()).outcome is Outcome.DENY


def test_row_24_trace_data_for_a_criminal_purpose_only() -> None:
    gun = build_person(
        kind="firearm",
        role="none",
        identifiers=[{"scheme": "passport", "issuer": "RUS", "value": "712345678"}],
        us_person=None,
    )
    trace = {"caveats": ["TRACE"], "crime_types": ["firearms"], "entities": [gun]}
    licensing = record(
        "commerce.x/C-1", "COMMERCE/licensing", crime_types=["firearms"], entities=[gun]
    )
    assert told("commerce", hsi(**trace), licensing).outcome is Outcome.DENY
    untraced = hsi(crime_types=["firearms"], entities=[gun])
    assert told("commerce", untraced, licensing).content is not None
    mexican = record("mex.x/M-1", "MEX/prosecutor", crime_types=["firearms"], entities=[gun])
    criminal = told("mex", hsi(**trace), mexican)
    assert criminal.content is not None
    assert "NO-ONWARD" in criminal.obligations


def test_evidence_that_is_a_phone_of_export_information_holds_the_match_abroad() -> None:
    fields = [field_marking("phone", "EEI")]
    mine, theirs = hsi(crime_types=["financial"], fields=fields), skr()
    evidence = identifier_evidence(mine, theirs, PHONE)
    held = told("skr", mine, theirs, evidence, now=BEFORE_SUSPENSION)
    assert outcome(held) == (Outcome.HOLD, "COMMERCE")
