"""A run: every row into the engine, every link and entity out of it, and how good they are."""

import time
from array import array
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from deploy.analysis.inputs import Input, Inputs
from deploy.analysis.mistakes import mistake
from deploy.analysis.outcomes import Outcome
from deploy.analysis.sentences import Fate, fate_of
from deploy.analysis.truth import LinkTally, Numbers, entity_scores, true_pairs
from deploy.local.jars import Progress
from streams.correlate.engine import Engine
from streams.correlate.weights import WEIGHTS

_STEP_ROWS: Final = 2_000
_SEPARATOR: Final = ":"
_SAID_ONE: Final[frozenset[Fate]] = frozenset({"one entity", "kept apart"})
"""Pairs at or above the threshold: what is counted as found before clustering."""
_LINKED: Final = _SAID_ONE | {"overlap"}
"""Pairs of links.csv."""


class Roll:
    """Every row by its reference, in the order of the input; 100 bytes a row beside the reference.

    A reference is the record id, behind the source's name where there are several sources.
    """

    def __init__(self, *, several: bool) -> None:
        self._several = several
        self._numbers: dict[str, int] = {}
        self._lines = array("L")
        self._files = array("H")
        self._source_of = array("I")
        self._sources: dict[str, int] = {}

    def enter(self, source: str, record_id: str, file: int, line: int) -> str | int:
        """Return the row's reference, or the number of the row that has it already."""
        reference = f"{source}{_SEPARATOR}{record_id}" if self._several else record_id
        number = len(self._lines)
        if (first := self._numbers.setdefault(reference, number)) != number:
            return first
        self._lines.append(line)
        self._files.append(file)
        self._source_of.append(self._sources.setdefault(source, len(self._sources)))
        return reference

    def place(self, number: int) -> tuple[int, int]:
        """Return file and line of a row."""
        return self._files[number], self._lines[number]

    def number(self, reference: str) -> int:
        """Return the number of a row."""
        return self._numbers[reference]

    @property
    def sources(self) -> Sequence[int]:
        """The number of each row's source."""
        return self._source_of

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield source, record id and reference of each row."""
        names = list(self._sources)
        for reference, source in zip(self._numbers, self._source_of, strict=True):
            name = names[source]
            start = len(name) + len(_SEPARATOR) if self._several else 0
            yield name, reference[start:], reference


def correlate(
    inputs: Inputs, folder: Path, progress: Progress, truth: str | None = None
) -> dict[str, Any]:
    """Correlate every row of the files, write the folder and return its summary.

    Raises StackError, and writes nothing, where two rows have one record id.
    """
    with Outcome(folder) as outcome:
        run = _Run(inputs, outcome, progress, truth)
        began = time.perf_counter()
        run.read()
        read = time.perf_counter()
        run.gather()
        run.link()
        summary = run.summary()
        summary["seconds"] = {
            "reading": round(read - began, 2),
            "correlating": round(time.perf_counter() - read, 2),
        }
        outcome.summary(summary)
    return summary


class _Run:
    """The steps of a run, one after the other, and what they hand on."""

    def __init__(
        self, inputs: Inputs, outcome: Outcome, progress: Progress, truth: str | None
    ) -> None:
        self._inputs = inputs
        self._outcome = outcome
        self._progress = progress
        self._truth = truth
        self._engine = Engine()
        self._roll = Roll(several=inputs.several)
        self._labels = Numbers()
        self._tally = LinkTally(self._labels.array, self._roll.sources)
        self._entity: dict[str, str] = {}
        self._classes: Counter[str] = Counter()
        self._fates: Counter[Fate] = Counter()

    def read(self) -> None:
        """Give every row to the engine."""
        for reference, row, label in _entered(self._inputs, self._roll, self._progress):
            self._engine.add(reference, row.entity, row.places)
            if self._truth is not None:
                self._labels.add(label)

    def gather(self) -> None:
        """Make entities of the links, and write which row is which."""
        self._progress("Entities", 0, 1)
        self._entity = entities = self._engine.entities()
        rows = self._roll.rows
        self._outcome.entities((source, record, entities[key]) for source, record, key in rows())
        self._progress("Entities", 1, 1)

    def link(self) -> None:
        """Write every pair, and what became of it."""
        entity, ordered = self._entity, sorted(self._entity)
        total = len(ordered)
        self._progress("Links", 0, total)
        for number, link in enumerate(self._engine.links()):
            together = entity[link.left] == entity[link.right]
            fate = fate_of(link.bits, link.match_class, together=together)
            self._outcome.link(link, fate)
            self._fates[fate] += 1
            if fate in _LINKED:
                self._classes[link.match_class] += 1
            if self._truth is not None and fate in _SAID_ONE:
                self._tally.add(self._roll.number(link.left), self._roll.number(link.right))
            if number % _STEP_ROWS == 0:
                # Links come in the order of their left ends, which is how far the work has come.
                self._progress("Links", bisect(ordered, link.left), total)
        self._progress("Links", total, total)

    def summary(self) -> dict[str, Any]:
        """Return what there is to say of the run."""
        entities = self._entity
        sizes = Counter(entities.values())
        return {
            "weights": WEIGHTS.version,
            "rows": len(entities),
            "entities": len(sizes),
            "rows_that_share_an_entity": sum(size for size in sizes.values() if size > 1),
            "links": dict(sorted(self._classes.items())),
            "kept_apart": self._fates["kept apart"],
            "possible": self._fates["below"] + self._fates["one all the same"],
            "truth": None if self._truth is None else self._scores(entities),
            "files": [each.facts() for each in self._inputs.files],
        }

    def _scores(self, entities: Mapping[str, str]) -> dict[str, Any]:
        labels, sources = self._labels.array, self._roll.sources
        clustered = Numbers(entities[reference] for _, _, reference in self._roll.rows())
        before = self._tally.scores(true_pairs(labels, sources))
        after = entity_scores(labels, clustered.array, sources)
        return {
            "column": self._truth,
            "links": {scope: score.figures for scope, score in before.items()},
            "entities": {scope: score.figures for scope, score in after.items()},
        }


def _entered(inputs: Inputs, roll: Roll, progress: Progress) -> Iterator[tuple[str, Any, str]]:
    """Yield reference, row and label of every row of every file."""
    total, done = inputs.count, 0
    progress("Rows", 0, total)
    for number, each in enumerate(inputs.files):
        for line, row, label in each.rows():
            reference = roll.enter(row.source, row.record_id, number, line)
            if isinstance(reference, int):
                raise _twice(inputs.files, each, line, roll.place(reference))
            yield reference, row, label
            done += 1
            if done % _STEP_ROWS == 0 and done < total:
                progress("Rows", done, total)
    progress("Rows", total, total)


def _twice(files: tuple[Input, ...], again: Input, line: int, first: tuple[int, int]) -> Exception:
    place = f"{files[first[0]].table.path}:{first[1]}"
    return mistake(
        f"two rows have one record id: {again.table.path.name}, line {line}, and {place}",
        f"{again.table.path}:{line}",
        "map a column as record_id that tells rows apart, or leave record_id out",
    )
