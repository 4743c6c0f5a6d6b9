"""Real data through the running pipeline: the UN Security Council list, published twice.

The untreated rows are BIS's flagged parties, the treated ones HSI's subjects; row n of one is row
n of the other, and each row is a side of its own. Truth is the row number.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, Final

from deploy.local.jars import Progress
from deploy.published import MAPPINGS, Timeline, items_of, publish_and_rest
from deploy.rehearsal import Rehearsal
from schemas.match import Match

EVENTS_A_SECOND: Final = 100
_FILES: Final = (
    ("positives_un_untreated.csv", "un_list_bis.yaml"),
    ("positives_un_treated.csv", "un_list_hsi.yaml"),
)
_REST_TIMEOUT_SECONDS: Final = 300.0


def read_list(data: Path) -> Timeline:
    """Read both files, row beside row; raises ConfigError where one is missing or malformed."""
    now = datetime.now(UTC)
    columns = [
        list(items_of(data / "un_sc_treated" / name, MAPPINGS / mapping, now))
        for name, mapping in _FILES
    ]
    rows = chain.from_iterable(zip_longest(*columns))
    return Timeline([item for item in rows if item is not None])


def carry(run: Rehearsal, listed: Timeline, progress: Progress) -> dict[str, Any]:
    """Publish the list at 100 events a second; return the JSON object of `make real`."""
    found, times = publish_and_rest(run, listed, EVENTS_A_SECOND, _REST_TIMEOUT_SECONDS, progress)
    return {"un": score(found, len(listed.timeline) // 2), **times}


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
