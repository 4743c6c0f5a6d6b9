"""Properties of every decision, over generated records, markings, supports and recipients."""

from dataclasses import replace
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from consumers.sharing.decide import Decision, Outcome, RecordHistory
from consumers.sharing.redact import FULL
from consumers.sharing.standing import Standing, settle
from consumers.sharing.vocabulary import LEVEL_RANK
from tests.unit.consumers.sharing.generated import (
    BARRED,
    STRICTNESS,
    channels,
    few,
    hidden,
    marked,
    pairs,
    records,
    weak,
)
from tests.unit.consumers.sharing.parties import CHANNELS
from tests.unit.consumers.sharing.scene import (
    NOW,
    ask,
    between,
    field_marking,
    record,
    support,
)


def seen(decision: Decision) -> bytes:
    """Everything that a recipient can observe: the outcome that it sees, its message, its end."""
    transition = settle(Standing(), decision)
    visible = (transition.action, transition.content, transition.supersedes)
    return orjson.dumps([*visible, decision.valid_until if decision.content else None])


@few
@given(pairs(), channels, st.sampled_from(["X", "REL_TO", "REL_TO_XXX", "noforn", "SAR "]))
def test_unknown_caveat_never_releases(
    pair: tuple[RecordHistory, RecordHistory], channel: str, caveat: str
) -> None:
    one, other = pair
    decision = between(channel, marked(one, caveats=[caveat]), other)
    office = next(each.office for each in CHANNELS if each.id == channel)
    if office != one.owner:
        assert decision.outcome is Outcome.DENY


@few
@given(pairs(), channels, st.sampled_from(["SAR", "POLITICAL", "GRAND_JURY", "ASYLUM"]))
def test_caveat_that_bars_existence_never_releases_to_an_unlisted_office(
    pair: tuple[RecordHistory, RecordHistory], channel: str, caveat: str
) -> None:
    one, other = pair
    decision = between(channel, marked(one, caveats=[caveat]), other)
    office = next(each.office for each in CHANNELS if each.id == channel)
    if office != one.owner:
        assert decision.outcome in {Outcome.DENY, Outcome.HOLD}


@few
@given(
    pairs(),
    channels,
    st.sampled_from(
        (
            {"onward": "?"},
            {"handling": "?"},
            {"source_grade": "?"},
            {"crime_types": ["?"]},
            {"purpose_limits": ["?"]},
            {"originator": ""},
            {"audience": []},
        )
    ),
)
def test_unknown_or_empty_marking_never_releases(
    pair: tuple[RecordHistory, RecordHistory], channel: str, change: dict[str, Any]
) -> None:
    one, other = pair
    decision = between(channel, marked(one, **change), other)
    office = next(each.office for each in CHANNELS if each.id == channel)
    if office != one.owner:
        assert decision.content is None


@few
@given(pairs(), channels, st.sampled_from((*BARRED, "ASYLUM", "X")), st.booleans())
def test_another_caveat_never_releases_more(
    pair: tuple[RecordHistory, RecordHistory], channel: str, caveat: str, on_field: bool
) -> None:
    one, other = pair
    before = between(channel, one, other)
    assert one.newest is not None
    marking = one.newest["marking"]
    more: dict[str, Any] = {"caveats": [*marking["caveats"], caveat]}
    if on_field:
        more = {"fields": [*marking["fields"], field_marking("phone", caveat)]}
    after = between(channel, marked(one, **more), other)
    if after.outcome is Outcome.SILENT or before.outcome is Outcome.SILENT:
        return
    assert after.content is None or before.content is not None
    if after.content is not None and before.content is not None:
        assert STRICTNESS.index(after.outcome) >= STRICTNESS.index(before.outcome)
        rows = {_row(row) for row in before.content["fields"]}
        assert {_row(row) for row in after.content["fields"]} <= rows
        assert set(before.content["obligations"]) <= set(after.content["obligations"]) or (
            len(after.content["fields"]) < len(before.content["fields"])
        )


@few
@given(records(), records(["skr.main/Q-1"]), channels)
def test_suspended_party_never_gets_content(
    one: RecordHistory, foreign: RecordHistory, channel: str
) -> None:
    if one.record != foreign.record:
        assert between("skr", one, foreign).content is None
        decision = between(channel, one, foreign)
        assert decision.content is None


@few
@given(pairs(), records(["hsi.field/R-1"]), st.sampled_from(("bis", "miami", "cbp", "mexico")))
def test_protected_support_neither_silences_nor_betrays_itself(
    pair: tuple[RecordHistory, RecordHistory], barred: RecordHistory, channel: str
) -> None:
    one, other = pair
    protected = marked(replace(barred, record="hsi.field/R-9"), audience=[])
    alone, vault = weak(one, other), (one, other, protected)
    barred_one = hidden(protected, other)
    with_it = ask(channel, vault, barred_one, alone)
    without = ask(channel, vault, alone)
    office = next(each.office for each in CHANNELS if each.id == channel)
    if office != protected.owner:
        assert seen(with_it) == seen(without)


@few
@given(pairs(), channels)
def test_decision_depends_on_its_question_alone(
    pair: tuple[RecordHistory, RecordHistory], channel: str
) -> None:
    found = support(*pair)
    first, second = ask(channel, pair, found), ask(channel, pair[::-1], found)
    assert first == second
    assert orjson.dumps(first.content) == orjson.dumps(second.content)


@few
@given(pairs(), channels)
def test_nothing_is_shown_above_its_level(
    pair: tuple[RecordHistory, RecordHistory], channel: str
) -> None:
    decision = between(channel, *pair)
    if decision.content is None:
        return
    whole = {"Petrov": "name", "1971-03": "birth_date", "71234": "document_number"}
    whole |= {"+7916123": "phone", "Lenina": "address"}
    rows = decision.content["fields"]
    rest = orjson.dumps({**decision.content, "fields": []}).decode()
    for value, field in whole.items():
        assert value not in rest
        for row in rows:
            if row["field"] != field or LEVEL_RANK[row["level"]] < FULL:
                assert value not in str(row["value"])
    assert all(row["role"] != "caller" for row in rows)
    for history in pair:
        assert history.record not in orjson.dumps(rows).decode()


@few
@given(pairs(), channels)
def test_withheld_decisions_hold_no_content_and_told_ones_no_hold(
    pair: tuple[RecordHistory, RecordHistory], channel: str
) -> None:
    decision = between(channel, *pair)
    if decision.outcome in {Outcome.DENY, Outcome.HOLD, Outcome.PARK}:
        assert (decision.content, decision.obligations) == (None, ())
        assert decision.reasons
    else:
        assert decision.content is not None
        assert decision.content["outcome"] == decision.outcome
        assert decision.obligations == tuple(decision.content["obligations"])
    assert (decision.outcome is Outcome.HOLD) == (decision.hold_for is not None)


def _row(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["entity"], row["field"], row["level"], row["value"], row["clause"]


def test_the_generated_world_reaches_every_outcome() -> None:
    """The properties above are not vacuous: released and withheld decisions both occur."""
    one, other = record("hsi.field/R-1", "HSI/miami"), record("bis.oee/B-1", "BIS/enforcement")
    assert between("bis", one, other, now=NOW).outcome is Outcome.FULL
    assert between("bis", marked(one, audience=[]), other).outcome is Outcome.DENY
