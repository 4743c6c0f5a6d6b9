"""How good weights are on labels that did not make them, before and after a training.

The labels are dealt into folds; each fold is judged by weights trained on all others. Pairs of one
entity, or of the same two, lie in one fold, so that none is judged by weights that saw its like.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from deploy.analysis.truth import Score
from streams.correlate.training import Labelled
from streams.correlate.weights import WEIGHTS, Weights, load_weights

FOLDS: Final = 5
LEAST: Final = 20
"""Pairs of each answer below which a held-out figure says nothing, so that none is made."""
FEW: Final = 200
"""Pairs of each answer below which a warning is due."""
MOVED_BITS: Final = 2.0
"""A threshold that one training moves further than this deserves a look."""
WORSE: Final = 0.0005
"""A loss of F1 up to this is noise."""

Train = Callable[[Sequence[Labelled]], dict[str, Any]]


class Sample(NamedTuple):
    """Labelled pairs of one set, and the fold of each."""

    labelled: Labelled
    folds: Sequence[int]

    def fold(self, number: int, *, inside: bool) -> Labelled:
        """Return the pairs of a fold, or all others."""
        both = zip(self.labelled.pairs, self.folds, strict=True)
        return Labelled([pair for pair, fold in both if (fold == number) == inside])


class Comparison(NamedTuple):
    """The same held-out pairs under the weights in use, and under those trained without them."""

    before: Score
    after: Score

    @property
    def worsens(self) -> bool:
        """Whether the new weights are worse by more than noise."""
        return self.after.figures["f1"] < self.before.figures["f1"] - WORSE

    @property
    def facts(self) -> dict[str, Any]:
        """Precision, recall and F1 of both."""
        return {"folds": FOLDS, "before": self.before.figures, "after": self.after.figures}


def weights_of(document: dict[str, Any]) -> Weights:
    """Return the weights of a document that training made."""
    return load_weights(json.dumps(document).encode())


def held_out(samples: Sequence[Sample], train: Train) -> Comparison | None:
    """Compare the weights in use with those that `train` makes; None for too few labels."""
    if min(_counts(samples)) < LEAST:
        return None
    before, after = Score(0, 0, 0), Score(0, 0, 0)
    for fold in range(FOLDS):
        trained = weights_of(train([each.fold(fold, inside=False) for each in samples]))
        for each in samples:
            judged = each.fold(fold, inside=True)
            before = _plus(before, _score(judged, WEIGHTS))
            after = _plus(after, _score(judged, trained))
    return Comparison(before, after)


def warnings(samples: Sequence[Sample], trained: Weights) -> list[str]:
    """Return what speaks against using new weights, whatever their figures: few labels, one set."""
    same, different = _counts(samples)
    sets = sum(bool(each.labelled.pairs) for each in samples)
    moved = trained.release_bits - WEIGHTS.release_bits
    found = []
    if min(same, different) < LEAST:
        found.append(
            f"There are {same} pairs that are the same and {different} that are not: too few to "
            f"measure whether the new weights are better. {LEAST} of each are the least, "
            f"{FEW} of each mean something."
        )
    elif min(same, different) < FEW:
        found.append(
            f"There are {same} pairs that are the same and {different} that are not: few. "
            f"{FEW} of each mean something."
        )
    if abs(moved) > MOVED_BITS:
        of = "one set" if sets == 1 else f"{sets} sets"
        found.append(
            f"The threshold moves by {moved:+.2f} bits, from {WEIGHTS.release_bits:.2f} to "
            f"{trained.release_bits:.2f}, on the word of {of}: it would move for all data alike."
        )
    return found


def _counts(samples: Iterable[Sample]) -> tuple[int, int]:
    answers = [same for each in samples for _, same in each.labelled.pairs]
    return sum(answers), len(answers) - sum(answers)


def _score(labelled: Labelled, weights: Weights) -> Score:
    released = [
        (same, weights.total(vector) >= weights.release_bits) for vector, same in labelled.pairs
    ]
    return Score(
        sum(same for same, _ in released),
        sum(found for _, found in released),
        sum(same and found for same, found in released),
    )


def _plus(one: Score, other: Score) -> Score:
    return Score(*map(sum, zip(one, other, strict=True)))
