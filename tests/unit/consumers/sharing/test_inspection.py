"""A finished notice is looked at once more: planted leaks are found, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from consumers.sharing.decide import decide
from consumers.sharing.inspection import violations
from consumers.sharing.outcome import Decision, Question
from consumers.sharing.redact import Keys
from tests.support.events import build_person
from tests.unit.consumers.sharing.parties import REGISTER
from tests.unit.consumers.sharing.scene import (
    NOW,
    PASSPORT,
    SECRETS,
    bis,
    hsi,
    match,
    record,
    shipped_policy,
    support,
)

Leak = Callable[[dict[str, Any]], None]
VICTIM_PHONE = {"scheme": "phone", "issuer": None, "value": "+12025550177"}


def question(channel: str = "bis") -> Question:
    """A match of two records; the HSI one has a victim and a caller beside its subject."""
    victim = build_person(id="v1", role="victim", identifiers=[VICTIM_PHONE])
    victim["names"][0]["full"] = "Ana Maria Lopez"
    caller = build_person(id="c1", role="caller", identifiers=[VICTIM_PHONE])
    caller["names"][0]["full"] = "Joan Tipster"
    left = hsi(
        entities=[build_person(identifiers=[PASSPORT]), victim, caller],
        tear_line="A subject travels under this passport.",
    )
    right = bis(entities=[build_person(identifiers=[PASSPORT])])
    return Question(
        match=match(support(left, right)),
        records={each.record: each for each in (left, right)},
        closed_sides=frozenset(),
        channel=REGISTER.channels[channel],
        now=NOW,
    )


ASKED = question()
DECIDED = decide(shipped_policy(), ASKED)


def found(content: dict[str, Any]) -> tuple[str, ...]:
    return violations(ASKED, replace(DECIDED, content=content), SECRETS.recipient)


def copy_of(decision: Decision) -> dict[str, Any]:
    assert decision.content is not None
    fields = [dict(row) for row in decision.content["fields"]]
    return {**decision.content, "fields": fields}


def test_notice_as_it_is_built_is_proven_for_every_recipient() -> None:
    told = 0
    for name in REGISTER.channels:
        asked = question(name)
        decision = decide(shipped_policy(), asked)
        assert violations(asked, decision, SECRETS.recipient) == ()
        told += decision.content is not None
    assert told > 1


def row(content: dict[str, Any], field: str) -> dict[str, Any]:
    return next(each for each in content["fields"] if each["field"] == field)


def raise_a_level(content: dict[str, Any]) -> None:
    row(content, "document_number")["value"] = "passport RUS 712345678"


def mask_too_little(content: dict[str, Any]) -> None:
    row(content, "document_number")["value"] = "passport RUS ***12345678"


def show_a_pointer(content: dict[str, Any]) -> None:
    content["fields"][0] |= {"level": "pointer"}


def make_a_token_of_the_value(content: dict[str, Any]) -> None:
    row(content, "document_number").update(level="token", value="712345678")


def show_the_caller(content: dict[str, Any]) -> None:
    keys = Keys(SECRETS.recipient, ASKED.channel.office)
    content["fields"][0]["entity"] = keys.reference("entity", "hsi.field/R-1#c1")


def show_somebody_else(content: dict[str, Any]) -> None:
    content["fields"][0]["entity"] = "0" * 32


def hide_a_phone_in_another_text(content: dict[str, Any]) -> None:
    content["shared"] = [*content["shared"], "call (202) 555-0177 x"]


def add_to_the_tear_line(content: dict[str, Any]) -> None:
    content["tear_line"] += "\nShe lives nearby."


def add_a_part(content: dict[str, Any]) -> None:
    content["attachments"] = ["photo"]


def add_bytes(content: dict[str, Any]) -> None:
    content["shared"] = [b"\xff\xd8\xff"]


def add_to_a_row(content: dict[str, Any]) -> None:
    content["fields"][0]["note"] = "see file"


@pytest.mark.parametrize(
    "leak",
    [
        add_a_part,
        add_bytes,
        add_to_a_row,
        add_to_the_tear_line,
        hide_a_phone_in_another_text,
        make_a_token_of_the_value,
        mask_too_little,
        raise_a_level,
        show_a_pointer,
        show_somebody_else,
        show_the_caller,
    ],
)
def test_planted_leak_is_found(leak: Leak) -> None:
    content = copy_of(DECIDED)
    assert found(content) == ()
    leak(content)
    assert found(content) != ()


def test_finding_names_no_value() -> None:
    content = copy_of(DECIDED)
    hide_a_phone_in_another_text(content)
    raise_a_level(content)
    assert "0177" not in str(found(content))
    assert "712345678" not in str(found(content))


@pytest.mark.parametrize(
    "sentence", ["Joan Tipster called.", "Ring 202-555-0177.", "ANA MARIA LOPEZ was there"]
)
def test_owners_own_tear_line_may_not_name_whom_it_hides(sentence: str) -> None:
    first = ASKED.records["hsi.field/R-1"]
    assert first.newest is not None
    told = record(first.record, first.owner, entities=first.newest["entities"], tear_line=sentence)
    asked = replace(ASKED, records={**ASKED.records, first.record: told})
    decision = decide(shipped_policy(), asked)
    assert decision.content is not None
    assert violations(asked, decision, SECRETS.recipient) != ()
