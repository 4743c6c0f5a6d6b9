"""Who meets whom, where the verdict is given, and to which sides."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.link import Evidence, Verdict
from schemas.record import KeyGeneration, PostedEntity
from streams.correlate.core import Table
from streams.correlate.posted import Head, Row

PARTITIONS = 4
CAP = 5
FIRST = (1, 0)
YES = (Evidence("name", "", "exact", 1, 2, "left", "right", 0),)


def table(partition: int = 0, evidence: tuple[Evidence, ...] = YES) -> Table[bytes]:
    return Table(partition, PARTITIONS, lambda _left, _right: evidence, lambda row: row.blob, CAP)


def head(
    number: int,
    version: tuple[int, int] = FIRST,
    sides: tuple[str, ...] = (),
    former: tuple[str, ...] = (),
    owner: str = "",
    former_owners: tuple[str, ...] = (),
) -> Head:
    """Record `s/R-<number>`; an owner and a side of its own unless said otherwise."""
    own = owner or f"A{number}/office"
    sides = sides or (f"side {number}",)
    changed = version[0] > 1
    return Head(f"s/R-{number}", version, 0, b"d", own, sides, former, former_owners, 7, changed)


def entity(
    *keys: int, features: bytes = b"f", split: tuple[int, ...] = (), name: str = "p"
) -> PostedEntity:
    """An entity paired at the keys of these numbers, and told once that others are split."""
    return {
        "entity": name,
        "kind": "person",
        "keys": [key(number) for number in keys],
        "features": features,
        "facts": [{"key": key(number), "generation": 1} for number in split],
    }


def key(number: int) -> int:
    """The key of a number, which may be split; it belongs to partition `number` modulo four."""
    return 2 * number


def post(
    here: Table[bytes],
    posted: Head,
    *keys: int,
    features: bytes = b"f",
    split: tuple[int, ...] = (),
) -> Sequence[Verdict]:
    row = here.place(posted, entity(*keys, features=features, split=split))
    return list(here.verdicts(row)) if row else ()


def said(verdicts: Sequence[Verdict]) -> list[tuple[str, tuple[str, str]]]:
    return [(verdict.verdict, verdict.sides) for verdict in verdicts]


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


def restored(before: Table[bytes], generations: dict[int, int]) -> Table[bytes]:
    """The table again, from rows as they are durable."""
    after, found = table(), []
    for row in before.rows.values():
        known = [KeyGeneration(key=k, generation=g) for k, g in row.facts.items()]
        posted = PostedEntity(
            entity=row.entity, kind="", keys=list(row.keys), features=row.blob, facts=known
        )
        found.append(Row[bytes](row.head, posted, row.held))
    after.restore(found, generations)
    return after


def test_a_restored_row_stands_where_it_stood() -> None:
    before = table()
    post(before, head(1), 0)
    post(before, head(1, (2, 0)), 1)
    assert said(post(restored(before, {}), head(2), 0)) == [("no", ("side 1", "side 2"))]


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


def test_records_of_one_owner_all_along_are_never_told_of() -> None:
    here = table(0)
    post(here, head(1, owner="A/x"), 0)
    assert said(post(here, head(2, (2, 0), owner="A/x"), 0)) == []


def test_a_record_that_changed_its_owner_takes_back_what_may_have_been_said() -> None:
    here = table(0)
    post(here, head(1, owner="A/x"), 0)
    moved = head(2, (2, 0), owner="A/x", former_owners=("B/y",))
    assert said(post(here, moved, 0)) == [("no", ("side 1", "side 2"))]
