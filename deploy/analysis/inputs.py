"""The files of a run, opened, checked against their mappings and surveyed before anything is read.

A survey counts the rows and finds out how each column of dates is written, so that the run itself
reads every row once, in a stream.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.analysis.dates import DateOrder, decide, votes_of
from deploy.analysis.files import open_table
from deploy.analysis.mapping import ColumnMapping, load_mapping
from deploy.analysis.mistakes import mistake
from deploy.analysis.records import Row, RowReader
from deploy.analysis.tables import Table
from deploy.local.jars import Progress, unwatched


class Input:
    """One file with its mapping. `source` is what its rows are from, unless a column says it."""

    def __init__(
        self, table: Table, mapping: ColumnMapping, source: str, truth: str | None
    ) -> None:
        self.table = table
        self.mapping = mapping
        self.source = source
        self.unnamed = 0
        """Rows without a record id, which got their line number."""
        self.count, self.orders = _survey(table, mapping)
        self._reader = RowReader(mapping, self.orders)
        self._wanted = (*mapping.needed, *([truth] if truth is not None else ()))

    def rows(self) -> Iterator[tuple[int, Row, str]]:
        """Yield line, row with source and record id filled in, and label of truth if asked for."""
        width = len(self.mapping.needed)
        for line, cells in self.table.rows(self._wanted):
            row = self._reader.read(cells, line)
            if not row.record_id:
                self.unnamed += 1
                row = row._replace(record_id=str(line))
            if not row.source:
                row = row._replace(source=self.source)
            yield line, row, cells[width].strip() if len(cells) > width else ""

    def facts(self) -> dict[str, Any]:
        """Return what the summary says of this file, after it was read."""
        dates = {name: order._asdict() for name, order in self.orders.items() if not order.certain}
        used = set(self._wanted)
        return {
            "file": str(self.table.path),
            "source": self.source,
            "rows": self.count,
            **self.table.facts,
            "broken_rows": len(self.table.broken),
            "broken_lines": self.table.broken[:10],
            "rows_without_id": self.unnamed,
            "columns_ignored": [name for name in self.table.columns if name not in used],
            "values_unread": self._reader.unread.counts,
            "values_unread_first_line": self._reader.unread.lines,
            "identifiers_unchecked": self._reader.numbers.unchecked.counts,
            "identifiers_without_issuer": {
                each.name: missed.values for each, missed in self._reader.numbers.unissued
            },
            "dates_undecided": dates,
        }

    def remarks(self) -> Iterator[str]:
        """Yield what a person should know of how the file was read, a sentence each."""
        name = self.table.path.name
        if self.table.facts.get("encoding") == "latin-1":
            yield f"{name}: not UTF-8, so it was read as Latin-1."
        if broken := self.table.broken:
            lines = ", ".join(map(str, broken[:10])) + (", ..." if len(broken) > 10 else "")
            yield f"{name}: rows that could not be read: {len(broken)} (line {lines}), left out."
        for line in self.table.sprawling[:10]:
            yield f"{name}: the row of line {line} runs over many lines; is its quote closed?"
        if self.unnamed:
            yield f"{name}: rows without a record id: {self.unnamed}, called by their line."
        for column, order in self.orders.items():
            if not order.certain:
                yield (
                    f"{name}: nothing in {column!r} tells day from month; read as {order.last}. "
                    "Give its format in the mapping to be sure."
                )
        yield from self._unused_values(name)
        if self.mapping.having("latitude") and not self.mapping.having("starts_at"):
            yield (
                f"{name}: no place is read, for want of a time: {self.mapping.file} maps latitude "
                "but no starts_at."
            )

    def _unused_values(self, name: str) -> Iterator[str]:
        for column, (count, line) in self._reader.unread.items():
            values = f"{name}: values of {column!r} that could not be read: {count}"
            yield f"{values}, the first in line {line}. They are left out."
        for column, (count, line) in self._reader.numbers.unchecked.items():
            values = f"{name}: values of {column!r} that fail their scheme's check: {count}"
            yield f"{values}, the first in line {line}. They never match."
        for each, (count, line) in self._reader.numbers.unissued:
            yield (
                f"{name}: values of {each.name!r} that do not say who issued them: {count}, the "
                f"first in line {line}. They are compared with such values only. To mend it, give "
                f"{each.attribute} an issuer or issuer_column ({each.place})."
            )
        for each in self._reader.numbers.never_compared:
            yield (
                f"{name}: {each.name!r} is not compared: so many share one {each.scheme} that it "
                f"tells nobody apart ({each.place})."
            )


@dataclass(frozen=True, slots=True)
class Inputs:
    """Every file of a run."""

    files: tuple[Input, ...]

    @property
    def several(self) -> bool:
        """Whether record ids need their source beside them."""
        return len({each.source for each in self.files}) > 1 or any(
            each.mapping.having("source") for each in self.files
        )

    @property
    def count(self) -> int:
        """Rows in all."""
        return sum(each.count for each in self.files)


def open_inputs(
    files: Sequence[Path],
    mappings: Sequence[Path],
    truth: str | None = None,
    progress: Progress = unwatched,
) -> Inputs:
    """Open files with one mapping for all of them or one each, in order; raises StackError."""
    if len(mappings) not in {1, len(files)}:
        raise mistake(
            f"{len(mappings)} mappings for {len(files)} files",
            "--mapping",
            "give one mapping for all files, or one for each in the same order",
        )
    loaded = {path: load_mapping(path) for path in mappings}
    pairs = [
        (open_table(path), loaded[mappings[at if len(mappings) > 1 else 0]])
        for at, path in enumerate(files)
    ]
    for table, mapping in pairs:
        table.require(mapping.needed, mapping.file)
        if truth is not None:
            table.require([truth], "--truth")
    names: Counter[str] = Counter()
    found = []
    for done, (table, mapping) in enumerate(pairs):
        progress("Files looked through", done, len(pairs))
        name = mapping.source or table.stem
        if mapping.source is None:
            names[name] += 1
            name = name if names[name] == 1 else f"{name}-{names[name]}"
        found.append(Input(table, mapping, name, truth))
    progress("Files looked through", len(pairs), len(pairs))
    return Inputs(tuple(found))


def _survey(table: Table, mapping: ColumnMapping) -> tuple[int, dict[str, DateOrder]]:
    """Count the rows, and find the order of each column of dates that has no format."""
    dates = [each.name for each in mapping.having("birth_date") if each.date_format is None]
    votes: list[Counter[str]] = [Counter() for _ in dates]
    count = 0
    for _, cells in table.rows(dates or mapping.needed[:1]):
        count += 1
        for at, counter in enumerate(votes):
            counter.update(votes_of(cells[at]))
    return count, {name: decide(found) for name, found in zip(dates, votes, strict=True)}
