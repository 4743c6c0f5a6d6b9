"""The 43 rows of the sharing-rule catalogue, each with its counter-case, in process."""

from pathlib import Path

import pytest

from deploy.scenario.reading import Found, find
from deploy.scenario.run import run_fast
from deploy.scenario.story import RecipientExpectation, Scenario

CATALOGUE = Path(__file__).parent / "catalogue"
CASES = find(CATALOGUE)
RELEASED = {"FULL", "TEAR", "POINTER"}
OTHERWISE = {
    17: "what flips is the accounting, inside and outside the agency",
    18: "what flips is how many are corrected",
    21: "what flips is that the clock runs down",
    29: "what flips is that nothing is purged",
    30: "what flips is that nothing is recalled",
    36: "what flips is that nothing is torn out",
    37: "what flips is that the event is taken in",
    40: "what flips is the alarm: the replies are alike, which is the rule",
}
"""Rows that are not about release or not, with what their counter-case flips."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_comes_out_as_the_catalogue_says(case: Found) -> None:
    (verdict,) = run_fast([case])
    assert verdict.passed, "\n".join(map(str, (*verdict.failures, verdict.error)))


def test_every_row_stands_with_a_counter_case() -> None:
    rows = sorted(case.read().row or 0 for case in CASES if not case.counter)
    assert rows == list(range(1, 44))
    assert sorted(case.read().row or 0 for case in CASES if case.counter) == rows


@pytest.mark.parametrize(
    "folder", sorted({case.folder for case in CASES}), ids=lambda folder: folder.name
)
def test_counter_case_flips_who_is_told(folder: Path) -> None:
    scenario, counter = (case.read() for case in find(folder))
    flipped = [
        (told, withheld)
        for one, other in ((scenario, counter), (counter, scenario))
        for told in expected(one)
        for withheld in expected(other)
        if told.office == withheld.office and gives(told) and not gives(withheld)
    ]
    assert flipped or scenario.row in OTHERWISE


def expected(scenario: Scenario) -> list[RecipientExpectation]:
    steps = (step.expected for step in scenario.steps if step.expected is not None)
    return [recipient for expectations in steps for recipient in expectations.recipients]


def gives(expectation: RecipientExpectation) -> bool | None:
    """Whether an expectation says that the office is told; by outcome, else by its messages."""
    if expectation.outcome is not None:
        return expectation.outcome in RELEASED
    return bool(expectation.counts.get("all", 1))
