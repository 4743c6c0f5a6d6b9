"""Ours beside stock Faust, quixstreams and a bare loop: interleaved, best of several rounds."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, get_args

from deploy.bench.rivals import Rivals
from deploy.bench.stream.engines import (
    DURABILITY,
    LOOP,
    OURS,
    QUIX,
    STOCK,
    Decoder,
    Engines,
    Job,
    Mode,
)
from deploy.bench.stream.feed import fill
from deploy.bench.stream.run import Bench, Cost, Filled
from deploy.local.broker import own_broker
from deploy.local.jars import Progress
from deploy.local.process import ProcessGroup
from deploy.settings import Settings

_PEERS: Final = (STOCK, QUIX)
_SLOW: Final = 8
"""A peer works off so much less than we do: its figure is CPU an event."""
_STEADY_SECONDS: Final = 8.0


@contextmanager
def stream_bench(settings: Settings, data: Path, progress: Progress) -> Iterator[Bench]:
    """Yield a broker of its own and what it takes to run engines on it."""
    rivals = Rivals(data, settings.paths.state, progress)
    folder = settings.paths.state.resolve() / "bench" / "stream"
    with own_broker(settings, progress) as broker, ProcessGroup(folder) as group:
        yield Bench(broker.bootstrap, Engines(rivals), group, folder / "data")


def compare(bench: Bench, events: int, rounds: int, progress: Progress) -> dict[str, Any]:
    """Return costs by engine and the ratios of the issue's last line."""
    topics = {"all": f"bench-all-{events}", "few": f"bench-few-{events}"}
    bench.topics(*topics.values())
    large = Filled(topics["all"], events, fill(bench.bootstrap, topics["all"], events))
    few = events // _SLOW
    small = Filled(topics["few"], few, fill(bench.bootstrap, topics["few"], few))
    jobs = list(_jobs())
    best: dict[Job, Cost] = {}
    for turn in range(rounds):
        for number, job in enumerate(jobs):
            progress(f"Round {turn + 1}", number, len(jobs))
            found = bench.cost(job, small if job.engine in _PEERS else large)
            if job not in best or found.us < best[job].us:
                best[job] = found
        progress(f"Round {turn + 1}", len(jobs), len(jobs))
    costs = {"/".join(job): cost._asdict() for job, cost in best.items()}
    return {"costs": costs, "settings": dict(DURABILITY), **_ratios(best)}


def steady(bench: Bench, progress: Progress) -> dict[str, Any]:
    """Return CPU an event at 500/s and the latencies of one stage at 5,000/s."""
    progress("Steady", 0, 3)
    slow = bench.steady(Job(OURS, "dedupe", "prefix"), 500.0, _STEADY_SECONDS, {})
    progress("Steady", 1, 3)
    dedupe = bench.steady(Job(OURS, "dedupe", "prefix"), 5_000.0, _STEADY_SECONDS, {})
    progress("Steady", 2, 3)
    correlate = bench.steady(Job(OURS, "correlate", "prefix"), 5_000.0, _STEADY_SECONDS, {})
    progress("Steady", 3, 3)
    return {
        "us_per_event_at_500": slow.us,
        "p99_ms_at_500": slow.p99_ms,
        "dedupe_p99_ms": dedupe.p99_ms,
        "correlate_p99_ms": correlate.p99_ms,
        "us_per_event_at_5000": {"dedupe": dedupe.us, "correlate": correlate.us},
    }


def _jobs() -> Iterator[Job]:
    """Peers decode fully: `prefix` is our own way against theirs."""
    modes: tuple[Mode, ...] = get_args(Mode)
    decoders: tuple[Decoder, ...] = get_args(Decoder)
    for mode in modes:
        for decoder in decoders:
            yield Job(OURS, mode, decoder)
            yield Job(LOOP, mode, decoder)
        for engine in _PEERS:
            yield Job(engine, mode, "full")


def _ratios(best: Mapping[Job, Cost]) -> dict[str, dict[str, float]]:
    """Peers by CPU an event; the bare loop by rate, of which ours is a part."""
    found: dict[str, dict[str, float]] = {}
    decoders: tuple[Decoder, ...] = get_args(Decoder)
    for mode in ("dedupe", "correlate"):
        for engine in _PEERS:
            peer = best[Job(engine, mode, "full")]
            found[f"{mode}_vs_{engine}"] = {
                each: round(peer.us / best[Job(OURS, mode, each)].us, 2) for each in decoders
            }
    found["dedupe_vs_loop"] = {
        each: round(best[Job(LOOP, "dedupe", each)].us / best[Job(OURS, "dedupe", each)].us, 2)
        for each in decoders
    }
    return found
