"""How fast the correlation core is, in this process on one core; what a record costs in memory.

Events are added one by one, as the stream's are, and each finds its links as it comes. Where a
measure is "from features", these were made before (`comparable`), as intake makes them.
"""

import gc
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

from deploy.analysis.inputs import open_inputs
from deploy.bench.pair_speed import comparison, extraction_us, names, prepared, timed
from deploy.bench.people import People
from deploy.bench.rivals import NAME_PEERS, SPLINK_LATENCY, Rivals
from deploy.bench.sets import MAPPINGS, PEOPLE, existing
from deploy.local.jars import Progress
from schemas.event import Entity
from streams.correlate.engine import Engine

SEED: Final = 20_261_124
SIZES: Final = (10_000, 100_000, 1_000_000)
HUB: Final = 100_000
PROBES: Final = 2_000
SHUFFLES: Final = 20
SHUFFLED: Final = 2_000
WITHDRAWN: Final = 4_000
"""Records of which half is withdrawn again."""
_PHONE: Final = "+14155550100"

Figures = dict[str, Any]


def measure_speed(data: Path, records: int, progress: Progress) -> Figures:
    """Every measure of this module; `records` bounds the largest index and the hub."""
    sizes = tuple(size for size in SIZES if size <= records) or (records,)
    found: Figures = {}
    for name in ("historical50k", "febrl4"):
        progress(f"Throughput on {name}", 0, 1)
        found[name] = throughput(name, data)
    progress("Comparison", 0, 1)
    found |= {"comparison": comparison(data), "names": names(data)}
    found["latency"] = latency(sizes, progress)
    found["hub"] = hub(min(HUB, records), progress)
    progress("Withdrawal and shuffles", 0, 1)
    found["withdrawal"] = withdrawal(WITHDRAWN)
    found["shuffles"] = shuffles(SHUFFLED, SHUFFLES)
    return found


def measure_peers(rivals: Rivals) -> Figures:
    """Splink's time for one new record and for a thousand; nomenklatura's for a pair of names."""
    files = PEOPLE["historical50k"].paths(rivals.data)
    found: Figures = {}
    for size in ("4k", "46k"):
        measured = rivals.measure(SPLINK_LATENCY, size, files)
        found[f"splink_{size}"] = {**measured.figures, "cached": measured.cached}
    bench = existing(rivals.data / "nk_name_bench" / "cases.csv")
    names_of_peers = rivals.measure(NAME_PEERS, "name_bench", bench.parent.iterdir())
    logic = names_of_peers.figures["nomenklatura logic-v2"]
    found["nomenklatura"] = {**logic, "cached": names_of_peers.cached}
    return found


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
    whole, _ = timed(_run, rows)
    features = [(reference, prepared(entity)) for reference, entity in rows]
    gc.freeze()
    engine = Engine()
    started = time.perf_counter()
    for reference, (made, keys) in features:
        engine.place(reference, made, keys)
    links = sum(1 for _ in engine.links())
    engine.entities()
    seconds = time.perf_counter() - started
    gc.unfreeze()
    return {
        "events": len(rows),
        "links": links,
        "with_features_s": round(len(rows) / whole),
        "from_features_s": round(len(rows) / seconds),
        "extraction_us": extraction_us([entity for _, entity in rows]),
    }


def _run(rows: Sequence[tuple[str, Entity]]) -> None:
    engine = Engine()
    for reference, entity in rows:
        engine.add(reference, entity)
    for _ in engine.links():
        pass
    engine.entities()


def latency(sizes: Sequence[int], progress: Progress) -> Figures:
    """Microseconds of one event against an index of each size; bytes a record, keys included."""
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
        probes = [prepared(next(records)) for _ in range(PROBES)]
        spent = [
            timed(engine.place, f"p{size}-{number}", *probe) for number, probe in enumerate(probes)
        ]
        found[f"{size}"] = _percentiles(spent)
    gc.unfreeze()
    return found


def hub(holders: int, progress: Progress) -> Figures:
    """One event of a person whose phone `holders` others have, and of one whose own it is."""
    engine, people = Engine(), People(SEED + 1)
    for number, person in enumerate(people.records(holders, phone=_PHONE)):
        engine.add(f"h{number}", person)
        if number % 10_000 == 0:
            progress(f"{holders:,} holders", number, holders)
    shared = [prepared(each) for each in people.records(PROBES, phone=_PHONE)]
    own = [prepared(each) for each in people.records(PROBES)]
    spent: dict[str, list[tuple[float, float]]] = {"shared": [], "own": []}
    for number, (one, other) in enumerate(zip(shared, own, strict=True)):
        spent["shared"].append(timed(engine.place, f"s{number}", *one))
        spent["own"].append(timed(engine.place, f"o{number}", *other))
    return {name: _percentiles(values) for name, values in spent.items()}


def withdrawal(records: int) -> Figures:
    """Microseconds to forget one record, and whether all is then as if it had never come."""
    engine, never = Engine(), Engine()
    known = list(People(SEED + 2).records(records))
    for number, person in enumerate(known):
        engine.add(f"r{number}", person)
    chosen = random.Random(SEED).sample(range(records), records // 2)  # noqa: S311 - repeatable
    spent = [timed(engine.remove, f"r{number}") for number in chosen]
    for number in sorted(set(range(records)).difference(chosen)):
        never.add(f"r{number}", known[number])
    return {
        **_percentiles(spent),
        "as_never_arrived": engine.entities() == never.entities()
        and list(engine.links()) == list(never.links()),
    }


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


def _resident() -> int:
    return int(psutil.Process().memory_info().rss)


def _percentiles(spent: Sequence[tuple[float, float]]) -> Figures:
    """Of (wall, own CPU) seconds: where others use the core too, only the second is ours alone."""
    wall, cpu = np.asarray(spent).T * 1e6
    names = ("p50_us", "p99_us", "max_us", "cpu_p50_us", "cpu_p99_us", "cpu_max_us")
    found = (*np.percentile(wall, (50, 99, 100)), *np.percentile(cpu, (50, 99, 100)))
    return {name: round(float(value), 1) for name, value in zip(names, found, strict=True)}
