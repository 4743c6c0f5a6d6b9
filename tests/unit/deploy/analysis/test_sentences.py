"""What relatives share is said to count once, and the parts of a pair add up to its total."""

import pytest

from deploy.analysis.sentences import explained, piece, why
from streams.app import margin
from streams.correlate.engine import Engine, Link
from streams.correlate.weights import WEIGHTS
from tests.support.households import HOME, entity


def link(kind: str, left: dict[str, str], right: dict[str, str]) -> Link:
    engine = Engine(every_pair=True)
    for reference, names in (("A", left), ("B", right)):
        engine.add(reference, entity(kind, **(names | HOME)))
    (found,) = engine.links()
    return found


SAMUEL, GRACE = (
    {"given": given, "family": "Okonjo", "birth_date": born}
    for given, born in (("Samuel", "1951-02-17"), ("Grace", "1954-10-03"))
)
ONE_OF_GROUP, OTHER_OF_GROUP = (
    {"full": f"Zubaydi Marine {branch} Ltd"} for branch in ("Shipping", "Insurance")
)


def test_what_relatives_share_counts_once_and_all_parts_add_up() -> None:
    found = link("person", SAMUEL, GRACE)
    lines = list(explained(map(piece, found.evidence)))
    assert "given_name" not in {name for name, _, _ in lines}
    name, bits, sentence = lines[-1]
    assert (name, bits < 0) == ("relatives", True)
    assert sentence.startswith("Relatives share a home, a phone and a name, so these count once")
    assert "given names disagree" in sentence
    assert sum(each for _, each, _ in lines) == pytest.approx(found.bits, abs=0.01)
    assert margin(found.evidence) == pytest.approx(found.bits - WEIGHTS.release_bits)
    assert "so these count once; given names disagree; kept apart" in why(found.evidence, "below")


def test_companies_of_a_group_have_words_of_their_own() -> None:
    found = link("organization", ONE_OF_GROUP, OTHER_OF_GROUP)
    lines = list(explained(map(piece, found.evidence)))
    assert lines[-1][2].startswith("Companies of one group share an address")
    assert sum(each for _, each, _ in lines) == pytest.approx(found.bits, abs=0.01)
