"""Real errors through the running pipeline: 10,000 rows of historical50k as three offices of HSI.

Each row is a record and a side of its own; its office is `zlib.crc32(unique_id) % 3`. Truth: pairs
of rows of one cluster in different offices; one office's own rows are nobody's duplicates.
"""

import json
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import combinations, islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from deploy.analysis.files import open_table
from deploy.local.jars import Progress
from deploy.published import MAPPINGS, Timeline, items_of, publish_and_rest
from deploy.rehearsal import Rehearsal
from schemas.errors import ConfigError
from schemas.match import Match

ROWS: Final = 10_000
EVENTS_A_SECOND: Final = 200
REST_SECONDS: Final = 1_200.0
OFFICES: Final = ("miami", "los-angeles", "new-york")
_FILE: Final = Path("historical50k") / "historical_figures_with_errors_50k.parquet"
_COLUMNS: Final = (
    "unique_id", "cluster", "full_name", "first_name", "surname", "dob", "birth_place",
    "postcode_fake", "gender",
)  # fmt: skip
_SEXES: Final = frozenset({"male", "female"})


class People(NamedTuple):
    """What is published, in the file's order, and who each record is."""

    timeline: Timeline
    cluster_of: dict[str, str]
    office_of: dict[str, str]


def read_people(data: Path, rows: int = ROWS) -> People:
    """Read the first rows; raises ConfigError where the file is missing or malformed."""
    path = data / _FILE
    if not path.is_file():
        raise ConfigError(
            "NO_DATA",
            f"{path} is missing; nothing was started. Name the folder of the public data sets: "
            "make real DATA=FOLDER",
        )
    cells = [dict(zip(_COLUMNS, row, strict=True)) for row in _rows(path, rows)]
    for cell in cells:
        cell["office"] = office(cell["unique_id"])
        # A few cells hold two sexes or an address of a web page: no sex is known then.
        cell["gender"] = cell["gender"] if cell["gender"] in _SEXES else ""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "people.ndjson"
        written.write_text("".join(f"{json.dumps(cell)}\n" for cell in cells), encoding="utf-8")
        timeline = Timeline(
            list(items_of(written, MAPPINGS / "historical50k_hsi.yaml", datetime.now(UTC)))
        )
    return People(
        timeline,
        {cell["unique_id"]: cell["cluster"] for cell in cells},
        {cell["unique_id"]: cell["office"] for cell in cells},
    )


def office(unique_id: str) -> str:
    """Return the office that holds a row."""
    return OFFICES[zlib.crc32(unique_id.encode()) % len(OFFICES)]


def _rows(path: Path, count: int) -> Iterator[tuple[str, ...]]:
    return (cells for _, cells in islice(open_table(path).rows(_COLUMNS), count))


def carry(run: Rehearsal, people: People, progress: Progress) -> dict[str, Any]:
    """Publish all of it; return the counts, events/s and latency of `make real`."""
    found, times = publish_and_rest(run, people.timeline, EVENTS_A_SECOND, REST_SECONDS, progress)
    return {**score(found, people), **times}


def score(found: Iterable[Match], people: People) -> dict[str, float]:
    """Count pairs of rows of different offices: released right or wrong, queued right."""
    live = [match for match in found if match.status == "live"]
    released = {m.sides for m in live if any(s.band != "possible" for s in m.supports)}
    queued = {match.sides for match in live} - released
    expected = _expected(people)
    right = sum(_same_person(sides, people) for sides in released)
    return {
        "records": len(people.cluster_of),
        "expected": expected,
        "found": right,
        "queued": sum(_same_person(sides, people) for sides in queued),
        "false": len(released) - right,
        "queue": len(queued),
        "precision": round(right / max(1, len(released)), 4),
        "recall": round(right / max(1, expected), 4),
    }


def _expected(people: People) -> int:
    """Pairs of one cluster in different offices."""
    clusters: dict[str, Counter[str]] = {}
    for record, cluster in people.cluster_of.items():
        clusters.setdefault(cluster, Counter())[people.office_of[record]] += 1
    return sum(
        one * other for each in clusters.values() for one, other in combinations(each.values(), 2)
    )


def _same_person(sides: tuple[str, str], people: People) -> bool:
    first, second = (people.cluster_of[side.rpartition("/")[2]] for side in sides)
    return first == second
