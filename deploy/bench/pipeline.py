"""Published → decided at full speed, CPU by process, and publish → inbox at half of it."""

import os
import time
from collections.abc import Mapping
from typing import Any, Final

from deploy.bench.cost import Meter, broker_pid
from deploy.demo.observe import matches
from deploy.local.jars import Progress
from deploy.observation.latency import percentiles, to_inbox_ms
from deploy.observation.rest import Installation, await_rest
from deploy.rehearsal import Rehearsal
from producers.world.mix import Mix, build_mix
from producers.world.publication import publish_world
from producers.world.truth import EXACT_CLASSES
from schemas.codec import Codec
from schemas.registry import load_lock
from streams.app import STAGES

PROCESSES: Final = (*STAGES, "deliver")
WARM_UP_SECONDS: Final = 3
_REST_TIMEOUT_SECONDS: Final = 600.0


def throughput(run: Rehearsal, mix: Mix, progress: Progress) -> dict[str, Any]:
    """Publish as fast as acknowledgements come; the clock stops when all is decided.

    Decided: lag 0 in every group, offsets of deliver at the end, nothing to decide again.
    """
    meters = _processes(run)
    before, started = Meter.read(meters), time.monotonic()
    count = _publish(run, mix, progress, None)
    published_seconds = time.monotonic() - started
    seconds = _await(run, count, progress) - started
    found = [m for m in matches(run, Codec(load_lock())) if m.status == "live"]
    exact = sum(match.match_class in EXACT_CLASSES for match in found)
    return {
        "events": count,
        "events_s": round(count / seconds),
        "published_s": round(count / published_seconds),
        "matches": {"expected": len(mix.truth.exact), "found": exact},
        "cpu_us_per_event": Meter.read(meters).per_event(before, count),
    }


def latency(run: Rehearsal, mix: Mix, rate: float, progress: Progress) -> dict[str, Any]:
    """Publish at a steady rate; percentiles of publish → receipt by the inbox.

    What is published in the first seconds, while publisher and broker connect, does not count.
    """
    since_ms = (time.time() + WARM_UP_SECONDS) * 1_000
    count = _publish(run, mix, progress, rate)
    _await(run, count, progress)
    found = to_inbox_ms(run.settings.vault, run.settings.inbox, since_ms)
    return {
        "rate": round(rate),
        "warm_up_seconds": WARM_UP_SECONDS,
        "notices": len(found),
        **percentiles(found, 50, 95, 99),
    }


def mix_of(seed: int, events: int, progress: Progress) -> Mix:
    """Build the bench mix of a seed."""
    progress("Mix", 0, 1)
    mix = build_mix(seed, events)
    progress("Mix", 1, 1)
    return mix


def _publish(run: Rehearsal, mix: Mix, progress: Progress, rate: float | None) -> int:
    publication = publish_world(
        mix,
        run.bootstrap,
        run.topics,
        run.keys,
        progress=lambda done, total: progress("Published", done, total),
        rate=rate,
    )
    return len(publication.receipts)


def _await(run: Rehearsal, count: int, progress: Progress) -> float:
    return await_rest(
        Installation(run.bootstrap, run.topics, run.settings.vault),
        _REST_TIMEOUT_SECONDS,
        lambda left: progress("Decided", max(0, count - sum(left.values())), count),
    )


def _processes(run: Rehearsal) -> Mapping[str, int]:
    found = {name: run.group.pid(name) for name in PROCESSES}
    found["publisher"] = os.getpid()
    broker = broker_pid(run.bootstrap)
    return found if broker is None else found | {"broker": broker}
