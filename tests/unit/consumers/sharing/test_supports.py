"""Which support is shown, and what records say at decision time."""

from dataclasses import replace
from typing import Any

from consumers.sharing.decide import Outcome, RecordHistory
from schemas.match import Evidence
from streams.correlate.features import decode, extract
from streams.correlate.levels import judge
from tests.support.events import build_person
from tests.unit.consumers.sharing.scene import (
    PASSPORT,
    PHONE,
    SECRETS,
    ask,
    attribute_evidence,
    between,
    bis,
    field_marking,
    hsi,
    identifier_evidence,
    in_order,
    later,
    place,
    record,
    rules,
    support,
)

OTHER_PASSPORT = {"scheme": "passport", "issuer": "RUS", "value": "799999999"}


def test_strongest_releasable_support_is_shown_and_only_that_one() -> None:
    mine, theirs = hsi(), bis()
    second = record("hsi.field/R-9", "HSI/miami", caveats=["ORCON"])
    strong = support(second, theirs)
    weak = support(
        mine, theirs, identifier_evidence(mine, theirs, PHONE), match_class="shared_identifier"
    )
    decision = ask("bis", (mine, theirs, second), strong, weak)
    assert decision.match_class == "shared_identifier"
    assert {record for record, _ in decision.lineage} == {mine.record, theirs.record}
    assert decision.content == ask("bis", (mine, theirs), weak).content
    assert "ORCON" in rules(decision)


def test_owner_of_a_protected_record_is_told_in_full_of_an_open_support() -> None:
    mine, theirs = hsi(), bis()
    victim = record("hsi.field/R-9", "HSI/miami", caveats=["VICTIM_1367"])
    weak = support(
        mine, theirs, identifier_evidence(mine, theirs, PHONE), match_class="shared_identifier"
    )
    decision = ask("miami", (mine, theirs, victim), support(victim, theirs), weak)
    assert (decision.outcome, decision.match_class) == (Outcome.FULL, "shared_identifier")


def test_third_party_needs_every_owner() -> None:
    person = build_person(nationalities=["MX"])
    open_end = hsi(entities=[person])
    changes: list[dict[str, Any]] = [{"audience": []}, {"caveats": ["ORCON"], "originator": "FBI"}]
    for change in changes:
        closed = record("bis.oee/B-1", "BIS/enforcement", **change)
        assert between("mexico", open_end, closed).content is None


def test_hold_names_everybody_who_must_be_asked() -> None:
    mine = hsi(caveats=["ORCON"], originator="FBI", fields=[field_marking("sex", "VICTIM_1367")])
    assert between("bis", mine, bis()).hold_for == "FBI+privacy"


def test_deny_is_stricter_than_hold() -> None:
    decision = between("bis", hsi(caveats=["ORCON"], audience=[]), bis())
    assert (decision.outcome, decision.hold_for) == (Outcome.DENY, None)


def test_vault_older_than_the_lineage_parks() -> None:
    newer = hsi(version=2)
    found = support(newer, bis())
    assert ask("bis", (hsi(), bis()), found).outcome is Outcome.PARK
    assert ask("bis", (bis(),), found).outcome is Outcome.PARK
    assert ask("bis", (newer, bis()), found).outcome is Outcome.FULL


def test_parked_support_keeps_only_what_rests_on_itself() -> None:
    parked, theirs = hsi(version=2), bis()
    fallen = record("hsi.field/R-9", "HSI/miami", audience=[])
    supports = (support(parked, theirs), support(fallen, theirs))
    vault = (hsi(), theirs, fallen)
    held = {record.record for record in (fallen, theirs)}
    waiting = {record.record for record in (parked, theirs)}
    assert ask("bis", vault, *supports, shown=frozenset(held)).outcome is Outcome.DENY
    assert ask("bis", vault, *supports, shown=frozenset(waiting)).outcome is Outcome.PARK
    assert ask("bis", vault, *supports).outcome is Outcome.PARK


def test_parked_support_does_not_hold_up_another() -> None:
    parked, theirs = hsi(version=2), bis()
    other = record("hsi.field/R-9", "HSI/miami")
    decision = ask("bis", (hsi(), theirs, other), support(parked, theirs), support(other, theirs))
    assert decision.outcome is Outcome.FULL


def test_newer_record_shows_its_newest_payload_under_the_strictest_marking() -> None:
    first, theirs = hsi(), bis()
    found = support(first, theirs)
    corrected = build_person(birth_date="1972-01-01")
    newer = later(first, hsi(version=2, entities=[corrected]))
    content = ask("bis", (newer, theirs), found).content
    assert content is not None
    assert "1972-01-01" in {row["value"] for row in content["fields"]}
    lifted = later(hsi(caveats=["ORCON"]), hsi(version=2))
    assert ask("bis", (lifted, theirs), found).outcome is Outcome.HOLD
    raised = later(first, hsi(version=2, audience=[]))
    assert ask("bis", (raised, theirs), found).outcome is Outcome.DENY


