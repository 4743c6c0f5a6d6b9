"""The index of one process: who meets whom, whatever the order, with common keys split."""

import random
from collections.abc import Iterable, Mapping

import pytest

from streams.correlate.index import Index, Pair

KEYS = (0, 2, 4, 6, 8, 10, 101)
"""Even ones may be split, the odd one never."""


def met(
    rows: Mapping[int, tuple[int, ...]], holders: Mapping[int, int], gone: Iterable[int] = ()
) -> tuple[set[frozenset[int]], set[int]]:
    """Pairs that meet once some of the rows are taken away, and which plain keys are split."""
    index = Index(cap=3)
    pairs: set[frozenset[int]] = set()

    def take(found: Iterable[Pair]) -> None:
        pairs.update(frozenset(pair) for pair in found if pair[0] != pair[1])

    for row, keys in rows.items():
        take(index.add(row, keys, holders[row]))
    for row in gone:
        pairs.difference_update([pair for pair in pairs if row in pair])
        take(index.remove(row))
    return {pair for pair in pairs if index.meet(*pair)}, index.split & set(KEYS)


@pytest.mark.parametrize("seed", range(300))
def test_any_order_and_any_withdrawal_end_alike(seed: int) -> None:
    rng = random.Random(seed)
    rows = {
        row: tuple(sorted(rng.sample(KEYS, rng.randint(1, 5)))) for row in range(rng.randint(3, 14))
    }
    holders = {row: rng.choice((row, row, row, 0)) for row in rows}
    gone = rng.sample(sorted(rows), rng.randint(0, len(rows) // 2))
    stay = {row: keys for row, keys in rows.items() if row not in gone}
    never = met(stay, holders)
    for _ in range(3):
        order = rng.sample(sorted(rows), len(rows))
        assert met({row: rows[row] for row in order}, holders, gone) == never


def test_a_key_of_many_holders_brings_nobody_together_but_two_do() -> None:
    alone = dict.fromkeys(range(5), (2,))
    assert met(alone, {row: row for row in alone}) == (set(), {2})
    twice = dict.fromkeys(range(5), (2, 4))
    pairs, split = met(twice, {row: row for row in twice})
    assert split == {2, 4}
    assert not pairs  # the pair of both is common, too
    some = alone | {5: (2, 4), 6: (2, 4)}
    pairs, _ = met(some, {row: row for row in some})
    assert pairs == {frozenset((5, 6))}


def test_one_holder_reported_often_is_no_crowd() -> None:
    rows = dict.fromkeys(range(8), (2,))
    pairs, split = met(rows, dict.fromkeys(rows, 0))
    assert not split
    assert len(pairs) == 28


def test_a_strong_identifier_is_never_split() -> None:
    rows = dict.fromkeys(range(8), (101,))
    pairs, split = met(rows, {row: row for row in rows})
    assert not split
    assert len(pairs) == 28
