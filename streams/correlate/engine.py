"""Correlation of whole files in process: the same features, keys, levels, weights and clusters.

The stream partitions this over workers; here one index holds everything. Records come and go one
at a time, in any order; what stands in the end is a pure function of the records that remain.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
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
from .numbers import CONTRADICTED, IDENTIFIER, STRONG_CLASS, Found, named
from .weights import WEIGHTS, Weights

_PARTS: Final = "\x1f"
_VECTORS_KEPT: Final = 131_072
_GONE: Final = Features("")
_MEETING: Final = (Found(PLACE_TIME, EXACT, 0),)


class Judged(NamedTuple):
    """A comparison, and what it is worth in all."""

    found: tuple[Found, ...]
    bits: float


_OVERLAP: Final = Judged(_MEETING, 0.0)


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
        self._links: dict[int, dict[int, Judged]] = {}
        self._judged: dict[tuple[Found, ...], Judged | None] = {}
        """Comparisons met of late, None where they are no link: pairs without end share them."""

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
        name, links = self._references.__getitem__, self._links
        for one in sorted(links, key=name):
            for other in sorted(self._standing(one), key=name):
                yield self._link(one, other, links[one][other])

    def clusters(self) -> list[Cluster]:
        """Entities of two records or more, and what is ambiguous between them."""
        release, references = self._weights.release_bits, self._references
        return cluster(
            [
                Edge(references[one], references[other], round(found.bits - release, 3))
                for one, links in self._links.items()
                for other in self._standing(one)
                if (found := links[other]) is not _OVERLAP
            ]
        )

    def entities(self) -> dict[str, str]:
        """Entity id by reference, of every record."""
        found = {reference: reference for reference in self._rows}
        for each in self.clusters():
            found.update(dict.fromkeys(each.members, each.entity))
        return found

    def _standing(self, one: int) -> list[int]:
        """The greater ends of a row's links, but where they met at a key now split alone."""
        references, meet = self._references, self._index.meet
        name, split = references[one], self._index.split
        return [
            other
            for other in self._links[one]
            if name < references[other] and (not split or meet(one, other))
        ]

    def _compare(self, one: int, other: int) -> None:
        references, features = self._references, self._features
        if references[one] == references[other]:
            return
        if references[one] > references[other]:
            # INVARIANT: evidence tells left from right in the order of references, as links do.
            one, other = other, one
        kept = self._judge(features[one], features[other])
        if kept is not None:
            self._links.setdefault(one, {})[other] = kept
            self._links.setdefault(other, {})[one] = kept

    def _judge(self, left: Features, right: Features) -> Judged | None:
        if left.window is not None or right.window is not None:
            return _OVERLAP if overlap(left.window, right.window) else None
        found = tuple(compare(left, right, None if self._every_pair else self._weights))
        try:
            return self._judged[found]
        except KeyError:
            if len(self._judged) >= _VECTORS_KEPT:
                self._judged.clear()
            kept = bool(found) if self._every_pair else self._weights.links(found)
            judged = Judged(found, self._weights.total(found)) if kept else None
            self._judged[found] = judged
            return judged

    def _link(self, one: int, other: int, judged: Judged) -> Link:
        found, bits = judged
        match_class, band = self._class(judged)
        identifiers, references = self._features[one].identifiers, self._references
        schemes = tuple([named(identifiers[each.left]) if each.left >= 0 else "" for each in found])
        evidence = _evidence(found, schemes)
        return Link(references[one], references[other], bits, match_class, band, evidence)

    def _class(self, judged: Judged) -> tuple[str, Band]:
        """The highest class that an equal identifier reaches, else `fuzzy` by its bits."""
        if judged is _OVERLAP:
            return "space_time", "confirmed"
        found, bits = judged
        equal = [each for each in found if each.attribute == IDENTIFIER and each.level == EXACT]
        if equal:
            strong = any(each.frequency_class % CONTRADICTED == STRONG_CLASS for each in equal)
            return ("target" if strong else "shared_identifier"), "confirmed"
        return "fuzzy", "probable" if bits >= self._weights.release_bits else "possible"


@lru_cache(65_536)
def _evidence(found: tuple[Found, ...], schemes: tuple[str, ...]) -> tuple[Evidence, ...]:
    """Evidence of files, which have no fingerprints; one object for all links that are alike."""
    return tuple(
        [
            Evidence(each.attribute, scheme, each.level, 0, 0, "", "", each.frequency_class)
            for each, scheme in zip(found, schemes, strict=True)
        ]
    )


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
