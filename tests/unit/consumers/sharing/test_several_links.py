"""Supports of several links: every record on them counts; one hidden hop hides them all."""

from dataclasses import replace

import orjson

from consumers.sharing.decide import Outcome, RecordHistory
from schemas.event import Identifier
from schemas.fingerprint import attribute_fingerprint
from schemas.match import Evidence, Support, SupportLink
from tests.support.events import build_person
from tests.unit.consumers.sharing.scene import (
    PASSPORT,
    PHONE,
    SECRETS,
    ask,
    bis,
    end,
    hsi,
    identifier_evidence,
    later,
    record,
    rules,
    side,
    support,
)

VISA: Identifier = {"scheme": "passport", "issuer": "RUS", "value": "799999999"}
TWO = (
    build_person(id="p1", identifiers=[PASSPORT]),
    build_person(id="p2", identifiers=[VISA, PHONE]),
)


def link(left: RecordHistory, right: RecordHistory, entity: str = "p1") -> SupportLink:
    """A link read from the record named first."""
    shared = {"p1": PASSPORT, "p2": VISA}[entity]
    evidence = identifier_evidence(left, right, shared, entity)
    return SupportLink((evidence,), end(left, entity), end(right, entity), side(left), side(right))


def several(match_class: str, *links: SupportLink) -> Support:
    return Support("several", match_class, "confirmed", 60.0, links)


def duplicate(mine: RecordHistory, theirs: RecordHistory) -> Support:
    return several("duplicate_investigation", link(mine, theirs), link(mine, theirs, "p2"))


def chain(mine: RecordHistory, between: RecordHistory, theirs: RecordHistory) -> Support:
    return several("network", link(mine, between), link(between, theirs, "p2"))


def test_two_shared_subjects_are_shown_once_with_who_might_lead() -> None:
    mine, theirs = hsi(entities=TWO), bis(entities=TWO)
    decision = ask("bis", (mine, theirs), duplicate(mine, theirs))
    assert (decision.outcome, decision.match_class) == (Outcome.FULL, "duplicate_investigation")
    content = decision.content
    assert content is not None
    assert [party["agency"] for party in content["parties"]] == ["HSI", "BIS"]
    names = [row for row in content["fields"] if row["field"] == "name"]
    assert len(names) == 2, "each subject of the other record, once"
    assert content["lead"] in {"HSI", "BIS"}
    assert "lead_reasons" not in content


def test_lead_is_named_where_the_contact_is_and_its_reasons_to_the_coordination_desk_alone() -> (
    None
):
    mine, theirs = hsi(entities=TWO), bis(entities=TWO)
    told = ask("coordination", (mine, theirs), duplicate(mine, theirs))
    assert told.content is not None
    assert told.content["lead_reasons"]
    single = ask("coordination", (mine, theirs), support(mine, theirs))
    assert (single.outcome, rules(single)) == (Outcome.DENY, {"NOT_CONCERNED"})


def test_strictest_record_on_any_link_decides() -> None:
    mine, other = hsi(entities=TWO), record("hsi.field/R-2", "HSI/miami", entities=TWO)
    theirs = bis(entities=TWO)
    both = several("duplicate_investigation", link(mine, theirs), link(other, theirs, "p2"))
    assert ask("bis", (mine, other, theirs), both).outcome is Outcome.FULL
    closed = record("hsi.field/R-2", "HSI/miami", entities=TWO, audience=[])
    assert ask("bis", (mine, closed, theirs), both).outcome is Outcome.DENY
    held = record("hsi.field/R-2", "HSI/miami", entities=TWO, caveats=["ORCON"], originator="FBI")
    assert ask("bis", (mine, held, theirs), both).hold_for == "FBI"
    assert ask("bis", (mine, theirs), both).outcome is Outcome.PARK


def test_withheld_duplicate_leaves_what_one_link_reaches_and_no_trace() -> None:
    mine, theirs = hsi(entities=TWO), bis(entities=TWO)
    hidden = record("hsi.field/R-2", "HSI/miami", entities=TWO, audience=[])
    both = several("duplicate_investigation", link(mine, theirs), link(hidden, theirs, "p2"))
    one = support(mine, theirs)
    shown = ask("bis", (mine, hidden, theirs), both, one)
    assert shown.match_class == "target"
    assert shown.content == ask("bis", (mine, theirs), one).content


def test_two_versions_of_one_record_join_their_restrictions() -> None:
    first, theirs = hsi(entities=TWO), bis(entities=TWO)
    second = later(
        replace(first), hsi(entities=TWO, version=2, caveats=["ORCON"], originator="FBI")
    )
    both = several("duplicate_investigation", link(first, theirs), link(second, theirs, "p2"))
    assert ask("bis", (second, theirs), both).hold_for == "FBI+HSI"


def test_row_43_hidden_hop_hides_path_and_length_and_its_owner_is_silent() -> None:
    mine, theirs = hsi(entities=TWO), bis(entities=TWO)
    hidden = record("hsi.ccht/V-1", "HSI/victim-center", entities=TWO, caveats=["VICTIM_1367"])
    vault = (mine, hidden, theirs)
    decision = ask("bis", vault, chain(mine, hidden, theirs))
    assert decision.content is None
    assert decision.outcome in {Outcome.DENY, Outcome.HOLD}
    owner = ask("victim-center", vault, chain(mine, hidden, theirs))
    assert owner.outcome is Outcome.SILENT
    assert owner.content is not None
    assert owner.content["fields"] == []
    assert b"BIS" not in orjson.dumps(owner.content)


def test_open_chain_is_told_to_its_two_sides_and_not_to_who_owns_the_hop() -> None:
    mine, theirs = hsi(entities=TWO), bis(entities=TWO)
    between = record("hsi.field/L-1", "HSI/los-angeles", entities=TWO)
    vault = (mine, between, theirs)
    told = ask("bis", vault, chain(mine, between, theirs))
    assert (told.outcome, told.match_class) == (Outcome.FULL, "network")
    assert {record for record, _ in told.lineage} == {each.record for each in vault}
    assert ask("miami", vault, chain(mine, between, theirs)).outcome is Outcome.FULL
    hop = ask("los-angeles", vault, chain(mine, between, theirs))
    assert (hop.outcome, "HOP_ALONE" in rules(hop)) == (Outcome.DENY, True)


def test_support_on_a_common_scheme_falls_when_the_scheme_is_corrected() -> None:
    mine, theirs = hsi(entities=TWO), bis(entities=TWO)
    crime = attribute_fingerprint(SECRETS.blocking, "crime_type", "export_control")
    path = "marking.crime_types"
    scheme = Evidence("scheme", "crime_type", "exact", crime, crime, path, path, 0)
    base = link(mine, theirs)
    same = replace(base, evidence=(*base.evidence, scheme))
    found = several("duplicate_investigation", same)
    assert ask("bis", (mine, theirs), found).outcome is Outcome.FULL
    newer = later(mine, hsi(entities=TWO, version=2))
    assert ask("bis", (newer, theirs), found).outcome is Outcome.FULL
    other = later(mine, hsi(entities=TWO, version=2, crime_types=["proliferation"]))
    fallen = ask("bis", (other, theirs), found)
    assert (fallen.outcome, rules(fallen)) == (Outcome.DENY, {"EVIDENCE_FALLEN"})
