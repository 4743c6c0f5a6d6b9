"""Finer lists bring together exactly those that the model brings together."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from schemas.blocking import MAX_COMBINED, blocking_key, combined_key, may_split
from streams.lists import key_lists

_base = st.sets(st.integers(0, 9).map(lambda number: 2 * number), max_size=6)


def model(base: set[int], split: set[int]) -> frozenset[tuple[int, ...]]:
    """`effective` of the executable model (prototypes/protocol/model.py), word for word."""
    plain = {(k,) for k in base if k not in split}
    fine = {tuple(sorted((k, o))) for k in base if k in split for o in base if o != k}
    return frozenset(plain | fine)


def current(base: set[int], split: set[int]) -> set[int]:
    return set(key_lists(sorted(base), {}, split).current)


@given(_base, _base, _base)
def test_a_pair_meets_where_the_model_lets_it_meet(
    one: set[int], other: set[int], split: set[int]
) -> None:
    meets = bool(current(one, split) & current(other, split))
    assert meets == bool(model(one, split) & model(other, split))


@given(_base, _base, st.sets(st.frozensets(st.integers(0, 9), min_size=1, max_size=2)))
def test_a_pair_meets_at_any_one_to_three_common_keys_that_are_not_split(
    one: set[int], other: set[int], drawn: set[frozenset[int]]
) -> None:
    parts = {tuple(sorted(2 * number for number in each)) for each in drawn}
    single = {part[0] for part in parts if len(part) == 1}
    pairs = {part for part in parts if len(part) == 2 and single.issuperset(part)}
    split = single | {combined_key(pair) for pair in pairs}
    unsplit = [
        each
        for size in range(1, MAX_COMBINED + 1)
        for each in combinations(sorted(one & other), size)
        if each not in pairs and not (size == 1 and each[0] in single)
    ]
    assert bool(current(one, split) & current(other, split)) == bool(unsplit)


@given(_base, _base)
def test_whoever_is_split_stays_listed_where_it_was(base: set[int], split: set[int]) -> None:
    lists = key_lists(sorted(base), {}, split)
    assert lists.listed >= base
    assert lists.listed - set(lists.current) == base & split


def test_a_triple_stands_only_where_all_its_pairs_are_split_and_is_never_split_itself() -> None:
    base = [0, 2, 4]
    pairs = [combined_key(each) for each in combinations(base, 2)]
    assert set(key_lists(base, {}, {*base, *pairs[:2]}).current) == {pairs[2]}
    (triple,) = key_lists(base, {}, {*base, *pairs}).current
    assert triple == combined_key(base)
    assert may_split(pairs[0])
    assert not may_split(triple)


def test_keys_that_an_entity_brings_replace_a_split_key_before_combinations() -> None:
    finer = {0: (10, 12), 10: (20,)}
    assert key_lists([0, 2], finer, set()) == ((0, 2), frozenset((0, 2)))
    assert key_lists([0, 2], finer, {0, 2}) == ((10, 12), frozenset((0, 2, 10, 12)))
    assert key_lists([0, 2], finer, {0, 10}) == ((2, 12, 20), frozenset((0, 2, 10, 12, 20)))


@given(st.integers(-(2**63), 2**63 - 1), st.booleans())
def test_a_key_says_itself_whether_it_may_be_split(hashed: int, splits: bool) -> None:
    key = blocking_key(hashed, may_split=splits)
    assert may_split(key) == splits
    assert key // 2 == hashed // 2


def test_the_combined_key_does_not_depend_on_order() -> None:
    assert combined_key((1, 2)) == combined_key((2, 1)) != combined_key((2, 3))
