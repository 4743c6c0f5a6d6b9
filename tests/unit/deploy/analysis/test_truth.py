"""Pairwise figures agree with counting every pair by hand."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from deploy.analysis.truth import ACROSS, ALL, NOBODY, LinkTally, Numbers, Score, entity_scores

ROWS = st.lists(st.tuples(st.integers(NOBODY, 3), st.integers(0, 3), st.integers(0, 2)), min_size=2)


def by_hand(rows: list[tuple[int, int, int]], *, across: bool) -> Score:
    true = found = right = 0
    for (label, entity, source), (other, same, where) in combinations(rows, 2):
        if across and source == where:
            continue
        is_true, is_found = label == other != NOBODY, entity == same
        true, found, right = true + is_true, found + is_found, right + (is_true and is_found)
    return Score(true, found, right)


@given(ROWS)
def test_entity_scores_are_those_of_counting_every_pair(rows: list[tuple[int, int, int]]) -> None:
    labels, entities, sources = (list(column) for column in zip(*rows, strict=True))
    scores = entity_scores(labels, entities, sources)
    assert scores[ALL] == by_hand(rows, across=False)
    assert (ACROSS in scores) == (len(set(sources)) > 1)
    if ACROSS in scores:
        assert scores[ACROSS] == by_hand(rows, across=True)


def test_links_are_counted_by_scope() -> None:
    labels = Numbers(["a", "a", "b", ""])
    assert list(labels.array) == [1, 1, 2, NOBODY]
    tally = LinkTally(labels.array, [0, 1, 1, 1])
    tally.add(0, 1)
    tally.add(1, 2)
    tally.add(2, 3)
    scores = tally.scores({ACROSS: 1, ALL: 1})
    assert scores == {ACROSS: Score(1, 1, 1), ALL: Score(1, 3, 1)}
    assert scores[ALL].figures["precision"] == 0.333333
    assert Score(0, 0, 0).figures["f1"] == 1.0
