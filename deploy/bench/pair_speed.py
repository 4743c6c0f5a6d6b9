"""How long one pair takes: two entities with features made, two names; and the features."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from deploy.analysis.inputs import open_inputs
from deploy.bench.pairs import KINDS, name_bench
from deploy.bench.sets import MAPPINGS, PEOPLE
from schemas.event import Entity
from streams.correlate.blob import Features
from streams.correlate.engine import hashed
from streams.correlate.folding import comparable
from streams.correlate.levels import compare
from streams.correlate.names import score
from streams.correlate.weights import WEIGHTS

Figures = dict[str, Any]


def comparison(data: Path) -> Figures:
    """Microseconds to compare a candidate pair of febrl4, features made before.

    "Refused" pairs stay below the floor: what a first stage is there to say quickly.
    """
    chosen = PEOPLE["febrl4"]
    inputs = open_inputs(chosen.paths(data), [MAPPINGS / each for each in chosen.mappings])
    holders: dict[int, list[int]] = {}
    features: list[Features] = []
    for each in inputs.files:
        for _, row, _ in each.rows():
            made, keys = prepared(row.entity)
            for key in keys:
                holders.setdefault(key, []).append(len(features))
            features.append(made)
    pairs = {
        (one, other)
        for rows in holders.values()
        for at, one in enumerate(rows[:50])
        for other in rows[:at]
    }
    spent: dict[bool, list[float]] = {False: [], True: []}
    for one, other in sorted(pairs):
        started = time.perf_counter()
        found = compare(features[one], features[other], WEIGHTS)
        seconds = time.perf_counter() - started
        spent[WEIGHTS.links(found)].append(seconds)
    return {
        "pairs": len(pairs),
        "refused_us": _mean_us(spent[False]),
        "full_us": _mean_us(spent[True]),
        "mean_us": _mean_us([*spent[False], *spent[True]]),
    }


def names(data: Path) -> Figures:
    """Microseconds to compare two names: met for the first time, and again."""
    pairs = [(KINDS[pair.schema][0], pair.left, pair.right) for pair in name_bench(data)]
    cold = [timed(score, *pair)[0] for pair in pairs]
    warm = [timed(score, *pair)[0] for pair in pairs]
    return {
        "cold_us": _mean_us(cold),
        "warm_us": _mean_us(warm),
        "warm_p99_us": round(float(np.percentile(warm, 99)) * 1e6, 1),
    }


def prepared(entity: Entity) -> tuple[Features, tuple[int, ...]]:
    """Features and hashed keys of an entity: what an event brings to the core."""
    features, composites = comparable(entity)
    return features, hashed(composites)


def timed(call: Callable[..., object], *arguments: object) -> tuple[float, float]:
    """Seconds of a call by the wall, and of this thread's CPU."""
    started, used = time.perf_counter(), time.thread_time()
    call(*arguments)
    return time.perf_counter() - started, time.thread_time() - used


def _mean_us(seconds: Sequence[float]) -> float:
    return round(sum(seconds) / len(seconds) * 1e6, 2) if seconds else 0.0
