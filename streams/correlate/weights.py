"""What comparison levels are worth, in bits, and which sets of evidence reach a match class.

Fellegi and Sunter (JASA 64, 1969): a level weighs log2(P(level | same) / P(level | different)). The
table `weights.json` is a versioned artefact; `Weights.version` is its digest. One release threshold
for all data: at or above it a fuzzy match is `probable`, below it an analyst looks first.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any, Final, NamedTuple

from schemas.identifiers import IDENTIFIERS, Strength
from schemas.link import Evidence
from schemas.match import Band

from .prior import KIND_CLASSES, KINDS

Level = tuple[str, str, int]
"""Attribute, level, frequency class."""


Compared = tuple[Any, ...]
"""Attribute, level, frequency class, and whatever stands behind them."""


_OF_NAME: Final = frozenset(("name", "given_name"))
_BEYOND_NAME_BITS: Final = 4.0
"""What the rest must say beside a name for a push: a birth year does, a nationality does not."""


class SupportClass(NamedTuple):
    """One minimal set of evidence that reaches a class; 0 bits where a rule decides, not a sum."""

    match_class: str
    band: Band
    bits: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """Bits per level, the one release threshold, and the floor below which nothing travels."""

    version: str
    release_bits: float
    floor_bits: float
    table: Mapping[Level, float]
    most: Mapping[str, float]
    """By attribute, the most that agreement on it is worth."""
    relatives: Mapping[Level, float]
    """What a level is worth in telling two of one household apart, where that differs."""
    relatives_bits: float
    """What is added to the sum of these: strangers are many more than relatives."""
    _worth: dict[Compared, tuple[float, float]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """Both of every comparison met so far: there are some thousands, and pairs without end."""

    def bits(self, attribute: str, level: str, frequency_class: int) -> float:
        """Worth of one level; 0 for what the table does not hold."""
        return self.table.get((attribute, level, frequency_class), 0.0)

    def apart(self, found: Iterable[Compared]) -> float:
        """Bits against two strangers alone, the sum of all levels: `total` never says more."""
        return self._sums(found)[0]

    def total(self, found: Iterable[Compared]) -> float:
        """Bits in all: against two strangers or two of one household, whichever are likelier."""
        bits, relatives = self._sums(found)
        return min(bits, relatives + self.relatives_bits)

    def _sums(self, found: Iterable[Compared]) -> tuple[float, float]:
        worth = self._worth
        bits = relatives = 0.0
        for each in found:
            known = worth.get(each)
            if known is None:
                level = each[:3]
                alone = self.table.get(level, 0.0)
                known = worth[each] = alone, self.relatives.get(level, alone)
            bits += known[0]
            relatives += known[1]
        return bits, relatives

    def links(self, found: Sequence[Compared]) -> bool:
        """Whether a comparison is a link at all: at or above the floor, or an equal identifier."""
        return self.total(found) >= self.floor_bits or any(
            each[0] == "identifier" and each[1] == "exact" for each in found
        )


def load_weights(content: bytes) -> Weights:
    """Read the artefact; the version is the SHA-256 of its canonical JSON, 16 hex digits."""
    document = json.loads(content)
    table = _levels(document["bits"])
    most: dict[str, float] = {}
    for (attribute, _, _), bits in table.items():
        most[attribute] = max(bits, most.get(attribute, 0.0))
    version = sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]
    relatives = _levels(document.get("relatives", {}))
    for number, kind in enumerate(KINDS):
        of_kind = document.get("kinds", {}).get(kind, {})
        table |= _levels(of_kind.get("bits", {}), number * KIND_CLASSES)
        relatives |= _levels(of_kind.get("relatives", {}), number * KIND_CLASSES)
    return Weights(
        version,
        document["release_bits"],
        document["floor_bits"],
        table,
        most,
        relatives,
        document.get("relatives_bits", math.inf),
    )


def _levels(document: Mapping[str, Any], first: int = 0) -> dict[Level, float]:
    return {
        (attribute, level, frequency_class): float(bits)
        for attribute, levels in document.items()
        for level, classes in levels.items()
        for frequency_class, bits in enumerate(classes, first)
    }


WEIGHTS: Final = load_weights(Path(__file__).with_name("weights.json").read_bytes())


def supports(
    evidence: tuple[Evidence, ...], weights: Weights = WEIGHTS
) -> tuple[SupportClass, ...]:
    """Every minimal set of evidence that reaches some class, exact classes first.

    An identifier reaches its class alone, as does an overlap in space and time. Fuzzy sets hold a
    name; conflicting evidence is part of each of them, so that no set is better than the whole.
    """
    found = [support for item in evidence if (support := _exact(item))]
    named = [item for item in evidence if item.attribute != "place_time" and not _exact(item)]
    return (*found, *_fuzzy(named, weights))


def evidence_bits(item: Evidence, weights: Weights = WEIGHTS) -> float:
    """Worth of one piece of evidence."""
    return weights.bits(item.attribute, item.level, item.frequency_class)


def _exact(item: Evidence) -> SupportClass | None:
    if item.level != "exact":
        return None
    if item.attribute == "place_time":
        return SupportClass("space_time", "confirmed", 0.0, (item,))
    if item.attribute != "identifier":
        return None
    strong = IDENTIFIERS[item.scheme].strength is Strength.STRONG
    return SupportClass("target" if strong else "shared_identifier", "confirmed", 0.0, (item,))


def _fuzzy(evidence: list[Evidence], weights: Weights) -> list[SupportClass]:
    """The minimal sets at or above the release threshold, else all of it as `possible`.

    A name alone, however rare, is for an analyst, and so is one with a nationality or a sex beside
    it: many people bear it who are on no list.
    """
    worth = {item: evidence_bits(item, weights) for item in evidence}
    total = weights.total(map(_level, evidence))
    if total < weights.floor_bits or not any(
        item.attribute == "name" and worth[item] > 0 for item in evidence
    ):
        return []
    always = [
        item
        for item in evidence
        if item.attribute in _OF_NAME or worth[item] < 0 or _speaks_against(item, weights)
    ]
    others = [item for item in evidence if item not in always]
    found: list[frozenset[Evidence]] = []
    if total >= weights.release_bits:
        for size in range(1, len(others) + 1):
            for chosen in map(frozenset, combinations(others, size)):
                bits = weights.total(map(_level, (*always, *chosen)))
                beyond = sum(worth[item] for item in chosen)
                if (
                    bits >= weights.release_bits
                    and beyond >= _BEYOND_NAME_BITS
                    and not any(each <= chosen for each in found)
                ):
                    found.append(chosen)
    if not found:
        return [SupportClass("fuzzy", "possible", total, tuple(evidence))]
    return [_probable(evidence, {*always, *chosen}, weights) for chosen in found]


def _probable(evidence: list[Evidence], chosen: set[Evidence], weights: Weights) -> SupportClass:
    kept = tuple(item for item in evidence if item in chosen)
    return SupportClass("fuzzy", "probable", weights.total(map(_level, kept)), kept)


def _level(item: Evidence) -> Level:
    return item.attribute, item.level, item.frequency_class


def _speaks_against(item: Evidence, weights: Weights) -> bool:
    return weights.relatives.get(_level(item), 0.0) < 0
