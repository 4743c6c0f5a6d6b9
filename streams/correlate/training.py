"""STAND-IN for the architect's training, of its shape: replaced whole at the merge.

Counts how often each level stands between the same and between different ones (Fellegi and Sunter,
JASA 64, 1969), half a count added to each.
"""

from collections import Counter
from collections.abc import Iterable
from math import log2
from typing import Any, NamedTuple

from schemas.link import Level

from .weights import WEIGHTS


class Vector(NamedTuple):
    """How one pair compares, as (attribute, level, frequency class), and whether it is one."""

    levels: tuple[tuple[str, Level, int], ...]
    same: bool


def train(vectors: Iterable[Vector]) -> dict[str, Any]:
    """Return a document of weights; what no vector shows keeps no weight."""
    counts: dict[bool, Counter[tuple[str, str, int]]] = {True: Counter(), False: Counter()}
    pairs = Counter[bool]()
    for vector in vectors:
        pairs[vector.same] += 1
        counts[vector.same].update(vector.levels)
    bits: dict[str, dict[str, list[float]]] = {}
    for attribute, level, number in sorted(counts[True].keys() | counts[False].keys()):
        classes = bits.setdefault(attribute, {}).setdefault(level, [])
        classes.extend([0.0] * (number + 1 - len(classes)))
        same, other = (
            (counts[side][attribute, level, number] + 0.5) / (pairs[side] + 1)
            for side in (True, False)
        )
        classes[number] = round(log2(same / other), 2)
    return {
        "version": 1,
        "release_bits": WEIGHTS.release_bits,
        "floor_bits": WEIGHTS.floor_bits,
        "bits": bits,
    }
