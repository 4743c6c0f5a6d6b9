"""Recorded decisions explained to whoever may read them, made again, and made under other rules."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from consumers.store.queries import explain_match
from deploy.explanation import Explainer, Section
from deploy.replay import Change, Replayer
from deploy.scenario.desk import policy_of
from deploy.scenario.fast import FastRun, fast_run
from deploy.scenario.mail import CODEC
from deploy.scenario.parties import recipients_of
from deploy.scenario.reading import SCENARIO, find
from deploy.scenario.run import silence, tell

TEXT = """\
title: A telephone of the FBI's in a record of HSI's
register:
  subscribe: {CBP/operations: [target]}
timeline:
  - report: A
    by: HSI/miami
    marking: {handling: H2, fields: [{entity: someone, field: phone, originator: FBI}]}
  - at: +1 min
    report: B
    by: BIS/enforcement
    entities: [{like: someone, identifiers: [passport RUS 712345678]}]
expect:
  BIS/enforcement: TEAR
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[FastRun]:
    (tmp_path / SCENARIO).write_text(TEXT, encoding="utf-8")
    (case,) = find(tmp_path)
    scenario = case.read()
    with silence(), fast_run(scenario) as running:
        assert list(tell(scenario, running)) == []
        yield running


def explainer(run: FastRun) -> Explainer:
    offices = {each.id: name for name, each in recipients_of(run.scenario.register).items()}
    return Explainer(run.vault, CODEC, offices)


def only_match(run: FastRun) -> str:
    (recorded, *_) = Replayer(run.vault, CODEC).recorded()
    return recorded.thread.match


def text_of(sections: list[Section]) -> str:
    return "\n".join(sentence for section in sections for sentence in section.sentences)


def test_operator_reads_what_released_each_field_what_lowered_it_and_what_is_owed(
    run: FastRun,
) -> None:
    told = text_of([s for s in explainer(run).one(only_match(run)) if s.kind == "standing"])
    assert "BIS/enforcement was told of the match; part of it was lowered or withheld." in told
    assert "Released in full: name, birth_date, sex, nationality of someone in hsi.field/A" in told
    assert "by clause 4.3 of HSI-BIS-2024: " in told
    assert "Released masked: document_number of someone in hsi.field/A, by clause 4.4" in told
    assert "Waits for the consent of FBI: phone of someone in hsi.field/A" in told
    assert "BIS/enforcement must: " in told
    assert "Do not pass this on without the originator's consent." in told


def test_recipient_reads_what_it_was_given_and_nothing_of_what_was_not(run: FastRun) -> None:
    told = text_of(list(explainer(run).for_reader(only_match(run), "BIS/enforcement")))
    assert "Released masked: document_number of someone in hsi.field/A" in told
    for trace in ("FBI", "THIRD_AGENCY", "phone of", "lowered"):
        assert trace not in told


def test_owner_reads_what_others_were_given_of_its_own_records(run: FastRun) -> None:
    told = text_of(list(explainer(run).for_reader(only_match(run), "HSI/miami")))
    assert "BIS/enforcement was told of this match with a record of HSI/miami." in told
    assert "Waits for the consent of FBI: phone of someone in hsi.field/A" in told


def test_who_was_told_nothing_reads_nothing(run: FastRun) -> None:
    assert "cbp-operations" in {each.channel for each in explain_match(run.vault, only_match(run))}
    for office in ("CBP/operations", "FBI/headquarters", "GBR/main"):
        assert list(explainer(run).for_reader(only_match(run), office)) == []


def test_recorded_decisions_are_made_again_from_what_was_kept(run: FastRun) -> None:
    replayer = Replayer(run.vault, CODEC)
    policy = policy_of(dict(run.scenario.documents), run.scenario.register)
    assert [replayer.replay(policy, each) for each in replayer.recorded()] == [(), (), ()]


def test_changed_documents_decide_otherwise_by_recipient_and_rule(run: FastRun) -> None:
    texts = {
        name: text.replace("  - id: THIRD_AGENCY\n", "  - id: THIRD_PARTY\n").replace(
            "crime_types: [export_control, sanctions_evasion, proliferation]",
            "crime_types: [sanctions_evasion, proliferation]",
        )
        for name, text in run.scenario.documents.items()
    }
    texts = {name: _without_examples(text) for name, text in texts.items()}
    then = policy_of(texts, run.scenario.register)
    since = run.scenario.start - timedelta(days=1)
    changes = list(Replayer(run.vault, CODEC).simulate(run.policy, then, since))
    assert {(c.channel, c.before, c.after) for c in changes} == {
        ("bis-enforcement", "TEAR", "DENY"),
        ("hsi-miami", "FULL", "DENY"),
    }
    assert all("HSI-BIS-2024/crime_types" in change.newly for change in changes)
    assert list(Replayer(run.vault, CODEC).simulate(run.policy, run.policy, since)) == []


def test_nothing_decided_since_is_nothing_to_simulate(run: FastRun) -> None:
    later = run.scenario.start + timedelta(days=1)
    changes: list[Change] = list(Replayer(run.vault, CODEC).simulate(run.policy, run.policy, later))
    assert changes == []


def _without_examples(text: str) -> str:
    """Drop the lawyers' questions: they are about the text as it was."""
    kept, skipping = [], False
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if skipping and indent > 4:
            continue
        skipping = line.startswith("    examples:")
        if not skipping:
            kept.append(line)
    return "\n".join(kept) + "\n"
