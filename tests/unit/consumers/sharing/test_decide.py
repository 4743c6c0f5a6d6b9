"""Outcomes, supports, records at decision time: what a recipient is told and of what."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from consumers.sharing.decide import Outcome, Question, decide
from consumers.sharing.policy import AGREEMENTS, Policy, build_policy
from schemas.match import Evidence
from tests.support.events import build_person
from tests.unit.consumers.sharing.parties import REGISTER
from tests.unit.consumers.sharing.scene import (
    NOW,
    PASSPORT,
    PHONE,
    SECRETS,
    ask,
    between,
    bis,
    field_marking,
    hsi,
    match,
    place,
    record,
    rules,
    shipped_policy,
    shown_fields,
    side,
    support,
)

OTHER_PASSPORT = {"scheme": "passport", "issuer": "RUS", "value": "799999999"}


def operation(history_place: Any) -> Evidence:
    path = f"places[{history_place['id']}]"
    return Evidence("place_time", "", "exact", 0, 0, path, path, 0)


def test_notice_data_holds_every_key_and_is_canonical_json() -> None:
    content = between("bis", hsi(), bis()).content
    assert content is not None
    assert set(content) == {
        "class",
        "band",
        "outcome",
        "parties",
        "fields",
        "place_time",
        "shared",
        "grades",
        "obligations",
        "banner",
        "tear_line",
        "why",
        "valid_until",
    }
    assert orjson.loads(orjson.dumps(content)) == content
    assert content["valid_until"] == "2029-03-26T00:00:00Z"
    assert content["shared"] == ["document_number"]


def test_own_side_is_named_by_its_own_case_and_the_other_by_a_keyed_id() -> None:
    content = between("bis", hsi(), bis()).content
    assert content is not None
    other, own = content["parties"]
    assert (own["agency"], own["reference"]) == ("BIS", "BIS:record/bis.oee/B-1")
    assert (other["agency"], other["office"]) == ("HSI", "miami")
    assert other["contact"]["phone"] == "+1 202 555 0100"
    assert b"R-1" not in orjson.dumps(content)


def test_ids_differ_between_recipients_and_stay_for_one() -> None:
    mine, theirs = hsi(), record("hsi.field/R-2", "HSI/los-angeles")
    texts = [between("cbp", mine, theirs).content, between("cbp", mine, theirs).content]
    assert texts[0] == texts[1] is not None
    watch = between("bis", mine, bis()).content
    assert texts[0] is not None
    assert watch is not None
    assert {row["entity"] for row in texts[0]["fields"]}.isdisjoint(
        {row["entity"] for row in watch["fields"]}
    )


def test_every_value_names_its_side_by_the_reference_in_parties() -> None:
    content = between("bis", hsi(), bis()).content
    assert content is not None
    assert content["fields"]
    assert {each["party"] for each in content["fields"]} == {content["parties"][0]["reference"]}
    ends = hsi(places=[place()]), bis(places=[place()])
    seen = between("watch", *ends, operation(place()), match_class="space_time").content
    assert seen is not None
    sides = [each["reference"] for each in seen["parties"]]
    assert len(set(sides)) == 2
    assert [each["party"] for each in seen["place_time"]] == sides


def test_attache_gets_a_pointer_for_another_agencys_record() -> None:
    person = build_person(nationalities=["MX"])
    decision = between("mexico", bis(), record("bis.oee/B-2", "BIS/other", entities=[person]))
    assert decision.outcome is Outcome.POINTER
    assert decision.content is not None
    assert (decision.content["fields"], decision.content["shared"]) == ([], [])


def test_subscriber_is_told_only_of_its_classes_and_its_country() -> None:
    here = record("hsi.field/R-2", "HSI/los-angeles")
    assert rules(between("mexico", hsi(), here)) == {"NOT_CONCERNED"}
    there = hsi(entities=[build_person(nationalities=["MX"])])
    assert between("mexico", there, here).outcome is Outcome.FULL
    vague = between("cbp", hsi(), here, match_class="shared_identifier")
    assert rules(vague) == {"NOT_CONCERNED"}


def test_tear_line_is_the_only_free_text_that_leaves() -> None:
    told = hsi(tear_line="Call before acting.", fields=[field_marking("phone", originator="FBI")])
    content = between("bis", told, bis()).content
    assert content is not None
    assert content["tear_line"] == "Call before acting."
    assert b"machine tools" not in orjson.dumps(content)


def test_watch_desk_hears_of_operations_and_of_nothing_else() -> None:
    mine, theirs = hsi(places=[place()]), bis(places=[place()])
    meeting = between("watch", mine, theirs, operation(place()), match_class="space_time")
    assert meeting.outcome is Outcome.FULL
    assert meeting.content is not None
    assert len(meeting.content["place_time"]) == 2
    assert "ACK" in meeting.content["obligations"]
    assert meeting.content["fields"] == []
    assert between("watch", mine, theirs).outcome is Outcome.DENY


def test_operations_summarised_for_cbp_hide_spot_and_hour() -> None:
    mine, other = (
        hsi(places=[place()]),
        record("hsi.field/R-2", "HSI/los-angeles", places=[place()]),
    )
    content = between("cbp", mine, other, operation(place()), match_class="space_time").content
    assert content is not None
    values = [row["value"] for row in content["place_time"]]
    assert all(value["latitude_microdegrees"] == 25_800_000 for value in values)
    assert "radius_metres" not in values[0]
    assert "T" not in values[0]["starts_on"]


def test_operation_not_in_the_evidence_stays_unseen() -> None:
    mine, theirs = hsi(places=[place(), place("o2")]), bis(places=[place()])
    content = between("bis", mine, theirs, operation(place()), match_class="space_time").content
    assert content is not None
    assert len(content["place_time"]) == 1


def test_closed_case_is_told_as_shared_identifier_at_most() -> None:
    mine, theirs = hsi(), bis()
    found = support(mine, theirs)
    closed = ask("bis", (mine, theirs), found, closed=[side(mine)])
    assert closed.content is not None
    assert (closed.match_class, closed.content["class"]) == ("shared_identifier",) * 2
    other = ask("bis", (mine, theirs), found, closed=["HSI:case/unrelated"])
    assert other.match_class == "target"


@pytest.mark.parametrize("status", ["retracted", "moved", "made_up"])
def test_match_that_is_not_live_is_told_to_nobody(status: str) -> None:
    mine, theirs = hsi(), bis()
    policy = shipped_policy()
    question = Question(
        match=match(support(mine, theirs), status=status),
        records={each.record: each for each in (mine, theirs)},
        closed_sides=frozenset(),
        channel=policy.register.channels["bis"],
        now=NOW,
    )
    assert decide(policy, question).outcome is Outcome.DENY


def test_unknown_parties_words_and_purposes_deny() -> None:
    mine, theirs = hsi(), bis()
    found = support(mine, theirs)
    policy = shipped_policy()
    question = Question(
        match=match(found),
        records={each.record: each for each in (mine, theirs)},
        closed_sides=frozenset(),
        channel=policy.register.channels["bis"],
        now=NOW,
    )
    assert decide(policy, question).outcome is Outcome.FULL
    for channel in (
        replace(question.channel, office="BIS/nowhere"),
        replace(question.channel, purpose="made_up"),
    ):
        assert decide(policy, replace(question, channel=channel)).outcome is Outcome.DENY
    changes: list[dict[str, Any]] = [{"match_class": "made_up"}, {"band": "made_up"}]
    for change in changes:
        altered = match(replace(found, **change))
        assert decide(policy, replace(question, match=altered)).outcome is Outcome.DENY


def test_value_marking_reaches_its_value_and_where_that_is_gone_all_of_them() -> None:
    two = build_person(identifiers=[PASSPORT, PHONE, {**PHONE, "value": "+79161234568"}])
    mark = field_marking("phone", originator="FBI", value="+79161234568")
    content = between("bis", hsi(entities=[two], fields=[mark]), bis()).content
    assert content is not None
    phones = {row["value"] for row in content["fields"] if row["field"] == "phone"}
    assert phones == {"+79161234567"}
    for changed in ({"value": "+79160000000"}, {"value": None, "entity": "p9"}):
        wider = between("bis", hsi(entities=[two], fields=[mark | changed]), bis())
        assert "phone" not in shown_fields(wider)


def test_handling_codes_become_obligations() -> None:
    content = between("bis", hsi(handling="H3"), bis()).content
    assert content is not None
    assert {"NO-COURT", "NO-ONWARD"} <= set(content["obligations"])


def test_victims_are_in_no_clause_that_does_not_name_them() -> None:
    other = record("hsi.field/R-2", "HSI/los-angeles")
    person = build_person(role="victim", attachments=[{"media_type": "image/jpeg"}])
    decision = between("los-angeles", hsi(entities=[person]), other)
    assert decision.outcome is Outcome.POINTER


def test_content_holds_until_the_first_end_or_coming_suspension() -> None:
    suspensions = """suspensions:
  - {from: 2025-01-01, to: 2025-02-01, resumed_by: other, order: past, on_resume: review}
  - {from: 2027-01-01, order: to come, on_resume: review}"""
    policy = policy_with("hsi-bis-2024.yaml", "suspensions: []", suspensions)
    decision = ask("bis", (hsi(), bis()), support(hsi(), bis()), policy=policy)
    assert decision.content is not None
    assert decision.content["valid_until"] == "2027-01-01T00:00:00Z"
    assert decision.valid_until == NOW.replace(2027, 1, 1, 0)


def test_shortest_retention_of_the_agreements_used_is_the_one_to_heed() -> None:
    policy = policy_with("hsi-bis-2024.yaml", "retention_days: 1825", "retention_days: 30")
    mine = hsi(entities=[build_person(nationalities=["MX"])])
    decision = ask("mexico", (mine, bis()), support(mine, bis()), policy=policy)
    kept = [each for each in decision.obligations if each.startswith("RETAIN")]
    assert kept == ["RETAIN(30)"]


def policy_with(name: str, old: str, new: str) -> Policy:
    """The shipped documents with one change."""
    texts = {path.name: path.read_text() for path in AGREEMENTS.glob("*.yaml")}
    return build_policy(texts | {name: texts[name].replace(old, new)}, REGISTER, SECRETS)
