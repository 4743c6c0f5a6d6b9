"""What scored pairs are worth: pairwise precision, recall and F1, AUC, before and after closure.

Numpy and the standard library alone: the peers' programs use it too, each in its environment, so
that everybody is measured by the same lines.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

ROUNDING: Final = 6

Scored = tuple[Hashable, Hashable, float]
"""Left record, right record, score: the higher the more alike."""


class Counts(NamedTuple):
    """Pairs found and true, pairs found, true pairs."""

    right: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        """Share of the found that is true; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true that was found."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0

    def as_json(self) -> dict[str, float]:
        """Return the three measures, rounded."""
        return {
            "f1": round(self.f1, ROUNDING),
            "precision": round(self.precision, ROUNDING),
            "recall": round(self.recall, ROUNDING),
        }


class Record(NamedTuple):
    """What the truth says of one record: whose it is, and of which source.

    Where sources are linked, only pairs of two sources count; records of one file share "" and
    all their pairs count.
    """

    label: Hashable
    source: str = ""


class Truth:
    """The labelled records of a set."""

    def __init__(self, records: dict[Hashable, Record]) -> None:
        self.records = records
        self.true = _pairs(Counter(records.values()))
        """True pairs."""

    def is_true(self, left: Hashable, right: Hashable) -> bool:
        """Whether two records are one person's."""
        return self.records[left].label == self.records[right].label

    def counts(self, pairs: Iterable[tuple[Hashable, Hashable]]) -> Counts:
        """Count distinct pairs of a finding; pairs within a linked source do not count."""
        distinct = {frozenset(pair) for pair in pairs if self._counts_at_all(*pair)}
        return Counts(sum(self.is_true(*pair) for pair in distinct), len(distinct), self.true)

    def clustered(self, entity_of: Mapping[Any, Hashable]) -> Counts:
        """Count all pairs within the entities that a finding made."""
        both = Counter((entity_of.get(key, key), *record) for key, record in self.records.items())
        right, found = Tally(), Tally()
        for (entity, label, source), count in both.items():
            right.add((entity, label), source, count)
            found.add(entity, source, count)
        return Counts(right.pairs, found.pairs, self.true)

    def _counts_at_all(self, left: Hashable, right: Hashable) -> bool:
        one, other = self.records[left].source, self.records[right].source
        return left != right and (one != other or one == "")


class Tally:
    """Pairs within groups that grow by counts of records of a source."""

    def __init__(self) -> None:
        self.pairs = 0
        self._groups: dict[Hashable, Counter[str]] = {}

    def add(self, group: Hashable, source: str, count: int) -> None:
        """Let records of a source join a group."""
        held = self._groups.setdefault(group, Counter())
        if source == "":
            self.pairs += count * held[""] + count * (count - 1) // 2
        else:
            self.pairs += count * (held.total() - held[source])
        held[source] += count


def _pairs(records: Counter[Record]) -> int:
    tally = Tally()
    for (label, source), count in records.items():
        tally.add(label, source, count)
    return tally.pairs


def best_threshold(
    scores: Sequence[float], labels: Sequence[bool], true: int | None = None
) -> dict[str, float]:
    """The cut of the best F1, seen with hindsight; `true` counts true pairs that have no score."""
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")
    ordered, hits = np.asarray(scores, dtype=float)[order], np.asarray(labels, dtype=bool)[order]
    total = int(hits.sum()) if true is None else true
    right, found = np.cumsum(hits), np.arange(1, len(hits) + 1)
    f1 = 2 * right / (found + total)
    # A cut falls between scores, never among equal ones.
    f1[:-1][ordered[:-1] == ordered[1:]] = -1
    best = int(np.argmax(f1))
    counts = Counts(int(right[best]), int(found[best]), total)
    return {**counts.as_json(), "threshold": round(float(ordered[best]), ROUNDING)}


def at_threshold(
    scores: Sequence[float], labels: Sequence[bool], threshold: float, true: int | None = None
) -> Counts:
    """Count at a cut that was fixed beforehand."""
    chosen = np.asarray(scores, dtype=float) >= threshold
    hits = np.asarray(labels, dtype=bool)
    total = int(hits.sum()) if true is None else true
    return Counts(int(hits[chosen].sum()), int(chosen.sum()), total)


