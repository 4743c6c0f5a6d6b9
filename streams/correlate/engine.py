"""Correlation of whole files in process: the same features, keys, levels, weights and clusters.

The stream partitions this over workers; here one index holds everything. Records come and go one
at a time, in any order; what stands in the end is a pure function of the records that remain.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from xxhash import xxh3_64_intdigest

from schemas.blocking import blocking_key
from schemas.event import Entity, PlaceTime
from schemas.link import Evidence
from schemas.match import Band

from .blob import PLACE_TIME, Features
from .clusters import Cluster, Edge, cluster
from .folding import comparable, comparable_place
from .index import Index
from .keys import CELL, Composite, may_split
from .levels import compare, overlap
from .names import EXACT
from .numbers import CONTRADICTED, IDENTIFIER, STRONG_CLASS, Found
from .weights import WEIGHTS, Weights

_PARTS: Final = "\x1f"
_GONE: Final = Features("")
_OVERLAP: Final = (Found(PLACE_TIME, EXACT, 0),)


class Link(NamedTuple):
    """Two references that may be one; `bits` in all, `evidence` says attribute by attribute why."""

    left: str
    right: str
    bits: float
    match_class: str
    band: Band
    evidence: tuple[Evidence, ...]


class Engine:
    """All records of a run and the links among them.

    `every_pair` keeps each comparison, also those below the floor: training learns from both.
    """

    def __init__(self, weights: Weights = WEIGHTS, *, every_pair: bool = False) -> None:
        self._weights = weights
        self._every_pair = every_pair
        self._index = Index()
        self._rows: dict[str, list[int]] = {}
        self._references: list[str] = []
        self._features: list[Features] = []
        self._links: dict[int, dict[int, tuple[Found, ...]]] = {}

    def add(self, reference: str, entity: Entity, places: Sequence[PlaceTime] = ()) -> None:
        """Take a record: its entity, and where and when it will be.

        Raises KeyError for a reference that is there already, ContractError for a place too large.
        """
        if reference in self._rows:
            raise KeyError(reference)
        made = [comparable(entity), *map(comparable_place, places)]
        self._rows[reference] = []
        for features, composites in made:
            self.place(reference, features, hashed(composites))

    def place(self, reference: str, features: Features, keys: tuple[int, ...]) -> None:
        """Take an entity or place made comparable before, under its hashed composites.

        Keys of places are never split here: an analyst's file holds no crowd of operations.
        """
        row = len(self._references)
        self._rows.setdefault(reference, []).append(row)
        self._references.append(reference)
        self._features.append(features)
        for one, other in self._index.add(row, keys, features):
            self._compare(one, other)

    def remove(self, reference: str) -> None:
        """Forget a record: afterwards all is as if it had never come. Raises KeyError."""
        for row in self._rows.pop(reference):
            for other in self._links.pop(row, ()):
                del self._links[other][row]
            for one, other in self._index.remove(row):
                self._compare(one, other)
            self._features[row] = _GONE

    def links(self) -> Iterator[Link]:
        """Every link from the floor on, in the order of references."""
        for one, other, found in self._standing():
            yield self._link(one, other, found)

    def clusters(self) -> list[Cluster]:
        """Entities of two records or more, and what is ambiguous between them."""
        total, release = self._weights.total, self._weights.release_bits
        references = self._references
        return cluster(
            Edge(references[one], references[other], round(total(found) - release, 3))
            for one, other, found in self._standing()
            if found is not _OVERLAP
        )

    def entities(self) -> dict[str, str]:
        """Entity id by reference, of every record."""
        found = {reference: reference for reference in self._rows}
        for each in self.clusters():
            found.update(dict.fromkeys(each.members, each.entity))
        return found

    def _standing(self) -> Iterator[tuple[int, int, tuple[Found, ...]]]:
        """Links whose ends still meet: those that met at a key now split alone do not."""
        references, split = self._references, self._index.split
        name = references.__getitem__
        for one in sorted(self._links, key=name):
            found = self._links[one]
            for other in sorted(found, key=name):
                if name(one) < name(other) and (not split or self._index.meet(one, other)):
                    yield one, other, found[other]

    def _compare(self, one: int, other: int) -> None:
        if self._references[one] == self._references[other]:
            return
        if self._references[one] > self._references[other]:
            # INVARIANT: evidence tells left from right in the order of references, as links do.
            one, other = other, one
        left, right = self._features[one], self._features[other]
        kept = self._judge(left, right)
        if kept:
            self._links.setdefault(one, {})[other] = kept
            self._links.setdefault(other, {})[one] = kept

    def _judge(self, left: Features, right: Features) -> tuple[Found, ...]:
        if left.window is not None or right.window is not None:
            return _OVERLAP if overlap(left.window, right.window) else ()
        if self._every_pair:
            return tuple(compare(left, right))
        found = tuple(compare(left, right, self._weights))
        return found if self._weights.links(found) else ()

    def _link(self, one: int, other: int, found: tuple[Found, ...]) -> Link:
        bits = self._weights.total(found)
        match_class, band = self._class(found, bits)
        ends = self._features[one].identifiers, self._features[other].identifiers
        evidence = tuple(
            Evidence(
                each.attribute,
                ends[0][each.left].scheme if each.left >= 0 else "",
                each.level,
                0,
                0,
                "",
                "",
                each.frequency_class,
            )
            for each in found
        )
        return Link(
            self._references[one], self._references[other], bits, match_class, band, evidence
        )

    def _class(self, found: Iterable[Found], bits: float) -> tuple[str, Band]:
        """The highest class that an equal identifier reaches, else `fuzzy` by its bits."""
        if found is _OVERLAP:
            return "space_time", "confirmed"
        equal = [each for each in found if each.attribute == IDENTIFIER and each.level == EXACT]
        if equal:
            strong = any(each.frequency_class % CONTRADICTED == STRONG_CLASS for each in equal)
            return ("target" if strong else "shared_identifier"), "confirmed"
        return "fuzzy", "probable" if bits >= self._weights.release_bits else "possible"


def hashed(composites: Iterable[Composite]) -> tuple[int, ...]:
    """Keys of composites for work in one process; the stream's are keyed by a secret."""
    keys = {
        blocking_key(
            xxh3_64_intdigest(_PARTS.join(parts).encode()) >> 1,
            may_split=parts[0] != CELL and may_split(parts),
        )
        for parts in composites
    }
    return tuple(sorted(keys))
