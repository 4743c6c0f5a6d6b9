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
from difflib import get_close_matches
from pathlib import Path
from typing import Final, cast

from deploy.analysis.mistakes import mistake

Cells = tuple[str, ...]

_CHUNK_BYTES: Final = 1 << 20
_SHOWN_COLUMNS: Final = 30
_SHOWN_CHARACTERS: Final = 40

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
            raise unreadable(self.path, error) from None

    def require(self, wanted: Sequence[str], asked_by: str) -> None:
        """Raise StackError for the first wanted column that is missing or stands twice."""
        for name in wanted:
            if self.columns.count(name) == 1:
                continue
            if name in self.columns:
                what, next_step = "more than one column", "give each its own name in the file"
            else:
                what, next_step = "no column", f"correct the name in {asked_by}"
            raise mistake(
                f"{self.path.name} has {what} {name!r}, which {asked_by} names; "
                f"{self._listed(name)}",
                str(self.path),
                next_step,
            )

    @property
    def about(self) -> int:
        """About how many rows there are: line ends, which quoted cells may have more of."""
        with binary(self.path) as data:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: data.read(_CHUNK_BYTES), b""))

    def _listed(self, missing: str) -> str:
        """The columns, as the end of an error; few of very many, the beginning of long ones."""
        if not any(self.columns):
            return "the file is empty"
        shown = [repr(each[:_SHOWN_CHARACTERS]) for each in self.columns[:_SHOWN_COLUMNS]]
        more = len(self.columns) - len(shown)
        listed = "it has: " + ", ".join(shown) + (f" and {more} more" if more else "")
        folded = {each.lower(): each for each in self.columns}
        near = get_close_matches(missing.lower(), folded, 1, 0.6)
        if near and missing not in self.columns:
            return f"did you mean {folded[near[0]]!r}? {listed}"
        if len(self.columns) == 1:
            return f"{listed}. Cells are split by comma, semicolon, tab or bar"
        return listed

    @abstractmethod
    def _rows(self, wanted: Sequence[str] | None) -> Iterator[tuple[int, Cells]]: ...


def binary(path: Path) -> io.BufferedReader:
    """Open a file, gzipped or not."""
    if path.suffix.lower() == ".gz":
        return cast("io.BufferedReader", gzip.open(path))
    return path.open("rb")


_WHY: Final = {
    "FileNotFoundError": "there is no such file",
    "IsADirectoryError": "it is a folder",
    "PermissionError": "it may not be read by this user",
    "BadGzipFile": "it is not gzipped, whatever its ending says",
    "EOFError": "it ends too early; was it cut short?",
    "ArrowInvalid": "it is no Parquet file, or is damaged",
}


def why_unreadable(error: Exception) -> str:
    """Return in words why a file cannot be read."""
    name = type(error).__name__
    return _WHY.get(name, name)


def unreadable(path: Path, error: Exception) -> Exception:
    """Return the error of a file that cannot be read."""
    why = why_unreadable(error)
    return mistake(f"cannot read {path.name}: {why}", str(path), "check the file and its ending")
