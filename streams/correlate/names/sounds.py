"""Sounds: what the letters of a word may stand for, and how far two words are apart by ear.

A word is cut into units (`sh`, `ts`, a vowel). Each unit of each script may stand for some sounds
at a price, and sounds have distances among themselves (`sounds.json`). Two words are as far apart
as the cheapest alignment of their units costs, relative to what the units weigh. So one table
holds for spellings of one language, for romanisations, and for scripts that write no vowels.
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

_TABLE: Final = json.loads(Path(__file__).with_name("sounds.json").read_bytes())
_VOWELS: Final = frozenset("aeiou")
_GLIDES: Final = frozenset("yw")
_CONSONANT_GAP: Final = 0.8
_VOWEL_GAP: Final = 0.3
_SKIPPED_VOWEL_GAP: Final = 0.05
_SKIPPED_VOWELS: Final = frozenset("AH")
_FADED_VOWELS: Final = frozenset("I")
_FADED_VOWEL_GAP: Final = 0.1
_GAPS_AGAINST: Final = {
    ("r", "K"): 0.3, ("r", "C"): 0.3, ("r", "N"): 0.4, ("r", "I"): 0.7, ("g", "N"): 0.6, ("n", "C"): 0.5,
    ("t", "C"): 0.5, ("d", "C"): 0.45, ("s", "C"): 0.55, ("k", "C"): 0.6, ("l", "C"): 0.5,
    ("m", "C"): 0.65, ("t", "K"): 0.6,
}  # fmt: skip
"""Latin consonants that a script tends to leave out."""
MAX_UNITS: Final = 24
LONGEST: Final = 40

Sounds = tuple[int, ...]


class _Units:
    """All units of all scripts, numbered as they are met, with their sounds and prices."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, str], int] = {}
        self.sounds: list[tuple[tuple[str, float], ...]] = []
        self.gaps: list[float] = []
        self.patterns = {mark: _pattern(mark) for mark in ("latin", *"AHKNC")}
        self.rows: list[dict[int, float]] = []

    def number(self, mark: str, unit: str) -> int:
        key = (mark, unit)
        if key not in self.numbers:
            self.numbers[key] = len(self.sounds)
            sounds, gap = _parsed(_TABLE[_table(mark)][unit])
            self.sounds.append(sounds)
            self.gaps.append(gap)
            self.rows.append({})
        return self.numbers[key]


def _table(mark: str) -> str:
    return mark if mark in _TABLE and mark != "latin" else "latin"


_ONLY_BEFORE: Final = {"ng": "(?![aeiouy])", "hs": "(?=[iu])"}


def _pattern(mark: str) -> re.Pattern[str]:
    units = sorted((u for u in _TABLE[mark] if "$" not in u), key=len, reverse=True)
    return re.compile("|".join(u + _ONLY_BEFORE.get(u, "") for u in units))


def _parsed(entry: str) -> tuple[tuple[tuple[str, float], ...], float]:
    sounds: list[tuple[str, float]] = []
    gap = -1.0
    for item in entry.split():
        price = int(item[1:] or 0) / 100
        if item[0] == "_":
            gap = price
        else:
            sounds.append((item[0], price))
    if gap < 0:
        gap = _VOWEL_GAP if sounds[0][0] in _VOWELS else _CONSONANT_GAP
    return tuple(sounds), gap


_NEAR: Final = {
    pair: price / 100 for both, price in _TABLE["near"].items() for pair in (both, both[::-1])
} | {each * 2: 0.0 for each in "aeiouywhbcdfgjklmnprstvxzCJSZN"}
_APART: Final = 1.15
_DOUBLED: Final = re.compile(r"([a-zS])\1+")


@lru_cache(65_536)
def sounds(text: str, mark: str) -> Sounds:
    """The units of a word, by number; at most MAX_UNITS."""
    if not mark or mark == "I":
        text = _DOUBLED.sub(r"\1", text[:LONGEST])
        text = text[:1] + text[1:].replace("x", "ks")
    else:
        text = _DOUBLED.sub(r"\1", text[:LONGEST]) if mark in "KHA" else text[:LONGEST]
    found = UNITS.patterns[_table(mark)].findall(text)[:MAX_UNITS]
    if not mark and len(found) > 2 and found[-1] == "e":
        found[-1] = "e$"
    return tuple([UNITS.number(mark, unit) for unit in found])


@lru_cache(8_192)
def _gap(unit: int, mark: str) -> float:
    """The price of a unit that the other word, of this mark, has no part for."""
    own = UNITS.gaps[unit]
    first = UNITS.sounds[unit][0][0]
    if first in _VOWELS and mark in _SKIPPED_VOWELS and mark:
        return min(own, _SKIPPED_VOWEL_GAP)
    if first in _VOWELS and mark in _FADED_VOWELS and mark:
        return min(own, _FADED_VOWEL_GAP)
    return min(own, _GAPS_AGAINST.get((first, mark), own))


UNITS: Final = _Units()


def _substitution(one: int, other: int) -> float:
    row = UNITS.rows[one]
    cost = row.get(other)
    if cost is None:
        cost = row[other] = min(
            price + paid + _NEAR.get(sound + heard, _APART)
            for sound, price in UNITS.sounds[one]
            for heard, paid in UNITS.sounds[other]
        )
    return cost


def _gaps(units: Sounds, mark: str) -> list[float]:
    return [_gap(unit, mark) for unit in units]


_BONES: Final = str.maketrans("pgqxcCJSZNz", "bkkkssjssns", "aeiouyw")


@lru_cache(65_536)
def skeleton(text: str, mark: str) -> str:
    """The consonants of a word, coarse enough to outlast most spellings; never empty."""
    heard = "".join([UNITS.sounds[unit][0][0] for unit in sounds(text, mark)])
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
    lost, gained = _gaps(ones, right_mark), _gaps(others, left_mark)
    weight = (sum(lost) + sum(gained)) / 2
    return _aligned(ones, others, lost, gained) / (weight + 0.2)


def _aligned(ones: Sounds, others: Sounds, lost: list[float], gained: list[float]) -> float:
    """Cost of the cheapest alignment of two sequences of units."""
    row = [0.0]
    for gap in gained:
        row.append(row[-1] + gap)
    for one, gap in zip(ones, lost, strict=True):
        costs = UNITS.rows[one]
        diagonal, row[0] = row[0], row[0] + gap
        before = row[0]
        for at, other in enumerate(others):
            cost = costs.get(other)
            if cost is None:
                cost = _substitution(one, other)
            above = row[at + 1]
            best = diagonal + cost
            if above + gap < best:
                best = above + gap
            if before + gained[at] < best:
                best = before + gained[at]
            diagonal = above
            row[at + 1] = before = best
    return row[-1]
