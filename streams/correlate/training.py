"""STAND-IN for the architect's training, of its shape: replaced whole at the merge.

Counts how often each level stands between the same and between different ones (Fellegi and Sunter,
JASA 64, 1969), half a count added to each.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log2
from typing import Any, NamedTuple

from .weights import WEIGHTS, Level

Vector = tuple[Level, ...]


class Labelled(NamedTuple):
    """Pairs of one set: how each compares, and whether it is one entity."""

    pairs: Sequence[tuple[Vector, bool]]


def train(sets: Sequence[Labelled]) -> dict[str, Any]:
    """Return a document of weights; what no vector shows keeps no weight."""
    counts: dict[bool, Counter[Level]] = {True: Counter(), False: Counter()}
    pairs = Counter[bool]()
    for vector, same in (pair for each in sets for pair in each.pairs):
        pairs[same] += 1
        counts[same].update(vector)
    bits: dict[str, dict[str, list[float]]] = {}
    for attribute, level, number in sorted(counts[True].keys() | counts[False].keys()):
        classes = bits.setdefault(attribute, {}).setdefault(level, [])
        classes.extend([0.0] * (number + 1 - len(classes)))
        alike, apart = (
            (counts[side][attribute, level, number] + 0.5) / (pairs[side] + 1)
            for side in (True, False)
        )
        classes[number] = round(log2(alike / apart), 2)
    return {
        "version": 1,
        "release_bits": WEIGHTS.release_bits,
        "floor_bits": WEIGHTS.floor_bits,
        "bits": bits,
    }


def vector_of(levels: Iterable[Sequence[Any]]) -> Vector:
    """The levels of a comparison, or of a verdict's evidence, as training takes them."""
    return tuple(sorted((each[0], each[1], each[2]) for each in levels))
