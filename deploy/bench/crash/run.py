"""One crash bench: a world is published while processes die; then everything is accounted for."""

import contextlib
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from deploy.bench.crash.aftermath import Aftermath, aftermath
from deploy.bench.crash.disorder import disordered
from deploy.bench.crash.feed import Feed
from deploy.bench.crash.gauge import UNSEEN, Gauge, lag
from deploy.bench.crash.plan import BROKER, Fault, Kind, Stage, plan, stage_of
from deploy.bench.crash.proxy import Proxy
from deploy.bench.crash.shadow_account import difference
from deploy.bench.crash.stalls import StallWatch
from deploy.bench.crash.strikes import strike
from deploy.bench.crash.troupe import Troupe
from deploy.local.broker import OwnBroker, own_broker
from deploy.local.jars import Progress
from deploy.local.kafka import HOST
from deploy.observation.rest import DELIVER, Installation
from deploy.pipeline import NUMBERED
from deploy.rehearsal import rehearsal
from deploy.rehearsal.run import Cast
from deploy.settings import BrokerSettings, Settings
from deploy.shadow import Difference
from producers.world import Publication, World, build_world
from schemas.errors import TransientError
from streams.app import STAGES

KEYED: Final = ("dedupe", "correlate", "match")
"""Stages with state and with several workers."""
_EVENTS_A_KILL: Final = 40
_LEAST_EVENTS: Final = 1_200
_AHEAD: Final = 60
"""Events let through so that a process has work when it is killed."""
_PATIENCE_SECONDS: Final = 240.0
_IDLE_SECONDS: Final = 3.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a run."""

    kills: int
    seed: int
    events: int = 0
    """0: as many as the kills need."""
    workers: int = 2
    """Processes of each keyed stage."""
    freeze_seconds: float = 30.0

    @property
    def event_count(self) -> int:
        """Events of the world."""
        return self.events or max(_LEAST_EVENTS, self.kills * _EVENTS_A_KILL)

    @property
    def processes(self) -> tuple[str, ...]:
        """Names of all processes, a stage's further ones numbered."""
        more = [f"{stage}{NUMBERED}{n}" for n in range(2, self.workers + 1) for stage in KEYED]
        return (*STAGES, *more, DELIVER)


@dataclass(frozen=True, slots=True)
class Played:
    """What happened to a run."""

    faults: Sequence[Fault]
    idle: int
    """Kills of a process that had nothing to do."""
    publication: Publication


class Crashed(NamedTuple):
    """The account of a run; its `ok` says whether all promises held."""

    result: dict[str, Any]
    after: Aftermath


def world_of(order: Order, now: datetime) -> World:
    """Return the world that such a run publishes."""
    return disordered(build_world(order.seed, order.event_count, now=now), order.seed)


def crash(
    settings: Settings, order: Order, progress: Progress, world: World | None = None
) -> Crashed:
    """Run the pipeline under faults while a world passes (without one: that of the seed), account.

    Raises StackError where a part can't be started at all.
    """
    started = time.monotonic()
    with (
        own_broker(settings, progress, detour=True) as broker,
        Proxy.serving(_known(broker.detour)) as proxy,
        rehearsal(_behind(settings, broker), Cast(order.processes), progress) as run,
    ):
        world = world or world_of(order, datetime.now(UTC))
        troupe = Troupe(run, broker, proxy)
        with StallWatch(run, troupe.struck) as watch:
            played = _play(troupe, world, order, progress)
            _rest(troupe, progress)
        progress("Account", 0, 1)
        after = aftermath(run, world, played.publication)
        result = _account(order, troupe, played, after, difference(run))
        result["stalls"] = len(watch.found)
        result["stalled"] = [str(stall) for stall in watch.found.values()]
        progress("Account", 1, 1)
    result["ok"] = not any(result[name] for name in ZEROS)
    result["seconds"] = round(time.monotonic() - started, 1)
    return Crashed(result, after)


ZEROS: Final = (
    "lost", "ghosts", "second_ids", "unaccounted", "stalls", "astray", "ledger_problems", "hung",
    "differing",
)  # fmt: skip
"""What must be nothing."""


