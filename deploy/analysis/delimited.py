"""CSV of any delimiter, in UTF-8, UTF-16 or Latin-1: found out from the file, and said."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TextIO, cast

from deploy.analysis.tables import Cells, Table, binary

_DELIMITERS: Final = ",;\t|"
_SNIFFED_ROWS: Final = 50
_CHUNK_BYTES: Final = 1 << 20
_MANY_LINES: Final = 20
_BOMS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

csv.field_size_limit(_CHUNK_BYTES)


class CsvTable(Table):
    """Delimiter by which the first rows have most columns alike; UTF-8, else Latin-1 said aloud."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._encoding = _encoding(path)
        with self._open() as text:
            start = list(islice(text, _SNIFFED_ROWS))
        self._delimiter = _delimiter(start)
        # `a, b, "c"`: a blank behind the delimiter is part of it, also before a quote.
        head = start[0].rstrip("\r\n").split(self._delimiter) if start else []
        self._spaced = len(head) > 1 and all(each.startswith(" ") for each in head[1:])
        header: list[str] = next(self._reader(iter(start)), [])
        self.columns = tuple(name.strip() for name in header)
        named = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
        self.facts = {"encoding": self._encoding, "delimiter": named[self._delimiter]}

    @property
    def dialect(self) -> Mapping[str, str]:
        """Delimiter and encoding, for a file written like it."""
        return {"delimiter": self._delimiter, "encoding": self._encoding}

    def _open(self) -> TextIO:
        return io.TextIOWrapper(binary(self.path), encoding=self._encoding, newline="")

    def _reader(self, lines: Iterator[str]) -> Any:
        return csv.reader(lines, delimiter=self._delimiter, skipinitialspace=self._spaced)

    def _rows(self, wanted: Sequence[str] | None) -> Iterator[tuple[int, Cells]]:
        width = len(self.columns)
        pick = tuple if wanted is None else _picker([self.columns.index(name) for name in wanted])
        with self._open() as lines:
            reader = self._reader(lines)
            next(reader, None)
            line = reader.line_num + 1
            while True:
                try:
                    for values in reader:
                        if len(values) != width and not _mended(values, width):
                            if values:
                                self.broken.append(line)
                        else:
                            yield line, pick(values)
                        if reader.line_num - line > _MANY_LINES:
                            self.sprawling.append(line)
                        line = reader.line_num + 1
                except csv.Error:
                    self.broken.append(line)
                    line = reader.line_num + 1
                else:
                    return


def _picker(indices: Sequence[int]) -> Callable[[Sequence[str]], Cells]:
    if len(indices) > 1:
        return cast("Callable[[Sequence[str]], Cells]", itemgetter(*indices))
    return lambda values: tuple([values[index] for index in indices])


def _mended(values: list[str], width: int) -> bool:
    """Whether a row of another length is one all the same: its last cells are empty, or too many.

    A blank line is no row. A row with more than there are columns is broken: which cell is which?
    """
    if not values or any(map(str.strip, values[width:])):
        return False
    values[:] = [*values[:width], *[""] * (width - len(values))]
    return True


def _encoding(path: Path) -> str:
    """Read the whole file once: a wrong letter in the last line would come too late."""
    with binary(path) as data:
        start = data.read(4)
        for bom, name in _BOMS.items():
            if start.startswith(bom):
                return name
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(start)
            while chunk := data.read(_CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8"


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter by which most rows have as many cells as the header, the most cells first."""

    def cells_alike(delimiter: str) -> tuple[bool, float, int]:
        rows: list[list[str]] = []
        with suppress(csv.Error):
            rows.extend(filter(None, csv.reader(lines, delimiter=delimiter)))
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows) / max(1, len(rows))
        return width > 1, alike, width

    return max(_DELIMITERS, key=cells_alike)
