"""Who meets whom, where the verdict is given, and to which sides."""

import pytest

from streams.correlate.posted import Head
from tests.support.tables import YES, entity, head, post, restored, said, table


def test_the_home_of_a_pair_is_its_lowest_common_key() -> None:
    here, there = table(0), table(1)
    for partition in (here, there):
        post(partition, head(1), 0, 1)
    assert said(post(here, head(2), 0, 1)) == [("yes", ("side 1", "side 2"))]
    assert said(post(there, head(2), 0, 1)) == []


def test_ends_follow_the_order_of_references_whoever_came_first() -> None:
    here = table()
    post(here, head(2), 0)
    (verdict,) = post(here, head(1), 0)
    assert (verdict.left.reference, verdict.right.reference) == ("s/R-1#p", "s/R-2#p")
    assert verdict.sides == ("side 1", "side 2")
    assert (verdict.evidence, verdict.published_ms) == (YES, 7)


def test_a_no_between_first_postings_is_not_worth_a_message() -> None:
    here = table(evidence=())
    post(here, head(1), 0)
    assert said(post(here, head(2), 0)) == []
    assert said(post(here, head(2, (2, 0)), 0)) == [("no", ("side 1", "side 2"))]


def test_lists_that_no_longer_meet_mean_no_wherever_both_stand() -> None:
    here = table()
    post(here, head(1), 0)
    post(here, head(2), 0)
    assert said(post(here, head(2, (2, 0)), 1)) == [("no", ("side 1", "side 2"))]
    assert said(post(here, head(1, (2, 0)))) == [("no", ("side 1", "side 2"))]


def test_a_late_posting_of_an_older_version_is_ignored_once_withdrawn() -> None:
    here = table()
    post(here, head(1), 0)
    post(here, head(2, (3, 0)))
    assert said(post(here, head(2, (2, 5)), 0)) == []
    assert here.rows["s/R-2#p"].keys == ()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (head(1, (2, 0), owner="HSI/miami"), head(2, owner="HSI/miami")),
        (head(1, (2, 0), sides=("a", "c")), head(2, sides=("b", "c"))),
    ],
    ids=["one owner", "one side"],
)
def test_records_of_one_owner_or_on_one_side_never_match(left: Head, right: Head) -> None:
    here = table()
    post(here, left, 0)
    assert {verdict.verdict for verdict in post(here, right, 0)} <= {"no"}


def test_entities_of_one_record_never_meet() -> None:
    here = table()
    here.place(head(1), entity(0, name="q"))
    assert said(post(here, head(1, (2, 0)), 0)) == []


def test_former_sides_hear_who_took_over_and_each_pair_hears_once() -> None:
    here = table()
    post(here, head(1, (2, 0), ("a2", "a3"), ("a1",)), 0)
    verdicts = post(here, head(2, (1, 0), ("b",), ("a1", "a2")), 0)
    assert said(verdicts) == [
        ("yes", ("a2", "b")),
        ("moved", ("a2", "a1")),
        ("yes", ("a3", "b")),
        ("moved", ("a3", "a1")),
        ("moved", ("a3", "a2")),
        ("moved", ("a1", "b")),
    ]
    heirs = [verdict.successor for verdict in verdicts if verdict.verdict == "moved"]
    assert heirs == [("a2", "b"), ("a3", "b"), ("a3", "b"), ("a2", "b")]


def test_records_of_one_owner_all_along_are_never_told_of() -> None:
    here = table(0)
    post(here, head(1, owner="A/x"), 0)
    assert said(post(here, head(2, (2, 0), owner="A/x"), 0)) == []


def test_a_record_that_changed_its_owner_takes_back_what_may_have_been_said() -> None:
    here = table(0)
    post(here, head(1, owner="A/x"), 0)
    moved = head(2, (2, 0), owner="A/x", former_owners=("B/y",))
    assert said(post(here, moved, 0)) == [("no", ("side 1", "side 2"))]


def test_a_restored_row_stands_where_it_stood() -> None:
    before = table()
    post(before, head(1), 0)
    post(before, head(1, (2, 0)), 1)
    assert said(post(restored(before, {}), head(2), 0)) == [("no", ("side 1", "side 2"))]
