"""Files of public sets as events, published to a pipeline that is watched until it rests."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from deploy.demo.observe import matches
from deploy.local.jars import Progress
from deploy.observation.latency import percentiles, to_standing_ms
from deploy.observation.rest import Installation, await_rest
from deploy.rehearsal import Rehearsal
from producers.adapters import load_mapping, read_events
from producers.world import Item
from producers.world.publication import publish_world
from schemas.catalogue import EVENT_TYPES
from schemas.codec import Codec
from schemas.errors import ConfigError
from schemas.match import Match
from schemas.registry import load_lock

MAPPINGS: Final = Path(__file__).resolve().parents[1] / "producers" / "adapters" / "mappings"


class Timeline(NamedTuple):
    """What is published, in order."""

    timeline: list[Item]


def items_of(path: Path, mapping: Path, now: datetime) -> Iterator[Item]:
    """Yield the events of a file; raises ConfigError where one is missing or malformed."""
    if not path.is_file():
        raise ConfigError(
            "NO_DATA",
            f"{path} is missing; nothing was started. Name the folder of the public data sets: "
            "make real DATA=FOLDER",
        )
    for line in read_events(path, load_mapping(mapping), now=now):
        if line.event is None:
            raise ConfigError("BAD_DATA", f"{path.name}:{line.line}: {line.problems[0]}")
        event_type = EVENT_TYPES[line.event["header"]["event_type"]]
        yield Item(event_type.agency, event_type.kind, line.event)


def publish_and_rest(
    run: Rehearsal, listed: Timeline, rate: float, rest_seconds: float, progress: Progress
) -> tuple[list[Match], dict[str, Any]]:
    """Publish at a rate of events a second and wait for rest; return matches, rate and latency.

    Raises TransientError when the pipeline is not at rest in time.
    """
    total = len(listed.timeline)
    publication = publish_world(
        listed,
        run.bootstrap,
        run.topics,
        run.keys,
        progress=lambda done, of: progress("Published", done, of),
        rate=rate,
    )
    await_rest(
        Installation(run.bootstrap, run.topics, run.settings.vault),
        rest_seconds,
        lambda left: progress("At rest", max(0, total - sum(left.values())), total),
    )
    times = percentiles(to_standing_ms(run.settings.vault), 50, 99)
    found = matches(run, Codec(load_lock()))
    return found, {"events_s": round(total / publication.seconds, 1), **times}
