"""The files of a run, written whole or not at all, and read back to explain a link.

`entities.csv`: source, record_id, entity_id; a line a row, in the order of the input. `links.csv`:
left, right, bits, class, why, of pairs at or above the threshold and of operations that meet; ends
are `record_id`, or `source:record_id` where there are several sources. `possible.csv`: the same of
pairs below the threshold, for a person to look at, whatever number or mailbox they share.
`evidence.ndjson`: of each pair, what compared how. `summary.json`: counts and the weights' digest.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple, Self, TextIO

import orjson

from deploy.analysis.mistakes import mistake
from deploy.analysis.sentences import Fate, Piece, piece, why
from streams.correlate.engine import Link

ENTITIES: Final = "entities.csv"
LINKS: Final = "links.csv"
POSSIBLE: Final = "possible.csv"
EVIDENCE: Final = "evidence.ndjson"
SUMMARY: Final = "summary.json"
_PART: Final = ".part"
_COLUMNS: Final = ("left", "right", "bits", "class", "why")
_BELOW: Final[frozenset[Fate]] = frozenset({"below", "one all the same"})


class Outcome:
    """A folder under work: files get their names when all of them are complete."""

    def __init__(self, folder: Path) -> None:
        """Make the folder; raises StackError (exit 2) where that cannot be."""
        self._folder = folder
        self._open = ExitStack()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._entities = self._table(ENTITIES, ("source", "record_id", "entity_id"))
            self._links = self._table(LINKS, _COLUMNS)
            self._possible = self._table(POSSIBLE, _COLUMNS)
            self._evidence = self._open.enter_context((folder / (EVIDENCE + _PART)).open("wb"))
        except OSError as error:
            raise mistake(
                f"cannot write there: {type(error).__name__}", str(folder), "name another --out"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._open.close()
        for name in (ENTITIES, LINKS, POSSIBLE, EVIDENCE, SUMMARY):
            part = self._folder / (name + _PART)
            if failure[0] is not None:
                part.unlink(missing_ok=True)
            else:
                part.replace(self._folder / name)
        if not any(self._folder.iterdir()):
            self._folder.rmdir()

    def link(self, link: Link, fate: Fate) -> None:
        """Write a pair: to the links, or below the threshold to the possible ones."""
        ends, bits = (link.left, link.right), round(link.bits, 2)
        table = self._possible if fate in _BELOW else self._links
        table.writerow((*ends, bits, link.match_class, why(link.evidence, fate)))
        kept = {
            "ends": ends,
            "bits": bits,
            "class": link.match_class,
            "fate": fate,
            "evidence": list(map(piece, link.evidence)),
        }
        self._evidence.write(orjson.dumps(kept, option=orjson.OPT_APPEND_NEWLINE))

    def entities(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Write source, record id and entity id of every row."""
        self._entities.writerows(rows)

    def summary(self, facts: Mapping[str, Any]) -> None:
        """Write the summary."""
        text = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
        (self._folder / (SUMMARY + _PART)).write_text(text, encoding="utf-8")

    def _table(self, name: str, columns: Sequence[str]) -> Any:
        path = self._folder / (name + _PART)
        file: TextIO = self._open.enter_context(path.open("w", encoding="utf-8", newline=""))
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        return writer


class KeptLink(NamedTuple):
    """A pair as a run kept it."""

    ends: tuple[str, str]
    bits: float
    match_class: str
    fate: Fate
    evidence: tuple[Piece, ...]


def read_summary(folder: Path) -> dict[str, Any]:
    """Return the summary of a run; raises StackError (exit 2) where the folder holds none."""
    try:
        found: dict[str, Any] = json.loads((folder / SUMMARY).read_bytes())
    except (OSError, ValueError):
        raise mistake(
            "no run of `liaison correlate` is there",
            str(folder / SUMMARY),
            "liaison correlate FILE --mapping M.yaml --out " + str(folder),
        ) from None
    return found


def read_links(folder: Path) -> Iterator[KeptLink]:
    """Yield every pair of a run, those below the threshold included."""
    with (folder / EVIDENCE).open("rb") as lines:
        for line in lines:
            kept = orjson.loads(line)
            yield KeptLink(
                tuple(kept["ends"]),
                kept["bits"],
                kept["class"],
                kept["fate"],
                tuple(map(tuple, kept["evidence"])),
            )


def chain(links: Iterable[KeptLink], left: str, right: str) -> list[KeptLink]:
    """Return the shortest chain of links from one record to another; empty if there is none.

    A pair below the threshold that made no entity is a chain only by itself.
    """
    around: dict[str, list[KeptLink]] = {}
    direct = []
    for link in links:
        if set(link.ends) == {left, right}:
            direct.append(link)
        elif link.fate != "below":
            for end in link.ends:
                around.setdefault(end, []).append(link)
    if direct:
        return direct
    reached: dict[str, list[KeptLink]] = {left: []}
    frontier = [left]
    while frontier and right not in reached:
        ends = []
        for end in frontier:
            for link in around.get(end, ()):
                other = link.ends[link.ends[0] == end]
                if other not in reached:
                    reached[other] = [*reached[end], link]
                    ends.append(other)
        frontier = ends
    return reached.get(right, [])
