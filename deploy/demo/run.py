"""What happens when: start, publish the world, wait for rest, read, account."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from consumers.sqlite import open_reader
from deploy.demo.observe import observe
from deploy.demo.tally import Observed, tally
from deploy.local.jars import Progress
from deploy.observation.rest import Installation, await_rest
from deploy.rehearsal import Rehearsal
from producers.world import World, build_world
from producers.world.publication import publish_world

_REST_TIMEOUT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One demo at rest: what was published, what was read, and the account of it."""

    world: World
    observed: Observed
    result: Mapping[str, Any]


def play(
    run: Rehearsal,
    *,
    seed: int,
    events: int,
    progress: Progress,
    meanwhile: Callable[[], None] | None = None,
) -> Outcome:
    """Publish a world to a running pipeline and account for it once nothing is under way.

    `meanwhile` is called after everything is published and before rest is awaited; the fault
    suite kills processes in it. Raises TransientError when the pipeline does not come to rest.
    """
    world = build_world(seed, events, now=datetime.now(UTC))
    started_ms = time.time() * 1_000
    publication = publish_world(
        world,
        run.bootstrap,
        run.topics,
        run.keys,
        progress=lambda done, total: progress("Published", done, total),
    )
    if meanwhile is not None:
        meanwhile()
    await_rest(
        Installation(run.bootstrap, run.topics, run.settings.vault),
        _REST_TIMEOUT_SECONDS,
        lambda left: progress("At rest", max(0, events - sum(left.values())), events),
    )
    observed = observe(run, publication.receipts)
    seconds = (_last_receipt_ms(run) - started_ms) / 1_000
    return Outcome(world, observed, tally(observed, world.truth, seconds))


def _last_receipt_ms(run: Rehearsal) -> float:
    """When the last notice or recall was received, by the vault's own record."""
    vault = open_reader(run.settings.vault)
    try:
        with vault.connect() as connection:
            last = connection.exec_driver_sql("SELECT max(received_us) FROM notice").scalar()
    finally:
        vault.dispose()
    return float(last or 0) / 1_000
