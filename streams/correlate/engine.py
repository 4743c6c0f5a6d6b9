"""STAND-IN for the architect's engine, of its shape: replaced whole at the merge.

All entities in one process: those that share a key are compared, links above the release threshold
join their ends to one entity. Quadratic in the holders of a key up to a cap; no brakes.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple, cast

from schemas.event import Entity, PlaceTime
from schemas.link import Evidence

from .features import Features, decode, extract
from .levels import compare
from .weights import supports

_SECRET: Final = b"offline"
_HOLDERS: Final = 300


class Link(NamedTuple):
    """Two entities that compare alike; `left` < `right`. `possible` is below the threshold."""

    left: str
    right: str
    bits: float
    match_class: str
    band: str
    evidence: tuple[Evidence, ...]


class Engine:
    """Add entities in any order, then read links and entities."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, list[bytes]]] = []
        self._holders: dict[int, list[int]] = {}

    def add(self, reference: str, entity: Entity, places: Sequence[PlaceTime] = ()) -> None:
        """Take an entity and where it is; references are distinct."""
        header = {"operation": "REPORT", "event_type": ""}
        posted = extract(
            cast("Any", {"header": header, "entities": [entity], "places": places}), _SECRET
        )
        row = len(self._rows)
        self._rows.append((reference, [each.features for each in posted]))
        for key in {key for each in posted for key in each.keys}:
            self._holders.setdefault(key, []).append(row)

    def links(self) -> Iterator[Link]:
        """Yield every link, those below the release threshold as `possible`."""
        seen: set[int] = set()
        count = len(self._rows)
        decoded: list[list[Features] | None] = [None] * count
        for holders in self._holders.values():
            for at, one in enumerate(holders[:_HOLDERS]):
                for other in holders[:at]:
                    if other * count + one in seen:
                        continue
                    seen.add(other * count + one)
                    if found := self._link(decoded, other, one):
                        yield found

    def entities(self) -> dict[str, str]:
        """Return the entity id of every reference."""
        parents = {reference: reference for reference, _ in self._rows}

        def root(reference: str) -> str:
            while parents[reference] != reference:
                parents[reference] = reference = parents[parents[reference]]
            return reference

        for link in self.links():
            if link.band != "possible":
                one, other = sorted((root(link.left), root(link.right)))
                parents[other] = one
        return {
            reference: "E-" + sha256(root(reference).encode()).hexdigest()[:16]
            for reference in parents
        }

    def _link(self, decoded: list[list[Features] | None], one: int, other: int) -> Link | None:
        one, other = sorted((one, other), key=lambda row: self._rows[row][0])
        sides = [self._features(decoded, row) for row in (one, other)]
        evidence = [
            item for left in sides[0] for right in sides[1] for item in compare(left, right)
        ]
        found = supports(tuple(evidence))
        if not found:
            return None
        best = max(found, key=lambda each: (each.band != "possible", each.bits == 0, each.bits))
        return Link(
            self._rows[one][0],
            self._rows[other][0],
            best.bits,
            best.match_class,
            best.band,
            tuple(evidence),
        )

    def _features(self, decoded: list[list[Features] | None], row: int) -> list[Features]:
        found = decoded[row]
        if found is None:
            found = decoded[row] = [decode(blob) for blob in self._rows[row][1]]
        return found
