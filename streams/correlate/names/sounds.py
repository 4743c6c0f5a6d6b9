"""Sounds: what the letters of a word may stand for, and how far two words are apart by ear.

A word is cut into units (`sh`, `ts`, a vowel). Each unit of each script may stand for some sounds
at a price, and sounds have distances among themselves (`sounds.json`). Two words are as far apart
as the cheapest alignment of their units costs, relative to what the units weigh. So one table
holds for spellings of one language, for romanisations, and for scripts that write no vowels.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final

_TABLE: Final = json.loads(Path(__file__).with_name("sounds.json").read_bytes())
_VOWELS: Final = frozenset("aeiou")
_CONSONANT_GAP: Final = 0.8
_VOWEL_GAP: Final = 0.3
_VOWEL_GAPS_AGAINST: Final = {"A": 0.05, "H": 0.05, "I": 0.1}
"""Price of a vowel that a script leaves out."""
_GAPS_AGAINST: Final[dict[tuple[str, str], float]] = {
    (sound, mark): price / 100
    for mark, prices in _TABLE["left_out"].items()
    for sound, price in prices.items()
}
"""Price of a consonant that a script tends to leave out."""
_APART: Final = 1.15
_MINIMAL_WEIGHT: Final = 0.2
MAX_UNITS: Final = 24
LONGEST: Final = 40
_BY_LATIN: Final = frozenset(("", "R", "I"))
_MARKS: Final = ("", *"RIAHKNC")
_DOUBLED: Final = re.compile(r"([a-z])\1+")
_DOUBLES_TELL: Final = frozenset("NC")
_ONLY_BEFORE: Final = {"ng": "(?![aeiouy])", "hs": "(?=[iu])"}
_NEAR: Final = {
    pair: price / 100 for both, price in _TABLE["near"].items() for pair in (both, both[::-1])
} | {each * 2: 0.0 for each in "aeiouywhbcdfgjklmnprstvxzCJSZN"}

Sounds = tuple[int, ...]
"""Units by number."""


class _Units:
    """All units of all scripts, numbered, with their sounds and prices."""

    def __init__(self) -> None:
        self.sounds: list[tuple[tuple[str, float], ...]] = []
        self.gaps: list[float] = []
        self.rows: list[dict[int, float]] = []
        """Price of one unit for another, filled as they meet."""
        self.numbers: dict[str, dict[str, int]] = {}
        self.patterns: dict[str, re.Pattern[str]] = {}
        self.gaps_against: dict[str, list[float]] = {}
        for mark in _MARKS:
            table = _TABLE["latin" if mark in _BY_LATIN else mark]
            self.patterns[mark] = _pattern(table)
            self.numbers[mark] = {unit: self._add(entry) for unit, entry in table.items()}
        for mark in _MARKS:
            self.gaps_against[mark] = [self._gap(unit, mark) for unit in range(len(self.gaps))]

    def _add(self, entry: str) -> int:
        sounds, gap = _parsed(entry)
        self.sounds.append(sounds)
        self.gaps.append(gap)
        self.rows.append({})
        return len(self.gaps) - 1

    def _gap(self, unit: int, mark: str) -> float:
        """The price of a unit that the other word, of this mark, has no part for."""
        own, first = self.gaps[unit], self.sounds[unit][0][0]
        if first in _VOWELS:
            return min(own, _VOWEL_GAPS_AGAINST.get(mark, own))
        return min(own, _GAPS_AGAINST.get((first, mark), own))


def _pattern(table: Iterable[str]) -> re.Pattern[str]:
    units = sorted((unit for unit in table if "$" not in unit), key=len, reverse=True)
    return re.compile("|".join(unit + _ONLY_BEFORE.get(unit, "") for unit in units))


def _parsed(entry: str) -> tuple[tuple[tuple[str, float], ...], float]:
    """Sounds with prices, and the price of absence, of one entry of the table."""
    items = [(item[0], int(item[1:] or 0) / 100) for item in entry.split()]
    sounds = tuple([item for item in items if item[0] != "_"])
    usual = _VOWEL_GAP if sounds[0][0] in _VOWELS else _CONSONANT_GAP
    return sounds, dict(items).get("_", usual)


_UNITS: Final = _Units()


@lru_cache(65_536)
def sounds(text: str, mark: str) -> Sounds:
    """The units of a word, by number; at most MAX_UNITS."""
    text = text[:LONGEST]
    if mark not in _DOUBLES_TELL:
        text = _DOUBLED.sub(r"\1", text)
    if mark in _BY_LATIN and "x" in text:
        text = text[0] + text[1:].replace("x", "ks")
    found = _UNITS.patterns[mark].findall(text)[:MAX_UNITS]
    if mark == "" and len(found) > 2 and found[-1] == "e":
        found[-1] = "e$"
    numbers = _UNITS.numbers[mark]
    return tuple([numbers[unit] for unit in found])


_BONES: Final = str.maketrans("pgqxcCJSZNz", "bkkkssjssns", "aeiouyw")


@lru_cache(65_536)
def skeleton(text: str, mark: str) -> str:
    """The consonants of a word, coarse enough to outlast most spellings; never empty."""
    heard = "".join([_UNITS.sounds[unit][0][0] for unit in sounds(text, mark)])
    if heard[:1] == "w":
        heard = f"v{heard[1:]}"
    return _DOUBLED.sub(r"\1", heard.translate(_BONES)).rstrip("h") or text


def distance(left: str, left_mark: str, right: str, right_mark: str) -> float:
    """How far two words are apart by ear: 0 alike, about 1 and more unrelated. Symmetric."""
    if (left, left_mark) > (right, right_mark):
        left, left_mark, right, right_mark = right, right_mark, left, left_mark
    ones, others = sounds(left, left_mark), sounds(right, right_mark)
    if not ones or not others:
        return 2.0
    against = _UNITS.gaps_against[right_mark]
    lost = [against[unit] for unit in ones]
    against = _UNITS.gaps_against[left_mark]
    gained = [against[unit] for unit in others]
    weight = (sum(lost) + sum(gained)) / 2 + _MINIMAL_WEIGHT
    return _aligned(ones, others, lost, gained) / weight


def _aligned(ones: Sounds, others: Sounds, lost: list[float], gained: list[float]) -> float:
    """Cost of the cheapest alignment of two sequences of units."""
    row = [0.0, *accumulate(gained)]
    steps = list(zip(others, gained, range(1, len(others) + 1), strict=True))
    for one, gap in zip(ones, lost, strict=True):
        costs = _UNITS.rows[one]
        diagonal = row[0]
        before = row[0] = diagonal + gap
        for other, gain, at in steps:
            best = before + gain
            above = row[at]
            if above + gap < best:
                best = above + gap
            if diagonal < best:
                cost = costs.get(other)
                if cost is None:
                    cost = costs[other] = _substitution(one, other)
                if diagonal + cost < best:
                    best = diagonal + cost
            diagonal = above
            row[at] = before = best
    return row[-1]


def _substitution(one: int, other: int) -> float:
    return min(
        price + paid + _NEAR.get(sound + heard, _APART)
        for sound, price in _UNITS.sounds[one]
        for heard, paid in _UNITS.sounds[other]
    )
