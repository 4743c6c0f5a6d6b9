"""How fast the correlation core is, in this process, on one core; and what a record costs in memory.

Events are added one by one, as the stream's are. What the engine of this commit does not offer
(`withdraw`) is left out of the result, and the table says so.
"""

import gc
import random
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

from deploy.analysis.inputs import open_inputs
from deploy.bench.pairs import KINDS, name_bench
from deploy.bench.people import People
from deploy.bench.sets import MAPPINGS, PEOPLE
from deploy.local.jars import Progress
from schemas.event import Entity
from streams.correlate.engine import Engine
from streams.correlate.features import decode, extract
from streams.correlate.levels import compare
from streams.correlate.names import score

SEED: Final = 20_261_124
SIZES: Final = (10_000, 100_000, 1_000_000)
HUB: Final = 100_000
PROBES: Final = 2_000
SHUFFLES: Final = 20
SHUFFLED: Final = 2_000
_SECRET: Final = b"bench"
_PHONE: Final = "+14155550100"

Figures = dict[str, Any]


def throughput(name: str, data: Path) -> Figures:
    """Events/s of adding, linking and clustering a set; with features made, and without."""
    chosen = PEOPLE[name]
    inputs = open_inputs(
        chosen.paths(data), [MAPPINGS / each for each in chosen.mappings], chosen.truth
    )
    rows = [
        (f"{row.source}:{row.record_id}", row.entity)
        for each in inputs.files
        for _, row, _ in each.rows()
    ]
    extracting = _seconds(lambda: _extract_all(entity for _, entity in rows))
    engine = Engine()
    started = time.perf_counter()
    for reference, entity in rows:
        engine.add(reference, entity)
    links = sum(1 for _ in engine.links())
    engine.entities()
    seconds = time.perf_counter() - started
    return {
        "events": len(rows),
        "links": links,
        "with_features_s": round(len(rows) / seconds),
        "from_features_s": round(len(rows) / max(seconds - extracting, 1e-9)),
        "extraction_us": round(extracting / len(rows) * 1e6, 1),
    }


def latency(sizes: Sequence[int], progress: Progress) -> Figures:
    """Microseconds of one event against an index of each size, and bytes a record, keys included."""
    engine, people, held, found = Engine(), People(SEED), 0, Figures()
    records, before = people.records(10**9), _resident()
    start = 0
    for size in sizes:
        for number in range(held, size):
            engine.add(f"r{number}", next(records))
            if number % 10_000 == 0:
                progress(f"Index of {size:,}", number, size)
        held = size
        gc.collect()
        if start:
            found["bytes_per_record"] = round((_resident() - before) / (size - start))
        else:
            # The first index holds the caches and tables too, which do not grow with it.
            before, start = _resident(), size
        gc.freeze()
        probes = [next(records) for _ in range(PROBES)]
        spent = [
            _seconds(lambda n=number, p=probe: engine.add(f"p{size}-{n}", p))
            for number, probe in enumerate(probes)
        ]
        found[f"{size}"] = _percentiles(spent)
    gc.unfreeze()
    return found


def hub(holders: int, progress: Progress) -> Figures:
    """One event of a person whose phone `holders` different people have, and of one whose is own."""
    engine, people = Engine(), People(SEED + 1)
    for number, person in enumerate(people.records(holders, phone=_PHONE)):
        engine.add(f"h{number}", person)
        if number % 10_000 == 0:
            progress(f"{holders:,} holders", number, holders)
    shared = list(people.records(PROBES, phone=_PHONE))
    own = list(people.records(PROBES))
    spent: dict[str, list[float]] = {"shared": [], "own": []}
    for number, (one, other) in enumerate(zip(shared, own, strict=True)):
        spent["shared"].append(_seconds(lambda n=number, p=one: engine.add(f"s{n}", p)))
        spent["own"].append(_seconds(lambda n=number, p=other: engine.add(f"o{n}", p)))
    return {name: _percentiles(values) for name, values in spent.items()}