def _known(detour: Any) -> Any:
    assert detour is not None  # noqa: S101  own_broker was asked for one
    return detour


def _behind(settings: Settings, broker: OwnBroker) -> Settings:
    address = f"{HOST}:{_known(broker.detour).advertised}"
    return settings.model_copy(
        update={
            "broker": BrokerSettings(bootstrap=address),
            "worker": settings.worker.model_copy(update={"instance_id": "one"}),
        }
    )


def _play(troupe: Troupe, world: World, order: Order, progress: Progress) -> Played:
    on_disk = troupe.run.settings.worker.tables != "memory"
    writers = [name for name in order.processes if stage_of(name) in KEYED] if on_disk else []
    cast = Stage(order.processes, KEYED, (*writers, DELIVER))
    faults = plan(order.seed, order.kills, len(world.timeline), cast, order.freeze_seconds)
    idle = 0
    with Gauge.of(troupe.run) as gauge, Feed(troupe.run, world) as feed:
        for number, fault in enumerate(faults):
            progress("Faults", number, len(faults))
            feed.allow(fault.published)
            troupe.until(lambda: feed.reached(fault.published), _PATIENCE_SECONDS, "published")  # noqa: B023
            idle += not _await_target(troupe, gauge, feed, fault)
            strike(troupe, fault)
        progress("Faults", len(faults), len(faults))
        feed.allow(len(world.timeline))
        troupe.until(lambda: feed.ended, _PATIENCE_SECONDS, "everything published")
        return Played(faults, idle, feed.result())


def _await_target(troupe: Troupe, gauge: Gauge, feed: Feed, fault: Fault) -> bool:
    """Wait until there is somebody to strike, who has work in flight; False where there is none."""
    if fault.target == BROKER or fault.kind is Kind.REBALANCE:
        return True
    troupe.until(lambda: troupe.is_ready(fault.target), _PATIENCE_SECONDS, f"{fault.target} ready")
    if fault.kind is not Kind.KILL:
        return True
    deadline = time.monotonic() + _IDLE_SECONDS
    stage = stage_of(fault.target)
    while time.monotonic() < deadline:
        troupe.tick()
        with contextlib.suppress(*UNSEEN):
            if lag(gauge.ends(stage), gauge.done(stage)) > 0:
                return True
        feed.allow(feed.published + _AHEAD)
    return False


def _rest(troupe: Troupe, progress: Progress) -> None:
    """Wait until no fault lasts and nothing is left; what is left then shows in the account."""
    run = troupe.run
    installation = Installation(run.bootstrap, run.topics, run.settings.vault)
    quiet: list[float] = []

    def at_rest() -> bool:
        if not troupe.is_calm:
            return False
        left = installation.left()
        progress("At rest, left", sum(left.values()), 0)
        quiet.append(time.monotonic()) if not any(left.values()) else quiet.clear()
        return len(quiet) >= 2

    try:
        troupe.until(at_rest, _PATIENCE_SECONDS, "at rest")
    except TransientError as error:
        _log.warning("%s, left: %s", error, installation.left())


def _account(
    order: Order, troupe: Troupe, played: Played, after: Aftermath, found: Difference
) -> dict[str, Any]:
    report = after.report
    return {
        "kills": len(played.faults),
        "in": after.result["published"],
        "lost": report["lost"] + len(found.missing),
        "ghosts": report["ghosts"] + len(found.ghosts),
        "second_ids": report["second_ids"],
        "unaccounted": report["unaccounted"],
        "repeats_collapsed": after.repeats,
        "engine": "liaison",
        "seed": order.seed,
        "astray": report["astray"],
        "ledger_problems": report["ledger_problems"],
        "matches": found.expected,
        "differing": sorted(found.differing),
        "notices": after.result["delivered"],
        "faults": dict(sorted(Counter(fault.kind.value for fault in played.faults).items())),
        "idle_kills": played.idle,
        "deaths": dict(sorted(troupe.deaths.items())),
        "hung": len(troupe.hung),
    }
