"""A run: every row into the engine, every link and entity out of it, and how good they are."""

import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from deploy.analysis.inputs import Input, Inputs
from deploy.analysis.mistakes import mistake
from deploy.analysis.outcomes import BELOW, Outcome
from deploy.analysis.truth import LinkTally, Numbers, entity_scores, true_pairs
from deploy.local.jars import Progress
from streams.correlate.engine import Engine
from streams.correlate.weights import WEIGHTS

_STEP_ROWS: Final = 2_000
_SEPARATOR: Final = ":"


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
    began = time.perf_counter()
    engine, roll = Engine(), Roll(several=inputs.several)
    labels = Numbers()
    for reference, row, label in _entered(inputs, roll, progress):
        engine.add(reference, row.entity, row.places)
        if truth is not None:
            labels.add(label)
    read = time.perf_counter()
    tally = LinkTally(labels.array, roll.sources)
    with Outcome(folder) as outcome:
        counts: Counter[str] = Counter()
        progress("Links", 0, inputs.count)
        for link in engine.links():
            outcome.link(link)
            counts[BELOW if link.band == BELOW else link.match_class] += 1
            if truth is not None and link.band != BELOW:
                tally.add(roll.number(link.left), roll.number(link.right))
        entities = engine.entities()
        progress("Links", inputs.count, inputs.count)
        outcome.entities((name, record, entities[key]) for name, record, key in roll.rows())
        sizes = Counter(entities.values())
        possible = counts.pop(BELOW, 0)
        summary: dict[str, Any] = {
            "weights": WEIGHTS.version,
            "rows": len(entities),
            "entities": len(sizes),
            "rows_that_share_an_entity": sum(size for size in sizes.values() if size > 1),
            "links": dict(sorted(counts.items())),
            "possible": possible,
            "truth": None,
            "seconds": {
                "reading": round(read - began, 2),
                "correlating": round(time.perf_counter() - read, 2),
            },
            "files": [each.facts() for each in inputs.files],
        }
        if truth is not None:
            clustered = Numbers(entities[reference] for _, _, reference in roll.rows())
            before = tally.scores(true_pairs(labels.array, roll.sources))
            after = entity_scores(labels.array, clustered.array, roll.sources)
            summary["truth"] = {
                "column": truth,
                "links": {scope: score.figures for scope, score in before.items()},
                "entities": {scope: score.figures for scope, score in after.items()},
            }
        outcome.summary(summary)
    return summary


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
