"""Who shares a blocking key with whom, in one process; common keys split as the stream splits them.

A key held by more than `HOLDERS_CAP` different holders brings nobody together any more; its holders
stay listed. They meet where they share another key, or two keys that are both split (design
section 2, "Common values"). Which keys are split follows from the rows that are there, never from
the order in which they came.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from schemas.blocking import HOLDERS_CAP

_SHARDS: Final = 1_024
"""A dictionary that grows is copied whole; of many small ones, one at a time."""
_MASK: Final = (1 << 64) - 1
_MIX: Final = 0x9E37_79B9_7F4A_7C15
"""The golden ratio in 64 bits (Fibonacci hashing, Knuth, TAOCP 3, 6.4)."""

Keys = tuple[int, ...]
Pair = tuple[int, int]


def pair_key(one: int, other: int) -> int:
    """The key under which holders of two split keys meet; symmetric."""
    low, high = (one, other) if one < other else (other, one)
    mixed = (low * _MIX ^ (high + (low >> 29))) & _MASK
    return (mixed ^ mixed >> 32) * _MIX & _MASK


class Index:
    """Rows by key. A row is a number; its signature tells whether two holders are the same."""

    def __init__(self, cap: int = HOLDERS_CAP) -> None:
        self.split: set[int] = set()
        self._cap = cap
        self._shards: list[dict[int, int | list[int]]] = [{} for _ in range(_SHARDS)]
        self._keys: dict[int, Keys] = {}
        self._signatures: dict[int, Hashable] = {}
        self._different: dict[int, Counter[Hashable]] = {}
        """Of keys with more rows than the cap: how many rows each different holder has."""

    def add(self, row: int, keys: Keys, signature: Hashable) -> tuple[set[int], list[Pair]]:
        """List a row under its keys; return whom it meets, and what pairs of others now meet."""
        self._keys[row] = keys
        self._signatures[row] = signature
        met: set[int] = set()
        newly_split = []
        shards, split = self._shards, self.split
        for key in keys:
            shard = shards[key % _SHARDS]
            holders = shard.get(key)
            if holders is None:
                shard[key] = row
                continue
            if isinstance(holders, int):
                shard[key] = [holders, row]
                met.add(holders)
                continue
            if key not in split:
                met.update(holders)
            holders.append(row)
            if len(holders) > self._cap and self._count(key, holders, row):
                newly_split.append(key)
        if split:
            for key in self._finer(keys):
                met.update(self._join(key, row))
        pairs = [pair for key in newly_split for pair in self._split_key(key)]
        return met, pairs

    def remove(self, row: int) -> list[Pair]:
        """Take a row away; return what pairs of others meet again where a key is split no more."""
        keys = self._keys.pop(row)
        finer = list(self._finer(keys))
        signature = self._signatures.pop(row)
        for key in (*keys, *finer):
            self._leave(key, row)
        pairs: list[Pair] = []
        for key in keys:
            different = self._different.get(key)
            if different is None:
                continue
            different[signature] -= 1
            if not different[signature]:
                del different[signature]
            if key in self.split and len(different) <= self._cap:
                pairs += self._unite_key(key)
        return pairs

    def meet(self, one: int, other: int) -> bool:
        """Whether two rows share a key that is not split, or two that are."""
        common = set(self._keys[one]).intersection(self._keys[other])
        return not common <= self.split or len(common) > 1

    def holders(self, key: int) -> Sequence[int]:
        """The rows listed under a key."""
        found = self._shards[key % _SHARDS].get(key, ())
        return (found,) if isinstance(found, int) else found

    def _count(self, key: int, holders: list[int], row: int) -> bool:
        """Count a holder of a long list; whether the key has just come over the cap."""
        different = self._different.get(key)
        if different is None:
            different = self._different[key] = Counter(map(self._signatures.__getitem__, holders))
        else:
            different[self._signatures[row]] += 1
        return len(different) > self._cap and key not in self.split

    def _finer(self, keys: Keys) -> Iterator[int]:
        split = [key for key in keys if key in self.split]
        for one, other in combinations(split, 2):
            yield pair_key(one, other)

    def _split_key(self, key: int) -> Iterator[Pair]:
        """Split a key: its holders join those of their other split keys."""
        self.split.add(key)
        for row in self.holders(key):
            for other in self._keys[row]:
                if other != key and other in self.split:
                    yield from ((row, met) for met in self._join(pair_key(key, other), row))

    def _unite_key(self, key: int) -> list[Pair]:
        for row in self.holders(key):
            for other in self._keys[row]:
                if other != key and other in self.split:
                    self._leave(pair_key(key, other), row)
        self.split.discard(key)
        return list(combinations(self.holders(key), 2))

    def _join(self, key: int, row: int) -> Iterable[int]:
        shard = self._shards[key % _SHARDS]
        holders = shard.get(key)
        if holders is None:
            shard[key] = row
            return ()
        if isinstance(holders, int):
            if holders == row:
                return ()
            shard[key] = [holders, row]
            return (holders,)
        if row in holders:
            return ()
        holders.append(row)
        return holders[:-1]

    def _leave(self, key: int, row: int) -> None:
        shard = self._shards[key % _SHARDS]
        holders = shard.get(key)
        if holders == row:
            del shard[key]
        elif isinstance(holders, list) and row in holders:
            holders.remove(row)
            if len(holders) == 1:
                shard[key] = holders[0]
