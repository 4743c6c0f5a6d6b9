"""How good links and entities are, by a column that says who is who.

Pairwise: of all pairs found, how many are right (precision); of all true pairs, how many are found
(recall); F1 is their harmonic mean. With one source every pair of rows counts; with several, those
across two sources, and all of them beside it. A row without a label is nobody else.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

ALL: Final = "all pairs"
ACROSS: Final = "across sources"
NOBODY: Final = -1
"""The label of a row without one."""


class Score(NamedTuple):
    """Pairs that are true, found, and both."""

    true: int
    found: int
    right: int

    @property
    def figures(self) -> dict[str, float]:
        """Precision, recall, F1 to six digits, with the counts they are made of."""
        precision = self.right / self.found if self.found else 1.0
        recall = self.right / self.true if self.true else 1.0
        both = self.true + self.found
        return {
            "precision": round(precision, 6),
            "recall": round(recall, 6),
            "f1": round(2 * self.right / both if both else 1.0, 6),
            **self._asdict(),
        }


class LinkTally:
    """Counts links as they pass, by scope."""

    def __init__(self, labels: Sequence[int], sources: Sequence[int]) -> None:
        self._labels = labels
        self._sources = sources
        self._counts: Counter[tuple[str, bool]] = Counter()

    def add(self, left: int, right: int) -> None:
        """Count one link of two rows, given by their numbers."""
        label = self._labels[left]
        hit = label != NOBODY and label == self._labels[right]
        self._counts[ALL, hit] += 1
        if self._sources[left] != self._sources[right]:
            self._counts[ACROSS, hit] += 1

    def scores(self, true: dict[str, int]) -> dict[str, Score]:
        """Return the score of each scope, given how many pairs are true in it."""
        return {
            scope: Score(
                count, self._counts[scope, True] + self._counts[scope, False],
                self._counts[scope, True],
            )
            for scope, count in true.items()
        }  # fmt: skip


def true_pairs(labels: Sequence[int], sources: Sequence[int]) -> dict[str, int]:
    """Return how many pairs of rows have one label, by scope; one source has no pairs across."""
    known = [label if label != NOBODY else None for label in labels]
    return _scoped(known, sources)


def entity_scores(
    labels: Sequence[int], entities: Sequence[int], sources: Sequence[int]
) -> dict[str, Score]:
    """Return the score of each scope when two rows of one entity are a pair found."""
    both = [
        (label, entity) if label != NOBODY else None
        for label, entity in zip(labels, entities, strict=True)
    ]
    true, found, right = (
        true_pairs(labels, sources), _scoped(entities, sources), _scoped(both, sources),
    )  # fmt: skip
    return {scope: Score(true[scope], found[scope], right[scope]) for scope in true}


class Numbers:
    """A number for each value, equal ones alike; NOBODY for an empty one."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self.array = array("q")
        """The number of each value added, in order."""
        self._known: dict[str, int] = {"": NOBODY}
        for each in values:
            self.add(each)

    def add(self, value: str) -> None:
        """Add one value."""
        self.array.append(self._known.setdefault(value, len(self._known)))


def _scoped(groups: Sequence[object], sources: Sequence[int]) -> dict[str, int]:
    """Pairs within equal groups, None being no group: all, and without those of one source."""
    every = _pairs(group for group in groups if group is not None)
    if len(set(sources)) < 2:
        return {ALL: every}
    within = _pairs(pair for pair in zip(groups, sources, strict=True) if pair[0] is not None)
    return {ACROSS: every - within, ALL: every}


def _pairs(groups: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(groups).values())
