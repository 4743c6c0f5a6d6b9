"""Two keys: they agree on generated questions, either stops a release, and nothing opens one."""

from dataclasses import replace
from functools import partial
from typing import Any

import cedarpy
import orjson
import pytest
import structlog.testing

from consumers.delivery.disagreement import alarming
from consumers.sharing.asking import Recipient
from consumers.sharing.cedar.engine import (
    Claim,
    SecondKeyError,
    authorize,
    parse_entities,
)
from consumers.sharing.cedar.party import recipient
from consumers.sharing.cedar.policies import slice_of
from consumers.sharing.cedar.reading import NOBODY
from consumers.sharing.cedar.request import RECORD
from consumers.sharing.cedar.second import SecondKey, Verdict
from consumers.sharing.decide import Outcome, Question, decide
from consumers.sharing.documents import Bar, Statute
from consumers.sharing.support import judge
from deploy.bench.sharing_differential import differ, shipped
from tests.unit.consumers.sharing.parties import REGISTER
from tests.unit.consumers.sharing.scene import (
    NOW,
    between,
    bis,
    hsi,
    match,
    rules,
    shipped_policy,
    support,
)

BARS = [bar for d in shipped() if isinstance(d, Statute) for bar in d.bars]
CHANNEL = REGISTER.channels["bis"]
CLAIM = Claim("target", "confirmed", 1_795_000_000, 753_702, 1 << 62)
MARKING = (
    "caveats",
    "originator",
    "onward",
    "handling",
    "source_grade",
    "information_grade",
    "crime_types",
    "purpose_limits",
    "audience",
    "fields",
)
BREAKS = ("missing", "null", "misspelt", "mistyped")


def broken(values: dict[str, Any], name: str, how: str) -> dict[str, Any]:
    """The values with one of them missing, null, misspelt or of another type."""
    changed = dict(values)
    value = changed.pop(name)
    if how == "null":
        changed[name] = None
    elif how == "misspelt":
        changed[f"{name}s"] = value
    elif how == "mistyped":
        changed[name] = 7 if not isinstance(value, int) or isinstance(value, bool) else "seven"
    return changed


def marked_by(bar: Bar) -> dict[str, Any]:
    """Return a marking that the bar looks at."""
    return {
        "caveats": ["REL_TO_GBR" if c == "REL_TO" else c for c in bar.caveats[:1]],
        "handling": bar.handling[0] if bar.handling else "H0",
        "originator": "FBI" if bar.originator else "HSI",
    }


def test_generated_questions_have_one_answer() -> None:
    tally = differ(6_000, seed=11)
    assert tally.differences == []
    assert tally.told >= 0.3 * tally.questions


def test_second_key_alone_stops_a_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SecondKey, "judge", lambda *_: Verdict())
    decision = between("bis", hsi(), bis())
    assert decision.outcome is Outcome.DENY
    assert "TWO_KEYS" in rules(decision)
    assert "TWO_KEYS" in decision.alarms


def test_value_that_only_one_key_shows_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = SecondKey.judge

    def stricter(self: SecondKey, *asked: Any) -> Verdict:
        verdict = whole(self, *asked)
        verdict.things = {t: r for t, r in verdict.things.items() if t.field != "phone"}
        return verdict

    before = between("bis", hsi(), bis())
    monkeypatch.setattr(SecondKey, "judge", stricter)
    after = between("bis", hsi(), bis())
    assert before.content is not None
    assert after.content is not None
    shown = {row["field"] for row in before.content["fields"]}
    assert {row["field"] for row in after.content["fields"]} == shown - {"phone"}
    assert "TWO_KEYS" in rules(after)


def test_error_of_the_second_key_denies_and_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Verdict:
        raise SecondKeyError("Cedar refuses the question")

    monkeypatch.setattr(SecondKey, "judge", fails)
    counted: list[int] = []
    first, other = hsi(), bis()
    question = Question(
        match=match(support(first, other)),
        records={each.record: each for each in (first, other)},
        closed_sides=frozenset(),
        channel=CHANNEL,
        now=NOW,
    )
    watched = alarming(decide, lambda: counted.append(1))
    with structlog.testing.capture_logs() as logs:
        decision = watched(shipped_policy(), question)
    assert decision.outcome is Outcome.DENY
    assert counted == [1]
    assert logs[0]["event"] == "two_keys_disagree"
    assert "Petrov" not in str(logs)


