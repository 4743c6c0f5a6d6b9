"""Correlation of whole files in process: the same features, keys, levels, weights and clusters.

The stream partitions this over workers; here one index holds everything. Records come and go one
at a time, in any order; what stands in the end is a pure function of the records that remain.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from xxhash import xxh3_64_intdigest

from schemas.event import Entity, PlaceTime
from schemas.match import Band

from .blob import Features
from .clusters import Cluster, Edge, cluster
from .features import comparable
from .index import Index
from .keys import Composite
from .levels import IDENTIFIER, STRONG_CLASS, Found, compare
from .names import EXACT
from .weights import WEIGHTS, Weights

_PARTS: Final = "\x1f"


class Link(NamedTuple):
    """Two references that may be one; `bits` in all, `found` says attribute by attribute why."""

    left: str
    right: str
    bits: float
    match_class: str
    band: Band
    found: tuple[Found, ...]


class Engine:
    """All records of a run and the links among them."""

    def __init__(self, weights: Weights = WEIGHTS) -> None:
        self._weights = weights
        self._index = Index()
        self._rows: dict[str, int] = {}
        self._references: list[str] = []
        self._features: list[Features] = []
        self._links: dict[int, dict[int, tuple[Found, ...]]] = {}

    def add(self, reference: str, entity: Entity, places: Sequence[PlaceTime] = ()) -> None:
        """Take a record's entity; raises KeyError for a reference that is there already."""
        del places
        features, composites = comparable(entity)
        self.place(reference, features, hashed(composites))

    def place(self, reference: str, features: Features, keys: tuple[int, ...]) -> None:
        """Take an entity made comparable before, under its hashed composites."""
        if reference in self._rows:
            raise KeyError(reference)
        row = len(self._references)
        self._rows[reference] = row
        self._references.append(reference)
        self._features.append(features)
        met, pairs = self._index.add(row, keys, features)
        for other in met:
            self._compare(row, other)
        for pair in pairs:
            self._compare(*pair)

    def remove(self, reference: str) -> None:
        """Forget a record: afterwards all is as if it had never come. Raises KeyError."""
        row = self._rows.pop(reference)
        for other in self._links.pop(row, ()):
            del self._links[other][row]
        for pair in self._index.remove(row):
            self._compare(*pair)
        self._features[row] = _NOTHING

    def links(self) -> Iterator[Link]:
        """Every link from the floor on, in the order of references."""
        split = self._index.split
        for one in sorted(self._links, key=self._references.__getitem__):
            for other, found in sorted(self._links[one].items()):
                if self._references[one] < self._references[other] and (
                    not split or self._index.meet(one, other)
                ):
                    yield self._link(one, other, found)

    def clusters(self) -> list[Cluster]:
        """Entities of two records or more, and what is ambiguous."""
        release = self._weights.release_bits
        return cluster(
            Edge(link.left, link.right, round(link.bits - release, 6)) for link in self.links()
        )

    def entities(self) -> dict[str, str]:
        """Entity id by reference, of every record."""
        found = {reference: reference for reference in self._rows}
        for each in self.clusters():
            found.update(dict.fromkeys(each.members, each.entity))
        return found

    def _compare(self, one: int, other: int) -> None:
        left, right = self._features[one], self._features[other]
        found = compare(left, right)
        if self._weights.total([each[:3] for each in found]) >= self._weights.floor_bits or any(
            each.attribute == IDENTIFIER and each.level == EXACT for each in found
        ):
            kept = tuple(found)
            self._links.setdefault(one, {})[other] = kept
            self._links.setdefault(other, {})[one] = kept

    def _link(self, one: int, other: int, found: tuple[Found, ...]) -> Link:
        bits = self._weights.total([each[:3] for each in found])
        match_class, band = self._class(found, bits)
        return Link(self._references[one], self._references[other], bits, match_class, band, found)

    def _class(self, found: Iterable[Found], bits: float) -> tuple[str, Band]:
        """The highest class that an equal identifier reaches, else `fuzzy` by its bits."""
        equal = [each for each in found if each.attribute == IDENTIFIER and each.level == EXACT]
        if equal:
            strong = any(each.frequency_class == STRONG_CLASS for each in equal)
            return ("target" if strong else "shared_identifier"), "confirmed"
        return "fuzzy", "probable" if bits >= self._weights.release_bits else "possible"


def hashed(composites: Iterable[Composite]) -> tuple[int, ...]:
    """Keys of composites for work in one process; the stream's are keyed by a secret."""
    return tuple(sorted({xxh3_64_intdigest(_PARTS.join(parts).encode()) for parts in composites}))


_NOTHING: Final = Features("")
