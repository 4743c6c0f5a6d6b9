"""A table of pairs of names, with a score and a match beside each; every other cell untouched."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, TextIO

from deploy.analysis.delimited import CsvTable
from deploy.analysis.files import open_table
from deploy.analysis.kinds import kind_of
from deploy.analysis.mistakes import mistake
from deploy.analysis.tables import Table
from deploy.local.jars import Progress
from streams.correlate.names import MATCH_SCORE, score

ADDED: Final = ("score", "match")
_STEP: Final = "Pairs"
_STEP_ROWS: Final = 5_000
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class PairColumns:
    """Which columns hold the two names, and their kind: of all rows, or in a column."""

    left: str
    right: str
    kind: str | None
    kind_column: str | None

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that must be there."""
        return (self.left, self.right, *((self.kind_column,) if self.kind_column else ()))


@dataclass(slots=True)
class Tally:
    """What became of the pairs; `unknown_lines` had a kind that is none."""

    pairs: int = 0
    matches: int = 0
    unknown: int = 0
    unknown_lines: tuple[int, ...] = ()
    broken_lines: tuple[int, ...] = ()


def score_pairs(pairs: Path, columns: PairColumns, out: Path, progress: Progress) -> Tally:
    """Write the table with the two columns added, streaming; raises StackError before it writes.

    A row whose kind is unknown keeps an empty score and does not match. The output has the input's
    delimiter and encoding.
    """
    table = open_table(pairs)
    table.require(columns.named, "the command")
    if taken := [name for name in ADDED if name in table.columns]:
        raise mistake(
            f"{pairs.name} has a column {taken[0]!r} already",
            str(pairs),
            "rename it, so that it is not lost",
        )
    part = out.with_name(out.name + ".part")
    try:
        with _text(part, out, table) as file:
            tally = _write(table, columns, file, progress)
        part.replace(out)
        progress(_STEP, tally.pairs, tally.pairs)
    except OSError as error:
        raise mistake(
            f"cannot write there: {type(error).__name__}", str(out), "name another --out"
        ) from None
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return tally


def _write(table: Table, columns: PairColumns, file: TextIO, progress: Progress) -> Tally:
    about = table.about
    progress(_STEP, 0, about)
    delimiter = table.dialect["delimiter"] if isinstance(table, CsvTable) else ","
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow((*table.columns, *ADDED))
    tally, unknown = Tally(), []
    for line, cells, likeness in _scored(table, columns):
        if likeness is None:
            unknown.append(line)
            writer.writerow((*cells, "", "false"))
        else:
            matched = likeness >= MATCH_SCORE
            tally.matches += matched
            writer.writerow((*cells, round(likeness, _DIGITS), "true" if matched else "false"))
        tally.pairs += 1
        if tally.pairs % _STEP_ROWS == 0:
            progress(_STEP, min(tally.pairs, about), about)
    tally.unknown, tally.unknown_lines = len(unknown), tuple(unknown[:10])
    tally.broken_lines = tuple(table.broken)
    return tally


def _scored(
    table: Table, columns: PairColumns
) -> Iterator[tuple[int, tuple[str, ...], float | None]]:
    """Yield line, all cells and score of each row; None where its kind is unknown."""
    left, right = table.columns.index(columns.left), table.columns.index(columns.right)
    at = None if columns.kind_column is None else table.columns.index(columns.kind_column)
    known = lru_cache(1_024)(kind_of)
    kind = columns.kind
    for line, cells in table.rows(None):
        if at is not None:
            kind = known(cells[at].strip()) or columns.kind
        yield line, cells, None if kind is None else score(kind, cells[left], cells[right])


def _text(part: Path, out: Path, table: Table) -> TextIO:
    encoding = table.dialect["encoding"] if isinstance(table, CsvTable) else "utf-8"
    if out.suffix == ".gz":
        return gzip.open(part, "wt", encoding=encoding, newline="")
    return part.open("w", encoding=encoding, newline="")
