"""At which keys an entity stands once some of its blocking keys are split (design section 2).

A split key gives way to finer ones: to those the entity brings for it, else to its combinations
with the other split keys. Where only one of two common keys is split the pair meets at the other,
so that combinations of split keys suffice, each listed only where all parts of it are split.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from typing import NamedTuple

from schemas.blocking import MAX_COMBINED, combined_key

Keys = tuple[int, ...]


class Lists(NamedTuple):
    """`current`, sorted: where the entity is paired. `listed`: where its holder is counted."""

    current: Keys
    listed: frozenset[int]


def key_lists(keys: Sequence[int], finer: Mapping[int, Keys], split: AbstractSet[int]) -> Lists:
    """Return the lists of an entity with these base keys where keys of `split` are split."""
    if not split:
        return Lists(tuple(sorted(keys)), frozenset(keys))
    current, combinable, waiting = set(), set(), list(keys)
    listed: set[int] = set()
    while waiting:
        key = waiting.pop()
        if key in listed:
            continue
        listed.add(key)
        if key not in split:
            current.add(key)
        elif key in finer:
            waiting += finer[key]
        else:
            combinable.add(key)
    parts: list[Keys] = [(key,) for key in sorted(combinable)]
    for size in range(2, MAX_COMBINED + 1):
        parts = _combined(parts, size)
        keyed = {part: combined_key(part) for part in parts}
        listed.update(keyed.values())
        current.update(key for key in keyed.values() if key not in split)
        parts = [part for part, key in keyed.items() if key in split]
    return Lists(tuple(sorted(current)), frozenset(listed))


def _combined(parts: Sequence[Keys], size: int) -> list[Keys]:
    """Return the sets of `size` keys, sorted, all of whose subsets of one key less are `parts`."""
    known = set(parts)
    keys = sorted({key for part in parts for key in part})
    return [
        each
        for each in combinations(keys, size)
        if all(smaller in known for smaller in combinations(each, size - 1))
    ]
