"""New weights from labelled pairs of several sets: as near to the prior as the pairs let them be.

A penalised logistic regression (ridge towards `prior`, classes of one level drawn together) on the
comparison levels of pairs that share a blocking key. Every set has the same say, however large. It
takes into account what a sum of independent bits (Fellegi and Sunter 1969) overstates: attributes
that agree together. Nothing of a set but its comparison levels is read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .names import CONFLICT, EXACT
from .prior import (
    KIND_CLASSES,
    KINDS,
    PERSON,
    RELATIVES,
    RELATIVES_BITS,
    RELEASE_BITS,
    STRANGERS,
)
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
THRESHOLD_HELD: Final = 200.0
"""How many times as much the prior is worth for the threshold, and for how rare relatives are:
most sets hold no families, and would make of relatives what never comes up."""
RELATIVES_HELD: Final = 10.0
"""The same for what tells relatives apart, of which one set alone can teach."""
HELD_AMONG_RELATIVES: Final = {"identifier": 100.0, "sex": 100.0}
NOTHING_HELD: Final = 1e5
"""The same for what by its nature says nothing."""
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
    """Distinct vectors: which columns each has, how often it is same and different.

    Each vector stands twice: row n as among strangers, row n + `count` as among relatives.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    same: Floats
    different: Floats


class _Column(NamedTuple):
    """One number that is learnt: of a table (`bits`, `relatives`), a level, and its prior."""

    table: str
    kind: str
    level: Level
    bits: float


def train(sets: Sequence[Labelled], towards: Weights | None = None) -> dict[str, Any]:
    """The document of a new weights version; see `weights.load_weights`.

    It starts from what is believed before any data is seen, or from weights that have learnt
    already: then the sets are what they have not seen.
    """
    columns = list(_columns())
    design = _design(sets, {each[:3]: number for number, each in enumerate(columns)})
    prior = np.array(_prior(columns, towards)) * _LN2
    fitted = _fit(design, prior, _penalty(columns)) / _LN2
    kinds: dict[str, Any] = {}
    for each, bits in zip(columns, fitted, strict=False):
        attribute, level, _ = each.level
        levels = (
            kinds.setdefault(each.kind, {}).setdefault(each.table, {}).setdefault(attribute, {})
        )
        levels.setdefault(level, []).append(round(float(bits), 2))
    release = round(MARGIN_BITS - float(fitted[-1]), 2)
    return {
        "version": 3,
        "release_bits": release,
        "floor_bits": round(release - FLOOR_BITS, 2),
        "relatives_bits": round(float(fitted[-2]), 2),
        **kinds.pop(PERSON),
        "kinds": kinds,
    }


def _prior(columns: Sequence[_Column], towards: Weights | None) -> list[float]:
    """Bits of every column, then of relatives, then of the pair itself before it is compared."""
    if towards is None:
        return [*(each.bits for each in columns), RELATIVES_BITS, -RELEASE_BITS]
    worth = {"bits": towards.table, "relatives": {**towards.table, **towards.relatives}}
    learnt = (worth[each.table].get(each.level, 0.0) for each in columns)
    relatives = towards.relatives_bits if isfinite(towards.relatives_bits) else RELATIVES_BITS
    return [*learnt, relatives, MARGIN_BITS - towards.release_bits]


def _columns() -> Iterator[_Column]:
    for table, kinds in (("bits", STRANGERS), ("relatives", RELATIVES)):
        for kind, attributes in kinds.items():
            first = KINDS.index(kind) * KIND_CLASSES
            for attribute, levels in attributes.items():
                for level, row in levels.items():
                    for number, bits in enumerate(row, first):
                        yield _Column(table, kind, (attribute, level, number), bits)


def _design(sets: Sequence[Labelled], columns: dict[tuple[str, str, Level], int]) -> _Design:
    counted: dict[Vector, list[float]] = {}
    for labelled in sets:
        weight = min(1.0, PAIRS_A_SET / max(1, sum(same for _, same in labelled.pairs)))
        for (vector, same), count in Counter(labelled.pairs).items():
            counted.setdefault(vector, [0.0, 0.0])[same] += weight * count
    alone = {level: column for (table, _, level), column in columns.items() if table == "bits"}
    among_relatives = {
        level: column for (table, _, level), column in columns.items() if table != "bits"
    }
    both = alone | among_relatives
    rows, found = [], []
    for first, among in ((0, alone), (len(counted), both)):
        for row, vector in enumerate(counted, first):
            present = [among[level] for level in vector if level in among]
            if first:
                present.append(len(columns))
            found += present
            rows += [row] * len(present)
    counts = np.array(list(counted.values())).reshape(-1, 2)
    return _Design(np.array(rows, np.intp), np.array(found, np.intp), counts[:, 1], counts[:, 0])


def _penalty(columns: Sequence[_Column]) -> Floats:
    """The quadratic form that holds weights to the prior and classes of one level together."""
    penalty = np.eye(len(columns) + 2) * PRIOR_STRENGTH
    penalty[-1, -1] *= THRESHOLD_HELD
    penalty[-2, -2] *= THRESHOLD_HELD
    for column, each in enumerate(columns):
        attribute, level, number = each.level
        held = HELD.get((attribute, level), 1.0)
        if each.table == "relatives":
            held = max(held, HELD_AMONG_RELATIVES.get(attribute, RELATIVES_HELD))
        penalty[column, column] *= held
        if not each.bits:
            penalty[column, column] *= NOTHING_HELD
        below = columns[column - 1] if column else each
        next_to = below[:2] == each[:2] and below.level == (attribute, level, number - 1)
        if next_to and attribute != "identifier":
            pair = np.ix_([column - 1, column], [column - 1, column])
            penalty[pair] += SMOOTHNESS * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return penalty


def _fit(design: _Design, prior: Floats, penalty: Floats) -> Floats:
    """Newton's method on the penalised likelihood; natural logarithms, the intercept last.

    Of its two rows a vector counts by the one that says less, as `Weights.total` has it.
    """
    size, count = len(prior), len(design.same)
    rows, columns = design.rows, design.columns
    same, total = np.tile(design.same, 2), np.tile(design.same + design.different, 2)
    moved = np.zeros(size)
    pairs = _pairs(rows, columns, size)
    for _ in range(_ROUNDS):
        weights = prior + moved
        bits = np.bincount(rows, weights[columns], 2 * count)
        strangers = bits[:count] <= bits[count:]
        counts = np.r_[strangers, ~strangers]
        odds = bits + weights[-1]
        chance = 1.0 / (1.0 + np.exp(-np.clip(odds, -500, 500)))
        slope = (total * chance - same) * counts
        gradient = np.bincount(columns, slope[rows], size)
        gradient[-1] = slope.sum()
        curve = total * chance * (1.0 - chance) * counts
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