def test_support_falls_with_its_record_or_its_evidence() -> None:
    first, theirs = hsi(), bis()
    found = support(first, theirs)
    gone = later(first, hsi(version=2, withdrawn=True))
    assert rules(ask("bis", (gone, theirs), found)) == {"WITHDRAWN"}
    changed = later(first, hsi(version=2, entities=[build_person(identifiers=[OTHER_PASSPORT])]))
    assert rules(ask("bis", (changed, theirs), found)) == {"EVIDENCE_FALLEN"}
    reordered = build_person(identifiers=[PHONE, OTHER_PASSPORT, PASSPORT])
    moved = later(first, hsi(version=2, entities=[reordered]))
    assert ask("bis", (moved, theirs), found).outcome is Outcome.FULL


def test_own_record_that_fell_takes_the_support_with_it() -> None:
    mine, theirs = hsi(), bis()
    gone = later(theirs, bis(version=2, withdrawn=True))
    assert ask("bis", (mine, gone), support(mine, theirs)).outcome is Outcome.DENY


def test_withdrawal_older_than_the_lineage_waits_for_the_version_named() -> None:
    found = support(hsi(version=2), bis())
    assert ask("bis", (hsi(withdrawn=True), bis()), found).outcome is Outcome.PARK


def test_value_marking_on_the_evidence_reaches_the_match_and_on_a_sibling_does_not() -> None:
    other = {**PHONE, "value": "+79161234568"}
    person = build_person(identifiers=[PHONE, other])
    for marked, outcome in ((PHONE["value"], Outcome.HOLD), (other["value"], Outcome.TEAR)):
        mark = field_marking("phone", originator="FBI", value=marked)
        mine, theirs = hsi(entities=[person], fields=[mark]), bis()
        evidence = identifier_evidence(mine, theirs, PHONE)
        found = support(mine, theirs, evidence, match_class="shared_identifier")
        assert ask("bis", (mine, theirs), found).outcome is outcome


def test_owner_is_told_silently_where_only_a_field_is_protected() -> None:
    mine = hsi(fields=[field_marking("address", "VICTIM_1367")])
    assert ask("miami", (mine, bis()), support(mine, bis())).outcome is Outcome.SILENT


def test_shared_fields_are_those_that_every_other_end_shows() -> None:
    person = build_person(nationalities=["MX"])
    caller = {**person, "role": "caller"}
    for left, right, shared in (
        (person, person, ["document_number"]),
        (person, caller, []),
        (caller, person, []),
    ):
        mine = hsi(entities=[left])
        there = record("hsi.field/R-2", "HSI/los-angeles", entities=[right])
        content = ask("mexico", (mine, there), support(mine, there)).content
        assert content is not None
        assert content["shared"] == shared


def test_evidence_that_conflicts_is_not_called_shared() -> None:
    mine, theirs = hsi(), bis()
    name, sex = (attribute_evidence(mine, theirs, each) for each in ("name", "sex"))
    found = support(mine, theirs, name, replace(sex, level="conflict"), match_class="fuzzy")
    content = ask("bis", (mine, theirs), found).content
    assert content is not None
    assert content["shared"] == ["name"]


def test_evidence_as_the_stream_writes_it_stands_until_its_value_changes() -> None:
    """Both rooms take fingerprints of the same values (contract of `schemas.fingerprint`)."""
    person = build_person(identifiers=[PASSPORT, PHONE])
    mine = hsi(entities=[person], places=[place()])
    theirs = bis(entities=[person], places=[place()])
    evidence = streamed_evidence(mine, theirs)
    assert {each.attribute for each in evidence} >= {"identifier", "name", "place_time"}
    found = support(mine, theirs, *evidence)
    again = later(mine, hsi(version=2, entities=[person, build_person("p2")], places=[place()]))
    assert ask("bis", (again, theirs), found).outcome is not Outcome.DENY
    changes: list[dict[str, Any]] = [
        {"entities": [{**person, "birth_date": "1980-01-01"}], "places": [place()]},
        {"entities": [{**person, "names": []}], "places": [place()]},
        {"entities": [person], "places": [place(radius_metres=301)]},
        {"entities": [person], "places": []},
    ]
    for change in changes:
        newer = later(mine, hsi(version=2, **change))
        assert rules(ask("bis", (newer, theirs), found)) == {"EVIDENCE_FALLEN"}


def streamed_evidence(left: RecordHistory, right: RecordHistory) -> tuple[Evidence, ...]:
    left, right = in_order(left, right)
    assert left.newest is not None
    assert right.newest is not None
    ends = [extract(each.newest, SECRETS.blocking) for each in (left, right) if each.newest]
    pairs = zip(*ends, strict=True)
    return tuple(e for a, b in pairs for e in judge(decode(a.features), decode(b.features)))
