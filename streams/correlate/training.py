"""New weights from labelled pairs of several sets: as near to the prior as the pairs let them be.

A penalised logistic regression (ridge towards `prior`, classes of one level drawn together) on the
comparison levels of pairs that share a blocking key. Every set has the same say, however large. It
takes into account what a sum of independent bits (Fellegi and Sunter 1969) overstates: attributes
that agree together. Nothing of a set but its comparison levels is read.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .names import CONFLICT, EXACT
from .prior import PRIOR, RELEASE_BITS
from .weights import Level, Weights

PRIOR_STRENGTH: Final = 10.0
"""Pairs of pairs that a number of the prior is worth; the release threshold is worth twice that."""
SMOOTHNESS: Final = 20.0
"""The same, for two classes next to each other that move together."""
HELD: Final = {
    ("birth_date", CONFLICT): 1000.0,
    ("sex", EXACT): 30.0,
    ("sex", CONFLICT): 10.0,
    ("city", EXACT): 10.0,
    ("nationality", EXACT): 30.0,
    ("nationality", CONFLICT): 30.0,
}
"""How many times as much the prior is worth here: sets of invented people change birth dates and
sexes as no clerk does, and hold one nation or all of them, ten cities or ten thousand."""
PAIRS_A_SET: Final = 2_000.0
"""True pairs that a set counts for, at most."""
MARGIN_BITS: Final = 1.0
"""Above even odds: what a release needs beyond "more likely than not"."""
FLOOR_BITS: Final = 8.0
"""Below the threshold by so much, a pair is not even a link."""

_LN2: Final = float(np.log(2.0))
_ROUNDS: Final = 25
_CONVERGED: Final = 1e-6

Floats = NDArray[np.float64]
Vector = tuple[Level, ...]


class Labelled(NamedTuple):
    """Pairs of one set: how each compares, and whether it is one entity."""

    pairs: Sequence[tuple[Vector, bool]]


class _Design(NamedTuple):
    """Distinct vectors: which columns each has, how often it is same and different."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    same: Floats
    different: Floats


def train(sets: Sequence[Labelled], towards: Weights | None = None) -> dict[str, Any]:
    """The document of a new weights version; see `weights.load_weights`.

    It starts from what is believed before any data is seen, or from weights that have learnt
    already: then the sets are what they have not seen.
    """
    columns = _columns()
    design = _design(sets, columns)
    prior = np.array(_prior(towards)) * _LN2
    fitted = _fit(design, prior, _penalty(columns)) / _LN2
    bits: dict[str, dict[str, list[float]]] = {}
    for (attribute, level, _), column in columns.items():
        bits.setdefault(attribute, {}).setdefault(level, []).append(round(float(fitted[column]), 2))
    release = round(MARGIN_BITS - float(fitted[-1]), 2)
    return {
        "version": 2,
        "release_bits": release,
        "floor_bits": round(release - FLOOR_BITS, 2),
        "bits": bits,
    }


def _prior(towards: Weights | None) -> list[float]:
    """Bits of every column, then of the pair itself before anything is compared."""
    if towards is None:
        return [*(bits for *_, bits in _flat()), -RELEASE_BITS]
    return [*(towards.bits(*each[:3]) for each in _flat()), MARGIN_BITS - towards.release_bits]


def _flat() -> list[tuple[str, str, int, float]]:
    return [
        (attribute, level, number, bits)
        for attribute, levels in PRIOR.items()
        for level, row in levels.items()
        for number, bits in enumerate(row)
    ]


def _columns() -> dict[Level, int]:
    return {each[:3]: number for number, each in enumerate(_flat())}


def _design(sets: Sequence[Labelled], columns: dict[Level, int]) -> _Design:
    counted: dict[Vector, list[float]] = {}
    for labelled in sets:
        weight = min(1.0, PAIRS_A_SET / max(1, sum(same for _, same in labelled.pairs)))
        for (vector, same), count in Counter(labelled.pairs).items():
            counted.setdefault(vector, [0.0, 0.0])[same] += weight * count
    rows = [row for row, vector in enumerate(counted) for level in vector if level in columns]
    found = [columns[level] for vector in counted for level in vector if level in columns]
    counts = np.array(list(counted.values())).reshape(-1, 2)
    return _Design(np.array(rows, np.intp), np.array(found, np.intp), counts[:, 1], counts[:, 0])


def _penalty(columns: dict[Level, int]) -> Floats:
    """The quadratic form that holds weights to the prior and classes of one level together."""
    size = len(columns) + 1
    penalty = np.eye(size) * PRIOR_STRENGTH
    penalty[-1, -1] = PRIOR_STRENGTH * 2
    for (attribute, level, number), column in columns.items():
        penalty[column, column] *= HELD.get((attribute, level), 1.0)
        below = columns.get((attribute, level, number - 1))
        if below is not None and attribute != "identifier":
            pair = np.ix_([below, column], [below, column])
            penalty[pair] += SMOOTHNESS * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return penalty


def _fit(design: _Design, prior: Floats, penalty: Floats) -> Floats:
    """Newton's method on the penalised likelihood; natural logarithms, the intercept last."""
    size, count = len(prior), len(design.same)
    rows, columns = design.rows, design.columns
    moved = np.zeros(size)
    pairs = _pairs(rows, columns, size)
    for _ in range(_ROUNDS):
        weights = prior + moved
        odds = np.bincount(rows, weights[columns], count) + weights[-1]
        chance = 1.0 / (1.0 + np.exp(-np.clip(odds, -500, 500)))
        total = design.same + design.different
        slope = total * chance - design.same
        gradient = np.bincount(columns, slope[rows], size)
        gradient[-1] = slope.sum()
        curve = total * chance * (1.0 - chance)
        hessian = _hessian(pairs, rows, columns, curve, size)
        step = np.linalg.solve(hessian + penalty, gradient + penalty @ moved)
        moved -= step
        if float(np.abs(step).max()) < _CONVERGED:
            break
    return prior + moved


def _pairs(
    rows: NDArray[np.intp], columns: NDArray[np.intp], size: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For every two columns of one row, the row and the cell of the Hessian."""
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    ends = np.r_[starts[1:], len(rows)]
    at: list[NDArray[np.intp]] = []
    cells: list[NDArray[np.intp]] = []
    lengths = ends - starts
    for length in np.unique(lengths):
        block = columns[starts[lengths == length][:, None] + np.arange(length)]
        owner = rows[starts[lengths == length]]
        cells.append((block[:, :, None] * size + block[:, None, :]).reshape(-1))
        at.append(np.repeat(owner, length * length))
    return np.concatenate(at), np.concatenate(cells)


def _hessian(
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]],
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    curve: Floats,
    size: int,
) -> Floats:
    at, cells = pairs
    counted = np.bincount(cells, curve[at], size * size)
    hessian = counted.astype(np.float64).reshape(size, size)
    edge = np.bincount(columns, curve[rows], size)
    hessian[-1, :] += edge
    hessian[:, -1] += edge
    hessian[-1, -1] += curve.sum()
    return hessian


def vector_of(levels: Iterable[Sequence[Any]]) -> Vector:
    """The levels of a comparison, or of a verdict's evidence, as training takes them."""
    return tuple(sorted((each[0], each[1], each[2]) for each in levels))
