"""Rows of the sharing-rule catalogue (domain.md section 3) that the shipped documents cover."""

import orjson
import pytest

from consumers.sharing.decide import Outcome
from consumers.sharing.recipients import recipients
from schemas.record import Rank
from tests.support.events import build_person
from tests.unit.consumers.sharing.parties import REGISTER
from tests.unit.consumers.sharing.scene import (
    NOW,
    PASSPORT,
    PHONE,
    attribute_evidence,
    between,
    bis,
    field_marking,
    hsi,
    identifier_evidence,
    match,
    record,
    rules,
    shown_fields,
    skr,
    support,
)

EXPORT = "export_control"
CHILD = "child_exploitation"


def test_row_1_third_agency_field_is_held_and_the_rest_released() -> None:
    mine = hsi(fields=[field_marking("phone", originator="FBI")])
    decision = between("bis", mine, bis())
    assert decision.outcome is Outcome.TEAR
    assert "phone" not in shown_fields(decision)
    assert shown_fields(decision)["name"] == "full"
    assert ("THIRD_AGENCY", "HOLD(FBI)") in {(r.rule, r.effect) for r in decision.reasons}


def test_row_1_third_agency_field_that_is_the_key_holds_the_whole_notice() -> None:
    mine, theirs = hsi(fields=[field_marking("phone", originator="FBI")]), bis()
    evidence = identifier_evidence(mine, theirs, PHONE)
    decision = between("bis", mine, theirs, evidence, match_class="shared_identifier")
    assert (decision.outcome, decision.hold_for) == (Outcome.HOLD, "FBI")
    assert decision.content is None


def test_row_1_counter_case_originator_is_not_asked_for_its_own_information() -> None:
    own = hsi(fields=[field_marking("phone", originator="BIS")])
    assert shown_fields(between("bis", own, bis()))["phone"] == "full"


def test_row_1_third_agency_record_is_held_unless_its_originator_said_free() -> None:
    held = between("bis", hsi(originator="FBI", onward="originator_consent"), bis())
    assert (held.outcome, held.hold_for) == (Outcome.HOLD, "FBI")
    prohibited = between("bis", hsi(originator="FBI", onward="prohibited"), bis())
    assert prohibited.outcome is Outcome.DENY
    assert between("bis", hsi(originator="FBI", onward="free"), bis()).outcome is Outcome.FULL


def test_row_3_orcon_parent_holds_for_its_originator() -> None:
    decision = between("bis", hsi(caveats=["ORCON"]), bis())
    assert (decision.outcome, decision.hold_for) == (Outcome.HOLD, "HSI")
    derived = between("bis", hsi(caveats=["ORCON"], originator="FBI"), bis())
    assert (derived.outcome, derived.hold_for) == (Outcome.HOLD, "FBI")


def test_row_3_orcon_on_any_field_holds_every_support_of_the_record() -> None:
    decision = between("bis", hsi(fields=[field_marking("sex", "ORCON")]), bis())
    assert (decision.outcome, decision.hold_for) == (Outcome.HOLD, "HSI")


def test_row_4_noforn_denies_a_foreign_agency_and_not_an_attache_abroad() -> None:
    person = build_person(nationalities=["MX"])
    mine = hsi(caveats=["NOFORN"], entities=[person])
    other = record("hsi.field/R-2", "HSI/los-angeles", entities=[person])
    assert between("mexico", mine, other).outcome is Outcome.FULL
    abroad = between("skr", hsi(caveats=["NOFORN"], crime_types=[CHILD]), skr())
    assert abroad.outcome is Outcome.DENY
    assert "NOFORN" in rules(abroad)


def test_row_4_noforn_on_one_field_takes_that_field_only() -> None:
    before = NOW.replace(year=2021)
    mine = hsi(crime_types=[CHILD], fields=[field_marking("birth_date", "NOFORN")])
    decision = between("skr", mine, skr(), now=before)
    assert decision.outcome is Outcome.TEAR
    assert shown_fields(decision) == {"name": "full"}


