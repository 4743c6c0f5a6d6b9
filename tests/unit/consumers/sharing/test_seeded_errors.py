"""Two hundred drafting errors by somebody who had not seen the checks: each is caught, by which."""

from collections import Counter

import pytest

from tests.support.drafting import CHECKS, Caught, Drill, seeded, table
from tests.unit.consumers.sharing.parties import REGISTER

ONLY_WORDS = ["E153", "E155"]
"""A clause loses NO-ONWARD that its agreement's onward rule puts on every notice all the same."""


@pytest.fixture(scope="module")
def drill() -> Drill:
    return Drill(REGISTER)


@pytest.fixture(scope="module")
def caught(drill: Drill) -> list[Caught]:
    return [drill.catch(each) for each in seeded()]


def test_corpus_is_ten_errors_of_each_of_twenty_kinds() -> None:
    kinds = Counter(each.kind for each in seeded())
    assert (len(kinds), set(kinds.values())) == (20, {10})


def test_every_seeded_error_is_caught_and_few_by_changed_words_alone(caught: list[Caught]) -> None:
    print("\n" + "\n".join(table(caught)))  # noqa: T201 - the table of `make drafting`
    weakest = {check: [c.error.id for c in caught if c.check == check] for check in CHECKS[-2:]}
    assert weakest == {"text": ONLY_WORDS, "nothing": []}


def test_shipped_documents_pass_what_catches_the_errors(drill: Drill) -> None:
    said = {name: drill.first(name, text) for name, text in drill.texts.items()}
    assert said == dict.fromkeys(drill.texts)
