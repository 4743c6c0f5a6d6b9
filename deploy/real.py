"""Real data through the running pipeline: the UN Security Council list, published twice.

The untreated rows are BIS's flagged parties, the treated ones HSI's subjects; row n of one is row
n of the other, and each row is a side of its own. Truth is the row number.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain, zip_longest
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

EVENTS_A_SECOND: Final = 100
_MAPPINGS: Final = Path(__file__).resolve().parents[1] / "producers" / "adapters" / "mappings"
_FILES: Final = (
    ("positives_un_untreated.csv", "un_list_bis.yaml"),
    ("positives_un_treated.csv", "un_list_hsi.yaml"),
)
_REST_TIMEOUT_SECONDS: Final = 300.0


class Timeline(NamedTuple):
    """What is published, in order."""

    timeline: list[Item]


def read_list(data: Path) -> Timeline:
    """Read both files, row beside row; raises ConfigError where one is missing or malformed."""
    columns = [list(_items(data / "un_sc_treated" / name, mapping)) for name, mapping in _FILES]
    rows = chain.from_iterable(zip_longest(*columns))
    return Timeline([item for item in rows if item is not None])


def _items(path: Path, mapping: str) -> Iterator[Item]:
    if not path.is_file():
        raise ConfigError(
            "NO_DATA",
            f"{path} is missing; nothing was started. Name the folder of the public data sets: "
            "make real DATA=FOLDER",
        )
    for line in read_events(path, load_mapping(_MAPPINGS / mapping), now=datetime.now(UTC)):
        if line.event is None:
            raise ConfigError("BAD_DATA", f"{path.name}:{line.line}: {line.problems[0]}")
        event_type = EVENT_TYPES[line.event["header"]["event_type"]]
        yield Item(event_type.agency, event_type.kind, line.event)


def carry(run: Rehearsal, listed: Timeline, progress: Progress) -> dict[str, Any]:
    """Publish the list at 100 events a second; return the JSON object of `make real`."""
    total = len(listed.timeline)
    publication = publish_world(
        listed,
        run.bootstrap,
        run.topics,
        run.keys,
        progress=lambda done, of: progress("Published", done, of),
        rate=EVENTS_A_SECOND,
    )
    await_rest(
        Installation(run.bootstrap, run.topics, run.settings.vault),
        _REST_TIMEOUT_SECONDS,
        lambda left: progress("At rest", max(0, total - sum(left.values())), total),
    )
    return {
        "un": score(matches(run, Codec(load_lock())), total // 2),
        "events_s": round(total / publication.seconds, 1),
        **percentiles(to_standing_ms(run.settings.vault), 50, 99),
    }


def score(found: list[Match], expected: int) -> Mapping[str, int]:
    """Count pairs of rows: right ones released or in the analyst queue, wrong ones released."""
    live = [match for match in found if match.status == "live"]
    released = {m.sides for m in live if any(s.band != "possible" for s in m.supports)}
    queued = {match.sides for match in live} - released
    return {
        "expected": expected,
        "found": sum(map(_same_row, released)),
        "queued": sum(map(_same_row, queued)),
        "false": sum(not _same_row(sides) for sides in released),
        "queue": len(queued),
    }


def _same_row(sides: tuple[str, str]) -> bool:
    first, second = (side.rpartition("/")[2] for side in sides)
    return first == second