def test_row_6_les_denies_industry_and_banners_everybody_else() -> None:
    industry = between("acme", hsi(caveats=["LES"]), bis())
    assert industry.outcome is Outcome.DENY
    assert "LES" in rules(industry)
    agency = between("bis", hsi(caveats=["LES"]), bis())
    assert agency.content is not None
    assert (agency.outcome, agency.content["banner"]) == (Outcome.FULL, "LES")


@pytest.mark.parametrize(
    ("channel", "outcome", "hold_for"),
    [("skr", Outcome.DENY, None), ("bis", Outcome.HOLD, "privacy")],
)
def test_row_11_protected_applicant_has_no_existence(
    channel: str, outcome: Outcome, hold_for: str | None
) -> None:
    victim = record(
        "hsi.ccht/V-1",
        "HSI/victim-center",
        caveats=["VICTIM_1367"],
        crime_types=[CHILD, EXPORT][:1],
    )
    if channel == "bis":
        victim = record("hsi.ccht/V-1", "HSI/victim-center", caveats=["VICTIM_1367"])
    other = skr() if channel == "skr" else bis()
    before = NOW.replace(year=2025 if channel == "bis" else 2021)
    decision = between(channel, victim, other, now=before)
    assert (decision.outcome, decision.hold_for, decision.content) == (outcome, hold_for, None)
    assert "8USC1367" in rules(decision)


def test_row_11_owner_alone_learns_of_the_hit() -> None:
    victim = record("hsi.ccht/V-1", "HSI/victim-center", caveats=["VICTIM_1367"])
    decision = between("victim-center", victim, bis())
    assert decision.outcome is Outcome.SILENT
    assert decision.content is not None
    assert decision.content["class"] == "target"
    assert [party["agency"] for party in decision.content["parties"]] == ["HSI"]
    assert decision.content["fields"] == []
    assert "not told" in " ".join(decision.content["why"])
    assert b"BIS" not in orjson.dumps(decision.content)


def test_row_17_same_agency_is_decided_and_flagged_exempt_another_is_accounted() -> None:
    inside = between("los-angeles", hsi(), record("hsi.field/R-2", "HSI/los-angeles"))
    assert (inside.outcome, inside.exempt) == (Outcome.FULL, True)
    outside = between("bis", hsi(), bis())
    assert (outside.outcome, outside.exempt) == (Outcome.FULL, False)
    denied = between("los-angeles", hsi(audience=[]), record("hsi.field/R-2", "HSI/los-angeles"))
    assert (denied.outcome, denied.exempt) == (Outcome.DENY, False)


def test_row_25_crime_type_outside_the_agreement_denies() -> None:
    before = NOW.replace(year=2021)
    outside = between("skr", hsi(crime_types=[EXPORT]), skr(), now=before)
    assert outside.outcome is Outcome.DENY
    assert rules(outside) == {"HSI-SKR-2010/crime_types"}
    assert between("skr", hsi(crime_types=[CHILD]), skr(), now=before).outcome is Outcome.FULL
    mixed = between("skr", hsi(crime_types=[CHILD, EXPORT]), skr(), now=before)
    assert mixed.outcome is Outcome.DENY


def test_row_26_suspended_agreement_denies_from_its_first_moment() -> None:
    mine, theirs = hsi(crime_types=[CHILD]), skr()
    suspended = NOW.replace(2022, 3, 1, 0, 0, 0)
    last = NOW.replace(2022, 2, 28, 23, 59, 59)
    assert between("skr", mine, theirs, now=last).outcome is Outcome.FULL
    decision = between("skr", mine, theirs, now=suspended)
    assert decision.outcome is Outcome.DENY
    assert rules(decision) == {"HSI-SKR-2010/suspensions"}
    assert "sample memorandum 22-07" in decision.reasons[0].sentence


