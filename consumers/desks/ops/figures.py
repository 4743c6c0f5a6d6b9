"""What samples mean: sums by label, rates between two readings, percentiles of histograms. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf

from consumers.desks.ops.scrape import Sample


@dataclass(frozen=True, slots=True)
class Reading:
    """Every sample of every process that answered, at one time."""

    at: datetime
    samples: tuple[Sample, ...]


def by_label(samples: Iterable[Sample], name: str, label: str) -> dict[str, float]:
    """Return label value → sum over all samples of a metric, in the label's order."""
    sums: dict[str, float] = {}
    for sample in samples:
        if sample.name == name and label in sample.labels:
            key = sample.labels[label]
            sums[key] = sums.get(key, 0.0) + sample.value
    return dict(sorted(sums.items()))


def largest_by_label(samples: Iterable[Sample], name: str, label: str) -> dict[str, float]:
    """Return label value → largest value: ages do not add up."""
    found: dict[str, float] = {}
    for sample in samples:
        if sample.name == name and label in sample.labels:
            key = sample.labels[label]
            found[key] = max(found.get(key, 0.0), sample.value)
    return dict(sorted(found.items()))


def total(samples: Iterable[Sample], name: str) -> float | None:
    """Return the sum of a metric over all labels; None where no process has it."""
    values = [sample.value for sample in samples if sample.name == name]
    return sum(values) if values else None


def rates(old: Reading, new: Reading, name: str, label: str) -> dict[str, float]:
    """Return label value → increase per second; a counter that fell began anew at zero."""
    seconds = (new.at - old.at).total_seconds()
    before = by_label(old.samples, name, label)
    return {
        key: _increase(before.get(key, 0.0), value) / seconds if seconds > 0 else 0.0
        for key, value in by_label(new.samples, name, label).items()
    }


def percentiles(
    old: Reading, new: Reading, name: str, label: str, quantile: float
) -> dict[str, float | None]:
    """Return label value → quantile in seconds of what was observed between two readings.

    None where nothing was. The value is the upper bound of the bucket it falls in; above the last
    bound it is infinite.
    """
    found: dict[str, float | None] = {}
    for key, buckets in _buckets(new.samples, name, label).items():
        before = _buckets(old.samples, name, label).get(key, {})
        counts = {bound: _increase(before.get(bound, 0.0), n) for bound, n in buckets.items()}
        found[key] = _quantile(counts, quantile)
    return found


def _buckets(samples: Iterable[Sample], name: str, label: str) -> dict[str, dict[float, float]]:
    found: dict[str, dict[float, float]] = {}
    for sample in samples:
        if sample.name == f"{name}_bucket" and label in sample.labels:
            buckets = found.setdefault(sample.labels[label], {})
            bound = float(sample.labels["le"])
            buckets[bound] = buckets.get(bound, 0.0) + sample.value
    return found


def _quantile(cumulative: Mapping[float, float], quantile: float) -> float | None:
    observed = cumulative.get(inf, 0.0)
    if observed <= 0:
        return None
    return next(b for b, n in sorted(cumulative.items()) if n >= quantile * observed)


def _increase(before: float, now: float) -> float:
    return now - before if now >= before else now
