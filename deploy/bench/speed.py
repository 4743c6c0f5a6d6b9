"""How fast the correlation core is, in this process on one core; what a record costs in memory.

Events are added one by one, as the stream's are, and each finds its links as it comes. Where a
measure is "from features", these were made before (`comparable`), as intake makes them.
"""

import gc
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

from deploy.analysis.inputs import open_inputs
from deploy.bench.pair_speed import comparison, names, prepared, timed
from deploy.bench.people import People
from deploy.bench.rivals import NAME_PEERS, SPLINK_LATENCY, Rivals
from deploy.bench.sets import MAPPINGS, PEOPLE, existing
from deploy.local.jars import Progress
from schemas.event import Entity
from streams.correlate.blob import Features
from streams.correlate.engine import Engine

SEED: Final = 20_261_124
SIZES: Final = (10_000, 100_000, 1_000_000)
HUB: Final = 100_000
PROBES: Final = 2_000
SHUFFLES: Final = 20
SHUFFLED: Final = ("fake1000", "febrl2", "historical50k")
SHUFFLED_ROWS: Final = 1_000
WITHDRAWN: Final = 4_000
"""Records of which half is withdrawn again."""
_PHONE: Final = "+14155550100"

Figures = dict[str, Any]
Event = tuple[str, Features, tuple[int, ...]]
"""Reference, features and hashed keys."""


def measure_speed(data: Path, records: int, progress: Progress) -> Iterator[tuple[str, Figures]]:
    """Yield every measure of this module by name, each as soon as it is made.

    `records` bounds the largest index and the hub; `latency` comes again after each size.
    """
    sizes = tuple(size for size in SIZES if size <= records) or (records,)
    progress("Comparison", 0, 1)
    # First of all: no pair may have been met before.
    yield "comparison", comparison(data)
    yield "names", names(data)
    for name in ("historical50k", "febrl4"):
        progress(f"Throughput on {name}", 0, 1)
        yield name, throughput(name, data)
    for found in latency(sizes, progress):
        yield "latency", found
    yield "hub", hub(min(HUB, records), progress)
    progress("Withdrawal and shuffles", 0, 1)
    yield "withdrawal", withdrawal(WITHDRAWN)
    yield "shuffles", shuffles(data, SHUFFLES)


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
    """Events/s of adding, linking and clustering a set, each event met for the first time.

    "From features": these were made before, as intake makes them; no pair was compared before.
    """
    rows = _rows_of(name, data)
    features: list[Event] = []
    making, _ = timed(lambda: features.extend((one, *prepared(entity)) for one, entity in rows))
    gc.collect()
    gc.freeze()
    engine = Engine()
    linking, _ = timed(_run, engine, features)
    gc.unfreeze()
    return {
        "events": len(rows),
        "links": sum(1 for _ in engine.links()),
        "with_features_s": round(len(rows) / (making + linking)),
        "from_features_s": round(len(rows) / linking),
        "extraction_us": round(making / len(rows) * 1e6, 1),
    }


def _rows_of(name: str, data: Path) -> list[tuple[str, Entity]]:
    chosen = PEOPLE[name]
    mappings = [MAPPINGS / each for each in chosen.mappings]
    inputs = open_inputs(chosen.paths(data), mappings, chosen.truth)
    return [
        (f"{row.source}:{row.record_id}", row.entity)
        for each in inputs.files
        for _, row, _ in each.rows()
    ]


def _run(engine: Engine, events: Iterable[Event]) -> dict[str, str]:
    for event in events:
        engine.place(*event)
    for _ in engine.links():
        pass
    return engine.entities()


class _Loaded(Engine):
    """An engine whose first records are only indexed: what they are to each other is not asked.

    Index, keys and features are those of any other; only the links among these records are not
    there, which no event to come looks at. It lets an index of a million stand in minutes.
    """

    comparing = False

    def _compare(self, one: int, other: int) -> None:
        if self.comparing:
            super()._compare(one, other)


def latency(sizes: Sequence[int], progress: Progress) -> Iterator[Figures]:
    """Microseconds of one event against an index of each size; bytes a record, keys included.

    Yields all figures so far after each size.
    """
    engine, held, found = _Loaded(), 0, Figures()
    records, before = People(SEED).records(10**9), _resident()
    start = 0
    for size in sizes:
        engine.comparing = False
        for number in range(held, size):
            engine.place(f"r{number}", *prepared(next(records)))
            if number % 2_000 == 0:
                progress(f"Index of {size:,}", number, size)
                gc.freeze()
        held = size
        gc.collect()
        if start:
            found["bytes_per_record"] = round((_resident() - before) / (size - start))
        else:
            # The first index holds the caches and tables too, which do not grow with it.
            before, start = _resident(), size
        probes = [prepared(next(records)) for _ in range(PROBES)]
        gc.freeze()
        engine.comparing = True
        spent = [
            timed(engine.place, f"p{size}-{number}", *probe) for number, probe in enumerate(probes)
        ]
        found[f"{size}"] = _percentiles(spent)
        yield dict(found)
    gc.unfreeze()


def hub(holders: int, progress: Progress) -> Figures:
    """One event of a person whose phone `holders` others have, and of one whose own it is."""
    engine, people = _Loaded(), People(SEED + 1)
    for number, person in enumerate(people.records(holders, phone=_PHONE)):
        engine.place(f"h{number}", *prepared(person))
        if number % 2_000 == 0:
            progress(f"{holders:,} holders", number, holders)
            gc.freeze()
    engine.comparing = True
    shared = [prepared(each) for each in people.records(PROBES, phone=_PHONE)]
    own = [prepared(each) for each in people.records(PROBES)]
    spent: dict[str, list[tuple[float, float]]] = {"shared": [], "own": []}
    for number, (one, other) in enumerate(zip(shared, own, strict=True)):
        spent["shared"].append(timed(engine.place, f"s{number}", *one))
        spent["own"].append(timed(engine.place, f"o{number}", *other))
    gc.unfreeze()
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


def shuffles(data: Path, times: int) -> Figures:
    """Whether every order of arrival gives the same entities, by the same ids, in labelled sets."""
    order = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    same = times
    for name in SHUFFLED:
        rows = _rows_of(name, data)[:SHUFFLED_ROWS]
        events = [(reference, *prepared(entity)) for reference, entity in rows]
        first = _run(Engine(), events)
        identical = 0
        for _ in range(times):
            order.shuffle(events)
            identical += _run(Engine(), events) == first
        same = min(same, identical)
    return {"shuffles": times, "sets": list(SHUFFLED), "identical": same}


def _resident() -> int:
    return int(psutil.Process().memory_info().rss)


def _percentiles(spent: Sequence[tuple[float, float]]) -> Figures:
    """Of (wall, own CPU) seconds: where others use the core too, only the second is ours alone."""
    wall, cpu = np.asarray(spent).T * 1e6
    names = ("p50_us", "p99_us", "max_us", "cpu_p50_us", "cpu_p99_us", "cpu_max_us")
    found = (*np.percentile(wall, (50, 99, 100)), *np.percentile(cpu, (50, 99, 100)))
    return {name: round(float(value), 1) for name, value in zip(names, found, strict=True)}
