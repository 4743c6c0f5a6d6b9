"""When a key is split, who is told, and what is said of those it parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.correlate.core import Table
from tests.support.tables import CAP, YES, entity, head, key, post, restored, said, table


def crowded(here: Table[bytes], holders: int) -> None:
    """So many different people of different owners at key 0."""
    for number in range(holders):
        post(here, head(number), 0, 4 + 4 * number, features=b"%d" % number)


def test_a_key_with_too_many_different_holders_is_split_and_every_holder_told() -> None:
    here = table()
    crowded(here, CAP)
    assert not here.crowds.is_split(key(0))
    post(here, head(CAP), 0, features=b"one more")
    assert here.crowds.is_split(key(0))
    assert here.crowds.changed == {key(0): 1}
    assert here.crowds.told == {f"s/R-{number}": {key(0): 1} for number in range(CAP + 1)}


def test_a_split_key_pairs_nobody_who_comes_and_tells_them() -> None:
    here = table()
    crowded(here, CAP + 1)
    here.crowds.told.clear()
    assert said(post(here, head(99), 0)) == []
    assert here.crowds.told == {"s/R-99": {key(0): 1}}
    assert here.rows["s/R-99#p"].held == ()


def test_who_knows_is_not_told_again() -> None:
    here = table()
    crowded(here, CAP + 1)
    here.crowds.told.clear()
    post(here, head(99), split=(0,))
    assert not here.crowds.told


def test_holders_are_counted_whether_they_know_of_the_split_or_not() -> None:
    here = table()
    crowded(here, CAP + 1)
    for number in range(CAP + 1):
        post(here, head(number, (1, 1)), features=b"%d" % number, split=(0,))
    assert here.crowds.is_split(key(0))
    post(here, head(0, (2, 0)))
    assert not here.crowds.is_split(key(0))
    assert here.crowds.changed == {key(0): 2}
    assert here.crowds.told["s/R-1"] == {key(0): 2}


def test_a_key_that_must_not_be_split_goes_on_pairing_and_is_reported() -> None:
    here = table()
    strong = key(0) + 1
    for number in range(CAP + 1):
        posted = entity(features=b"%d" % number)
        here.place(head(number), {**posted, "keys": [strong]})
        assert here.crowds.overfull == ({strong} if number == CAP else set())
    assert not here.crowds.is_split(strong)
    assert len(here.rows["s/R-0#p"].held) == 1


def test_many_reports_of_one_person_are_one_holder() -> None:
    here = table(evidence=())
    for number in range(2 * CAP):
        post(here, head(number), 0, features=b"one wanted man")
    assert not here.crowds.is_split(key(0))


@pytest.mark.parametrize("split", [((0,), ()), ((0,), (0,))], ids=["one knows", "both know"])
def test_a_pair_parted_by_a_split_key_hears_a_no_that_says_so(
    split: tuple[tuple[int, ...], tuple[int, ...]],
) -> None:
    here = table()
    post(here, head(1), 0)
    post(here, head(2), 0)
    left, right = ((0,) if 0 not in known else () for known in split)
    post(here, head(1, (1, 1)), *left, split=split[0])
    (verdict,) = post(here, head(2, (1, 1)), *right, split=split[1])
    assert (verdict.verdict, verdict.cause, verdict.evidence) == ("no", "split", YES)


def test_a_pair_parted_by_a_split_key_that_matches_no_more_hears_a_plain_no() -> None:
    here = table(evidence=())
    post(here, head(1), 0)
    post(here, head(2), 0)
    (verdict,) = post(here, head(2, (2, 0)), split=(0,))
    assert (verdict.verdict, verdict.cause) == ("no", "")


def test_a_reposting_says_no_only_where_somebody_may_have_said_yes() -> None:
    here = table(evidence=())
    post(here, head(1), 0)
    assert said(post(here, head(2, (1, 1)), 0)) == []


def test_a_restored_key_is_split_as_it_was_and_counts_on() -> None:
    before = table()
    crowded(before, CAP + 1)
    after = restored(before, {key(0): 1})
    assert after.crowds.is_split(key(0))
    assert not after.crowds.changed
    post(after, head(0, (2, 0)))
    assert after.crowds.changed == {key(0): 2}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.booleans()), max_size=60))
def test_split_is_a_function_of_who_holds_the_key_now(
    postings: list[tuple[int, int, bool]],
) -> None:
    here, holds = table(), dict[int, int]()
    for version, (number, signature, stays) in enumerate(postings, 1):
        held = (0,) if stays else ()
        post(here, head(number, (version, 0)), *held, features=b"%d" % (signature * number))
        holds.pop(number, None)
        if stays:
            holds[number] = signature * number
        assert here.crowds.is_split(key(0)) == (len(set(holds.values())) > CAP)
