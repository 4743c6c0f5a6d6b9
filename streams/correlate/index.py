"""Who shares a blocking key with whom, in one process; common keys split as the stream splits them.

A key held by more than `HOLDERS_CAP` different holders brings nobody together any more; its holders
stay listed, and meet under the finer keys of `schemas.blocking` (design section 2, "Common
values"). Which keys are split follows from the rows that are there, never from the order in which
they came.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from itertools import combinations
from typing import Final

from schemas.blocking import HOLDERS_CAP, may_split
from streams.lists import Keys, Lists, key_lists

_SHARDS: Final = 1_024
"""A dictionary that grows is copied whole; of many small ones, one at a time."""
_NO_FINER: Final[Mapping[int, Keys]] = {}

Pair = tuple[int, int]


class Index:
    """Rows by key. A row is a number; its signature tells whether two holders are the same."""

    def __init__(self, cap: int = HOLDERS_CAP) -> None:
        self.split: set[int] = set()
        self._cap = cap
        self._shards: list[dict[int, int | list[int]]] = [{} for _ in range(_SHARDS)]
        self._keys: dict[int, Keys] = {}
        self._finer: dict[int, Mapping[int, Keys]] = {}
        self._signatures: dict[int, Hashable] = {}
        self._different: dict[int, Counter[Hashable]] = {}
        """Of keys with more rows than the cap: how many rows each different holder has."""

    def add(
        self, row: int, keys: Keys, signature: Hashable, finer: Mapping[int, Keys] = _NO_FINER
    ) -> list[Pair]:
        """List a row under its keys; return every pair of rows that meets by it, perhaps twice."""
        self._keys[row] = keys
        self._signatures[row] = signature
        if finer:
            self._finer[row] = finer
        met: set[int] = set()
        crossed: list[int] = []
        split = self.split
        listed = keys if split.isdisjoint(keys) else self._lists(row).listed
        shards = self._shards
        for key in listed:
            shard = shards[key % _SHARDS]
            holders = shard.get(key)
            if holders is None:
                shard[key] = row
            elif isinstance(holders, int):
                shard[key] = [holders, row]
                met.add(holders)
            else:
                if key not in split:
                    met.update(holders)
                holders.append(row)
                if len(holders) > self._cap and self._count(key, holders, row):
                    crossed.append(key)
        found = [(row, other) for other in met]
        while crossed:
            found.extend(self._split_key(crossed.pop(), crossed))
        return found

    def remove(self, row: int) -> Iterator[Pair]:
        """Take a row away; yield the pairs of others that meet again at keys split no more."""
        lists = self._lists(row)
        united = [key for key in lists.listed if self._leave(key, row)]
        for held in (self._keys, self._finer, self._signatures):
            held.pop(row, None)
        for key in united:
            yield from self._unite_key(key)

    def meet(self, one: int, other: int) -> bool:
        """Whether two rows share a key that is not split."""
        if self.split.isdisjoint(self._keys[one]):
            return True
        current = set(self._lists(one).current)
        return not current.isdisjoint(self._lists(other).current)

    def holders(self, key: int) -> list[int]:
        """The rows listed under a key."""
        found = self._shards[key % _SHARDS].get(key)
        if found is None:
            return []
        return [found] if isinstance(found, int) else found

    def _lists(self, row: int) -> Lists:
        keys = self._keys[row]
        if self.split.isdisjoint(keys):
            return Lists(keys, frozenset(keys))
        return key_lists(keys, self._finer.get(row, _NO_FINER), self.split)

    def _join(self, key: int, row: int, crossed: list[int]) -> list[int]:
        """List a row under a key; return whom it meets there."""
        shard = self._shards[key % _SHARDS]
        holders = shard.get(key)
        if holders is None:
            shard[key] = row
            return []
        if isinstance(holders, int):
            shard[key] = [holders, row]
            return [holders]
        holders.append(row)
        if len(holders) > self._cap and self._count(key, holders, row):
            crossed.append(key)
        return [] if key in self.split else holders[:-1]

    def _count(self, key: int, holders: list[int], row: int) -> bool:
        """Count a holder of a long list; whether the key has just come over the cap."""
        different = self._different.get(key)
        if different is None:
            different = self._different[key] = Counter(map(self._signatures.__getitem__, holders))
        else:
            different[self._signatures[row]] += 1
        return len(different) > self._cap and key not in self.split and may_split(key)

    def _leave(self, key: int, row: int) -> bool:
        """Strike a row from a key; whether the key is split no more by that."""
        shard = self._shards[key % _SHARDS]
        holders = shard[key]
        if isinstance(holders, int):
            del shard[key]
            return False
        holders.remove(row)
        if len(holders) == 1:
            shard[key] = holders[0]
        different = self._different.get(key)
        if different is None:
            return False
        signature = self._signatures[row]
        different[signature] -= 1
        if not different[signature]:
            del different[signature]
        return key in self.split and len(different) <= self._cap

    def _split_key(self, key: int, crossed: list[int]) -> Iterator[Pair]:
        """Split a key: its holders are listed under finer ones, where they may meet others."""
        if key in self.split:
            return
        before = [(row, self._lists(row).listed) for row in self.holders(key)]
        self.split.add(key)
        for row, listed in before:
            for finer in self._lists(row).listed - listed:
                for other in self._join(finer, row, crossed):
                    yield row, other

    def _unite_key(self, key: int) -> Iterator[Pair]:
        """Make a key whole again: its holders leave the finer keys and all meet here."""
        if key not in self.split:
            return
        before = [(row, self._lists(row).listed) for row in self.holders(key)]
        self.split.discard(key)
        united = [
            finer
            for row, listed in before
            for finer in listed - self._lists(row).listed
            if self._leave(finer, row)
        ]
        yield from combinations(self.holders(key), 2)
        for finer in united:
            yield from self._unite_key(finer)
