"""A file as rows of text, whatever it is written in.

A row that cannot be read is counted with its line and left out; it never ends the run. Rows stream:
no file is ever held in memory.
"""

import csv
import gzip
import io
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, cast

from deploy.analysis.mistakes import mistake

Cells = tuple[str, ...]

UNREADABLE: Final = (OSError, EOFError, zlib.error, csv.Error)
"""What reading a file can raise."""


class Table(ABC):
    """One file; `columns` are those it has, `facts` what was found out about how it is written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.broken: list[int] = []
        """Lines of the rows that the last reading left out."""
        self.sprawling: list[int] = []
        """Lines of rows that run over so many that a quote is perhaps not closed."""
        self.columns: tuple[str, ...] = ()
        self.facts: dict[str, str] = {}

    @property
    def stem(self) -> str:
        """The file's name without its endings."""
        return self.path.name.removesuffix(".gz").rpartition(".")[0]

    def rows(self, wanted: Sequence[str] | None) -> Iterator[tuple[int, Cells]]:
        """Yield line number, from 1, and the wanted cells of each row; None wants every cell.

        The columns were checked with `require`. Raises StackError.
        """
        self.broken, self.sprawling = [], []
        try:
            yield from self._rows(wanted)
        except UNREADABLE as error:
            raise unreadable(self.path, type(error).__name__) from None

    def require(self, wanted: Sequence[str], asked_by: str) -> None:
        """Raise StackError for the first wanted column that is missing or stands twice."""
        for name in wanted:
            if self.columns.count(name) == 1:
                continue
            what = "has no column" if name not in self.columns else "has more than one column"
            listed = ", ".join(map(repr, self.columns))
            raise mistake(
                f"{self.path.name} {what} {name!r}, which {asked_by} names; it has: {listed}",
                str(self.path),
                f"correct the name in {asked_by}",
            )

    @abstractmethod
    def _rows(self, wanted: Sequence[str] | None) -> Iterator[tuple[int, Cells]]: ...


def binary(path: Path) -> io.BufferedReader:
    """Open a file, gzipped or not."""
    if path.suffix.lower() == ".gz":
        return cast("io.BufferedReader", gzip.open(path))
    return path.open("rb")


def unreadable(path: Path, why: str) -> Exception:
    """Return the error of a file that cannot be read."""
    return mistake(f"cannot read {path.name}: {why}", str(path), "check the file and its ending")