def test_row_33_possible_band_and_ungraded_names_wait_for_an_analyst() -> None:
    mine, theirs = hsi(), bis()
    name = attribute_evidence(mine, theirs, "name")
    queued = between("bis", mine, theirs, name, match_class="fuzzy", band="possible")
    assert (queued.outcome, rules(queued)) == (Outcome.DENY, {"ANALYST_QUEUE"})
    probable = between("bis", mine, theirs, name, match_class="fuzzy", band="probable")
    assert probable.outcome is Outcome.FULL
    for ends in (
        (hsi(source_grade="X", information_grade="4"), bis()),
        (hsi(), bis(source_grade="X", information_grade="4")),
    ):
        vague = between("bis", *ends, name, match_class="fuzzy", band="probable")
        assert (vague.outcome, rules(vague)) == (Outcome.DENY, {"GRADING"})
    assert between("bis", hsi(source_grade="X", information_grade="4"), bis()).content is not None


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"audience": []}, "EMPTY_AUDIENCE"),
        ({"audience": ["CBP", "HSI/miami"]}, "AUDIENCE"),
        ({"caveats": ["MADE_UP"]}, "UNBARRED_CAVEAT"),
        ({"caveats": ["GRAND_JURY"]}, "FRCrP6e"),
        ({"caveats": ["REL_TO_XXX"]}, "UNBARRED_CAVEAT"),
        ({"crime_types": []}, "HSI-BIS-2024/crime_types"),
        ({"crime_types": ["made_up"]}, "HSI-BIS-2024/crime_types"),
        ({"handling": "H9"}, "UNKNOWN_WORD"),
        ({"onward": "whatever"}, "UNKNOWN_MARKING"),
        ({"originator": ""}, "UNKNOWN_MARKING"),
        ({"source_grade": "Z"}, "UNKNOWN_WORD"),
        ({"purpose_limits": ["prosecution"]}, "PURPOSE_LIMIT"),
        ({"fields": [field_marking("made_up", "LES")]}, "UNKNOWN_MARKING"),
        ({"fields": [field_marking("sex", "MADE_UP")]}, "UNBARRED_CAVEAT"),
    ],
)
def test_row_34_empty_or_unknown_is_nobody(change: dict[str, object], rule: str) -> None:
    decision = between("bis", hsi(**change), bis())
    assert (decision.outcome, decision.content) == (Outcome.DENY, None)
    assert rule in rules(decision)


def test_row_34_counter_case_audience_that_names_the_office_or_its_agency_releases() -> None:
    for audience in (["BIS"], ["BIS/enforcement"], None):
        assert between("bis", hsi(audience=audience), bis()).outcome is Outcome.FULL


def test_row_35_subscriber_without_an_agreement_gets_no_alert() -> None:
    mine, theirs = hsi(), bis()
    found = match(support(mine, theirs))
    told = recipients(found, {each.record: each for each in (mine, theirs)}, REGISTER)
    assert "cbp" in {channel.id for channel in told}
    decision = between("cbp", mine, theirs)
    assert (decision.outcome, decision.content) == (Outcome.DENY, None)
    assert "NO_AGREEMENT" in rules(decision)
    between_offices = between("cbp", hsi(), record("hsi.field/R-2", "HSI/los-angeles"))
    assert between_offices.outcome is Outcome.FULL


def test_row_36_caller_never_leaves_even_where_the_match_rests_on_its_phone() -> None:
    caller = build_person(role="caller")
    mine, theirs = hsi(entities=[caller, build_person("p2")]), bis()
    evidence = identifier_evidence(mine, theirs, PHONE)
    decision = between("bis", mine, theirs, evidence, match_class="shared_identifier")
    assert decision.outcome is Outcome.TEAR
    assert decision.content is not None
    assert {row["role"] for row in decision.content["fields"]} == {"subject"}
    assert decision.content["shared"] == []
    alone = hsi(entities=[caller])
    evidence = identifier_evidence(alone, theirs, PHONE)
    pointer = between("bis", alone, theirs, evidence, match_class="shared_identifier")
    assert pointer.outcome is Outcome.POINTER


def test_every_lineage_names_the_versions_it_rests_on() -> None:
    rank: Rank = hsi().newest_rank
    decision = between("bis", hsi(), bis())
    assert decision.lineage == (("bis.oee/B-1", rank), ("hsi.field/R-1", rank))
    assert PASSPORT["value"].encode() not in orjson.dumps(decision.content)