def withdrawal(records: int) -> Figures | None:
    """Milliseconds to withdraw one record; None where the engine has no such thing."""
    engine = Engine()
    withdraw: Callable[[str], None] | None = getattr(engine, "withdraw", None)
    if withdraw is None:
        return None
    known = list(People(SEED + 2).records(records))
    for number, person in enumerate(known):
        engine.add(f"r{number}", person)
    engine.entities()
    chosen = random.Random(SEED).sample(range(records), min(records // 2, PROBES))  # noqa: S311
    spent = [_seconds(lambda n=number: withdraw(f"r{n}")) for number in chosen]
    gone = set(chosen)
    never = Engine()
    for number, person in enumerate(known):
        if number not in gone:
            never.add(f"r{number}", person)
    figures = _percentiles(spent)
    return {**figures, "as_never_arrived": engine.entities() == never.entities()}


def shuffles(records: int, times: int) -> Figures:
    """Whether every order of arrival gives the same entities, by the same ids."""
    known = list(enumerate(People(SEED + 3).records(records)))
    order = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    first: dict[str, str] | None = None
    same = 0
    for _ in range(times):
        engine = Engine()
        for number, person in known:
            engine.add(f"r{number}", person)
        entities = engine.entities()
        first = first or entities
        same += entities == first
        order.shuffle(known)
    return {"shuffles": times, "identical": same}


def comparison(data: Path) -> Figures:
    """Microseconds to compare a candidate pair of febrl4, its features decoded before."""
    chosen = PEOPLE["febrl4"]
    inputs = open_inputs(chosen.paths(data), [MAPPINGS / each for each in chosen.mappings])
    holders: dict[int, list[int]] = {}
    features = []
    for each in inputs.files:
        for _, row, _ in each.rows():
            (posted,) = _extract(row.entity)
            for key in posted.keys:
                holders.setdefault(key, []).append(len(features))
            features.append(decode(posted.features))
    pairs = {
        (one, other)
        for rows in holders.values()
        for at, one in enumerate(rows[:50])
        for other in rows[:at]
    }
    spent: dict[bool, list[float]] = {False: [], True: []}
    for one, other in sorted(pairs):
        started = time.perf_counter()
        found = compare(features[one], features[other])
        spent[bool(found)].append(time.perf_counter() - started)
    return {
        "pairs": len(pairs),
        "refused_us": _mean_us(spent[False]),
        "full_us": _mean_us(spent[True]),
        "mean_us": _mean_us([*spent[False], *spent[True]]),
    }


def names(data: Path) -> Figures:
    """Microseconds to compare two names: met for the first time, and again."""
    pairs = [(KINDS[pair.schema][0], pair.left, pair.right) for pair in name_bench(data)]
    cold = [_seconds(lambda p=pair: score(*p)) for pair in pairs]
    warm = [_seconds(lambda p=pair: score(*p)) for pair in pairs]
    return {
        "cold_us": _mean_us(cold),
        "warm_us": _mean_us(warm),
        "warm_p99_us": round(float(np.percentile(warm, 99)) * 1e6, 1),
    }


def _extract(entity: Entity) -> Any:
    event: Any = {
        "header": {"operation": "REPORT", "event_type": ""}, "entities": [entity], "places": [],
    }  # fmt: skip
    return extract(event, _SECRET)


def _extract_all(entities: Iterable[Entity]) -> None:
    for entity in entities:
        _extract(entity)


def _seconds(call: Callable[[], None | float]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _resident() -> int:
    return int(psutil.Process().memory_info().rss)


def _mean_us(seconds: Sequence[float]) -> float:
    return round(sum(seconds) / len(seconds) * 1e6, 2) if seconds else 0.0


def _percentiles(seconds: Sequence[float]) -> Figures:
    p50, p99, most = np.percentile(np.asarray(seconds) * 1e6, (50, 99, 100))
    return {name: round(float(v), 1) for name, v in
            (("p50_us", p50), ("p99_us", p99), ("max_us", most))}  # fmt: skip
