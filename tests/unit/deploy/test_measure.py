"""The measures by which the benches judge everybody, against counts made by hand."""

import random
from itertools import combinations

import pytest

from deploy.bench.measure import (
    Record,
    Truth,
    area_under_curve,
    at_threshold,
    best_closure,
    best_threshold,
    hindsight,
)

ALONE = Truth({1: Record("a"), 2: Record("a"), 3: Record("a"), 4: Record("b"), 5: Record("b")})
LINKED = Truth({"x1": Record("a", "x"), "x2": Record("b", "x"), "y1": Record("a", "y"),
                "y2": Record("a", "y"), "y3": Record("b", "y")})  # fmt: skip


def test_true_pairs_are_all_in_one_file_and_those_across_where_two_are_linked() -> None:
    assert ALONE.true == 3 + 1
    assert LINKED.true == 2 + 1


def test_links_are_counted_once_whichever_way_round() -> None:
    counts = ALONE.counts([(1, 2), (2, 1), (1, 4)])
    assert (counts.right, counts.found, counts.true) == (1, 2, 4)


def test_pairs_within_a_linked_file_do_not_count() -> None:
    counts = LINKED.counts([("y1", "y2"), ("x1", "y1")])
    assert (counts.right, counts.found) == (1, 1)


def test_clusters_count_every_pair_within_them() -> None:
    counts = ALONE.clustered({1: "E", 2: "E", 3: "F", 4: "F", 5: "G"})
    assert (counts.right, counts.found, counts.true) == (1, 2, 4)
    linked = LINKED.clustered({"x1": 1, "y1": 1, "y2": 1, "y3": 1, "x2": 2})
    assert (linked.right, linked.found) == (2, 3)


def test_best_cut_never_falls_among_equal_scores() -> None:
    found = best_threshold([0.9, 0.5, 0.5, 0.1], [True, True, False, False])
    assert found["threshold"] == 0.5
    assert found["precision"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["recall"] == 1


def test_pairs_without_a_score_are_missed() -> None:
    assert at_threshold([0.9], [True], 0.5, true=4).recall == 0.25


def test_area_under_the_curve_counts_ties_by_half() -> None:
    assert area_under_curve([2, 1, 1, 0], [True, True, False, False]) == 0.875


def test_closure_grown_pair_by_pair_equals_closure_made_at_once() -> None:
    draw = random.Random(5)
    truth = Truth({n: Record(draw.randrange(6), draw.choice("xy")) for n in range(30)})
    pairs = [(a, b, float(draw.randrange(40))) for a, b in combinations(range(30), 2)][:150]
    best = best_closure(pairs, truth)
    by_hand = max(_closure_f1(pairs, cut, truth) for cut in {score for _, _, score in pairs})
    assert best["f1"] == pytest.approx(by_hand, abs=1e-6)


def _closure_f1(pairs: list[tuple[int, int, float]], cut: float, truth: Truth) -> float:
    entity = {n: n for n in range(30)}
    for left, right, score in pairs:
        if score >= cut and entity[left] != entity[right]:
            gone = entity[right]
            entity = {n: entity[left] if e == gone else e for n, e in entity.items()}
    return truth.clustered(entity).f1


def test_best_partner_is_a_way_only_where_two_files_are_linked() -> None:
    pairs = [("x1", "y1", 3.0), ("x2", "y1", 2.0), ("x2", "y3", 1.0), ("x1", "y2", 2.0)]
    assert hindsight(pairs, LINKED)["best_link"]["f1"] == 1
    assert "best_link" not in hindsight([(1, 2, 1.0)], ALONE)