def area_under_curve(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Chance that a true pair scores above a false one, ties by half (Mann and Whitney, 1947)."""
    values, hits = np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = ((ends - counts + 1 + ends) / 2)[inverse]
    positive, negative = int(hits.sum()), int((~hits).sum())
    won = float(ranks[hits].sum()) - positive * (positive + 1) / 2
    return won / (positive * negative)


class _Component:
    """Records joined so far: how many of each source, and of each person."""

    __slots__ = ("by_label", "by_source")

    def __init__(self, record: Record) -> None:
        self.by_source = Counter((record.source,))
        self.by_label: dict[Hashable, Counter[str]] = {record.label: Counter((record.source,))}

    def absorb(self, other: "_Component") -> tuple[int, int]:
        """Take another in; return right pairs and all pairs that this makes."""
        found = _across(self.by_source, other.by_source)
        right = 0
        for label, sources in other.by_label.items():
            held = self.by_label.setdefault(label, Counter())
            right += _across(held, sources)
            held.update(sources)
        self.by_source.update(other.by_source)
        return right, found


def _across(one: Counter[str], other: Counter[str]) -> int:
    """Pairs between two groups, without those within a linked source."""
    within = sum(count * one[source] for source, count in other.items() if source)
    return one.total() * other.total() - within


class _Components:
    """Connected components that grow pair by pair, with the pairs of their closure counted."""

    def __init__(self, truth: Truth) -> None:
        self._parent: dict[Hashable, Hashable] = {}
        self._members = {key: _Component(record) for key, record in truth.records.items()}
        self.right = 0
        self.found = 0

    def join(self, left: Hashable, right: Hashable) -> None:
        one, other = self._root(left), self._root(right)
        if one == other:
            return
        if len(self._members[one].by_label) > len(self._members[other].by_label):
            one, other = other, one
        made = self._members[other].absorb(self._members.pop(one))
        self.right, self.found = self.right + made[0], self.found + made[1]
        self._parent[one] = other

    def _root(self, record: Hashable) -> Hashable:
        path = []
        while record in self._parent:
            path.append(record)
            record = self._parent[record]
        for each in path:
            self._parent[each] = record
        return record


def best_closure(pairs: Iterable[Scored], truth: Truth) -> dict[str, float]:
    """The cut at which the connected components are best, seen with hindsight."""
    ordered = sorted(pairs, key=lambda pair: -pair[2])
    joined, best, cut = _Components(truth), Counts(0, 0, truth.true), float("inf")
    ends = [one[2] != other[2] for one, other in pairwise(ordered)] + [True]
    for (left, right, score), end in zip(ordered, ends, strict=True):
        joined.join(left, right)
        counts = Counts(joined.right, joined.found, truth.true)
        if end and counts.f1 > best.f1:
            best, cut = counts, score
    return {**best.as_json(), "threshold": round(cut, ROUNDING)}


def best_links(pairs: Iterable[Scored], truth: Truth) -> list[Scored]:
    """Where two files are linked, each record of the second one with its best partner alone."""
    second = max(record.source for record in truth.records.values())
    best: dict[Hashable, Scored] = {}
    for pair in pairs:
        owner = pair[0] if truth.records[pair[0]].source == second else pair[1]
        if owner not in best or pair[2] > best[owner][2]:
            best[owner] = pair
    return list(best.values())


def hindsight(pairs: Sequence[Scored], truth: Truth) -> dict[str, Any]:
    """The best F1 of scored pairs by any way of using them, each way at its own best cut.

    Ways: the pairs as they are (`before`), the closure of what is above the cut (`clusters`), and
    where two files are linked the best partner of each record of the second (`best_link`).
    """
    ways = {"before": _best_pairs(pairs, truth), "clusters": best_closure(pairs, truth)}
    if any(record.source for record in truth.records.values()):
        ways["best_link"] = _best_pairs(best_links(pairs, truth), truth)
    way = max(ways, key=lambda name: ways[name]["f1"])
    return {**ways[way], "way": way, **ways, "pairs": len(pairs)}


def _best_pairs(pairs: Sequence[Scored], truth: Truth) -> dict[str, float]:
    labels = [truth.is_true(left, right) for left, right, _ in pairs]
    return best_threshold([score for _, _, score in pairs], labels, truth.true)