@pytest.mark.parametrize("bar", BARS, ids=lambda bar: bar.id)
def test_broken_attribute_of_a_record_releases_in_neither_key(bar: Bar) -> None:
    policy, office = shipped_policy(), REGISTER.offices[CHANNEL.office]
    asked = Recipient(CHANNEL, office, REGISTER.agencies["BIS"])
    for name in MARKING:
        for how in BREAKS:
            if (name, how) == ("audience", "null"):
                continue  # null is a word of this attribute: the agreement decides
            one, other = hsi(**marked_by(bar)), bis()
            marking: Any = broken(dict(one.markings[one.newest_rank]), name, how)
            one = replace(one, markings={one.newest_rank: marking})
            question = Question(
                match=match(support(hsi(), other)),
                records={each.record: each for each in (one, other)},
                closed_sides=frozenset(),
                channel=CHANNEL,
                now=NOW,
            )
            (link,) = question.match.supports
            first = partial(judge, policy, question, asked, link)
            second = partial(policy.second.judge, question, link)
            assert not released(lambda ask=first: ask().effect), (name, how)
            assert not released(lambda ask=second: ask().outcome), (name, how)


def released(outcome: Any) -> bool:
    try:
        return bool(outcome() == "release")
    except (ArithmeticError, AttributeError, LookupError, SecondKeyError, TypeError, ValueError):
        return False


@pytest.mark.parametrize("bar", BARS, ids=lambda bar: bar.id)
def test_broken_attribute_of_a_question_is_refused_by_cedar(bar: Bar) -> None:
    policy = shipped_policy()
    party = recipient(CHANNEL, REGISTER)
    first = hsi(**marked_by(bar))
    (end,) = [
        each
        for each in policy.second._case(  # the questions as the second key puts them
            Question(
                match=match(support(first, bis())),
                records={each.record: each for each in (first, bis())},
                closed_sides=frozenset(),
                channel=CHANNEL,
                now=NOW,
            ),
            support(first, bis()),
        )[1]
        if each.office != CHANNEL.office
    ]
    chosen = slice_of(policy.documents, "HSI", "BIS", party.kinds("HSI"))
    policies = cedarpy.PolicySet.from_str("\n".join(each.text for each in chosen))
    record = dict(end.record)
    context = CLAIM._asdict() | NOBODY._asdict()
    for values, part in ((record, "record"), (context, "context")):
        for name in values:
            for how in BREAKS:
                changed = broken(values, name, how)
                with pytest.raises(SecondKeyError):
                    _put(
                        party,
                        changed if part == "record" else record,
                        changed if part == "context" else context,
                        policies,
                    )


def _put(party: Any, record: Any, context: Any, policies: Any) -> None:
    question = {
        "principal": {"type": "Channel", "id": party.channel},
        "action": {"type": "Action", "id": "disclose"},
        "resource": RECORD,
        "context": orjson.dumps(context).decode(),
    }
    authorize([question], policies, parse_entities(party, record))


def test_slices_stay_small_among_many_agreements() -> None:
    documents = [*shipped()]
    base = next(each for each in documents if each.id == "HSI-BIS-2024")
    assert not isinstance(base, Statute)
    for number in range(40):
        code = f"P{number}"
        directions = (("HSI", code),)
        clauses = tuple(replace(each, directions=directions) for each in base.clauses)
        documents.append(replace(base, id=f"HSI-{code}", directions=directions, clauses=clauses))
    kinds = frozenset({"federal_law_enforcement"})
    few = slice_of(shipped(), "HSI", "BIS", kinds)
    many = slice_of(documents, "HSI", "BIS", kinds)
    assert len(many) == len(few)
