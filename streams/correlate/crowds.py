"""Common keys: who is counted at them, whether they are split, and who must be told so.

The owner of a key counts distinct live holders: equal features are one, 500 reports of one wanted
man are one holder. Members stay listed whether the key is split or not, so that "split" is a
function of who holds the key now; only the generation, which orders the news, remembers.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic

from schemas.blocking import is_split, may_split
from streams.correlate.posted import F, Row


class Crowd(Generic[F]):
    """One key that has, or had, more rows than the cap."""

    __slots__ = ("generation", "rows", "signatures")

    def __init__(self, generation: int = 0) -> None:
        self.generation = generation
        self.rows: dict[str, Row[F]] = {}
        """Listed now, by reference."""
        self.signatures: dict[bytes, int] = {}
        """How many rows each distinct holder has."""

    def join(self, row: Row[F]) -> None:
        """List a row; it must not be listed yet."""
        self.rows[row.reference] = row
        self.signatures[row.blob] = self.signatures.get(row.blob, 0) + 1

    def leave(self, row: Row[F]) -> None:
        """Take a row from the list, with the features with which it joined."""
        if self.rows.pop(row.reference, None) is None:
            return
        self.signatures[row.blob] -= 1
        if not self.signatures[row.blob]:
            del self.signatures[row.blob]


class Crowds(Generic[F]):
    """The crowds of one partition. A key without one has at most `cap` rows: generation 0.

    `changed` and `told` collect what has to be written and said since they were last taken.
    """

    def __init__(self, cap: int, generations: Mapping[int, int] | None = None) -> None:
        self._cap = cap
        self._crowds = {key: Crowd[F](number) for key, number in (generations or {}).items()}
        self.overfull: set[int] = set()
        """Keys above the cap that must never be split."""
        self.changed: dict[int, int] = {}
        """New generations, by key."""
        self.told: dict[str, dict[int, int]] = {}
        """Generations to tell, by record and key."""

    def __contains__(self, key: int) -> bool:
        return key in self._crowds

    def __iter__(self) -> Iterator[int]:
        return iter(self._crowds)

    def is_split(self, key: int) -> bool:
        """Return whether a key is split now."""
        crowd = self._crowds.get(key)
        return crowd is not None and is_split(crowd.generation)

    def gather(self, key: int, rows: Iterable[Row[F]]) -> None:
        """Begin to count a key at which exactly these rows are listed."""
        crowd = self._crowds[key] = Crowd()
        for row in rows:
            crowd.join(row)
        self._settle(key, crowd)

    def restore(self, row: Row[F], keys: Iterable[int]) -> None:
        """List a durable row at those of its keys that have a crowd; counts nothing yet."""
        for key in keys:
            if key in self._crowds:
                self._crowds[key].join(row)

    def leave(self, row: Row[F], keys: Iterable[int]) -> None:
        """Take a row from its lists, before it changes."""
        for key in keys:
            if key in self._crowds:
                self._crowds[key].leave(row)

    def join(self, row: Row[F], keys: Iterable[int]) -> None:
        """List a row as it is now, and tell its record of keys of which it knows less."""
        for key in keys:
            crowd = self._crowds.get(key)
            if crowd is not None:
                crowd.join(row)
                self._tell(row, key, crowd.generation)

    def settle(self, keys: Iterable[int]) -> None:
        """Split or join again what has crossed the cap since."""
        for key in keys:
            if key in self._crowds:
                self._settle(key, self._crowds[key])

    def _settle(self, key: int, crowd: Crowd[F]) -> None:
        above = len(crowd.signatures) > self._cap
        if not may_split(key):
            (self.overfull.add if above else self.overfull.discard)(key)
        elif above != is_split(crowd.generation):
            crowd.generation += 1
            self.changed[key] = crowd.generation
            for row in crowd.rows.values():
                self._tell(row, key, crowd.generation)

    def _tell(self, row: Row[F], key: int, generation: int) -> None:
        if row.generations.get(key, 0) < generation:
            self.told.setdefault(row.head.record, {})[key] = generation
