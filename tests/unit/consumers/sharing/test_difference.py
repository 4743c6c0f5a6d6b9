"""What a new version changes: by part, by example, and by decisions that come out otherwise."""

import pytest

from consumers.sharing import agreement
from consumers.sharing.difference import difference, sentences
from consumers.sharing.documents import Document
from consumers.sharing.policy import AGREEMENTS
from consumers.sharing.questions import questions
from schemas.errors import ConfigError

BIS = (AGREEMENTS / "hsi-bis-2024.yaml").read_text()
BARS = (AGREEMENTS / "statutory.yaml").read_text()


def parsed(text: str) -> Document:
    return agreement.parse(text, "a.yaml")


def said(old: str, new: str) -> str:
    return "\n".join(sentences(difference(parsed(old), parsed(new))))


def test_wider_clause_is_said_by_text_and_by_decisions_first() -> None:
    new = BIS.replace("level: token", "level: full").replace("version: 4", "version: 5")
    text = said(BIS, new)
    assert "clause 4.6 level: token -> full" in text
    assert "MORE: field phone: token -> full" in text
    assert "less" not in text


def test_narrower_clause_and_broken_examples_are_said() -> None:
    new = BIS.replace("version: 4", "version: 5").replace(
        "crime_types: [export_control, sanctions_evasion, proliferation]",
        "crime_types: [sanctions_evasion, proliferation]",
    )
    text = said(BIS, new)
    assert "crime_types: [export_control, sanctions_evasion, proliferation] -> " in text
    assert "is no longer released" in text
    assert "less: field existence: pointer -> withheld" in text
    assert "MORE" not in text


def test_clauses_that_come_and_go_are_named() -> None:
    new = BIS.replace('id: "4.6"', 'id: "4.9"').replace("version: 4", "version: 5")
    text = said(BIS, new)
    assert "clause 4.6: gone" in text
    assert "clause 4.9: new" in text
    assert "Of 20000 requests 0 decisions change" in text


def test_opened_bar_is_said() -> None:
    new = BARS.replace("{foreign: DENY, default: release}", "{default: release}", 1)
    text = said(BARS, new)
    assert "version: 6 -> 6, which does not rise" in text
    assert "MORE: the match: DENY -> released" in text


def test_same_document_changes_nothing_and_solver_sentences_are_taken_in() -> None:
    found = difference(parsed(BIS), parsed(BIS), changes=("The solver says so.",))
    assert (found.examples, found.shifts) == ((), ())
    assert list(sentences(found))[-1] == "The solver says so."


def test_two_documents_are_not_two_versions() -> None:
    with pytest.raises(ConfigError, match="are not one document"):
        difference(parsed(BIS), parsed(BARS))


def test_questions_are_the_same_every_time() -> None:
    documents = [parsed(BIS)]
    assert list(questions(documents, 50)) == list(questions(documents, 50))
