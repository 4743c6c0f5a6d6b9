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
    duties = "under NO-ONWARD, RETAIN(1825)"
    assert f"MORE: field phone: token {duties} -> full {duties}" in text
    assert "less" not in text


def test_narrower_clause_and_broken_examples_are_said() -> None:
    new = BIS.replace("version: 4", "version: 5").replace(
        "crime_types: [export_control, sanctions_evasion, proliferation]",
        "crime_types: [sanctions_evasion, proliferation]",
    )
    text = said(BIS, new)
    assert "crime_types: [export_control, sanctions_evasion, proliferation] -> " in text
    assert "is no longer released" in text
    assert "less: field existence: pointer under NO-ONWARD, RETAIN(1825) -> withheld" in text
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


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("retention_days: 1825", "retention_days: 30", "RETAIN(1825) -> pointer under NO-ONWARD"),
        ("onward: originator_consent", "onward: free", "-> pointer under RETAIN(1825)"),
        (
            "third_agency: originator_consent",
            "third_agency: free",
            "MORE: a third agency's information: HOLD(originator) -> released where unmarked",
        ),
        ("within: 2 s", "within: 20 s", "else: the match, being owed: within 0:00:02 ->"),
    ],
)
def test_what_an_agreement_says_of_every_release_is_said(old: str, new: str, expected: str) -> None:
    assert BIS.count(old) == 1
    assert expected in said(BIS, BIS.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("obligations: [BANNER(LES)]", "obligations: [ACK]", "under BANNER(LES) -> released under"),
        (
            "must_share: HOLD(counsel)",
            "must_share: HOLD(privacy)",
            "DENY, where owed HOLD(counsel)",
        ),
        (
            "    when: {caveats: [ASYLUM]}\n    outcome: {default: DENY, owner: SILENT}",
            "    when: {caveats: [ASYLUM]}\n    outcome: {default: DENY}",
            "its owner told, the whole support, danger apart -> DENY,",
        ),
    ],
)
def test_what_a_bar_does_beside_its_effect_is_said(old: str, new: str, expected: str) -> None:
    assert BARS.count(old) == 1
    assert expected in said(BARS, BARS.replace(old, new))


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
