"""Files opened by their endings."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from deploy.analysis.delimited import CsvTable
from deploy.analysis.mistakes import mistake
from deploy.analysis.structured import JsonTable, ParquetTable
from deploy.analysis.tables import UNREADABLE, Table, unreadable

CSV_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".psv"})
JSON_SUFFIXES: Final = frozenset({".ndjson", ".jsonl", ".json"})
_SHEETS: Final = frozenset({".xlsx", ".xls", ".ods"})
PARQUET_SUFFIXES: Final = frozenset({".parquet", ".pq"})


def open_table(path: Path) -> Table:
    """Open a file by its ending; raises StackError (exit 2) for one that cannot be read."""
    endings = [each.lower() for each in path.suffixes]
    ending = next(iter(endings[-2:] if endings[-1:] == [".gz"] else endings[-1:]), "")
    kinds: tuple[tuple[frozenset[str], Callable[[Path], Table]], ...] = (
        (CSV_SUFFIXES, CsvTable),
        (JSON_SUFFIXES, JsonTable),
        (PARQUET_SUFFIXES, ParquetTable),
    )
    for suffixes, opened in kinds:
        if ending in suffixes:
            try:
                return opened(path)
            except UNREADABLE as error:
                raise unreadable(path, error) from None
    known = ", ".join(sorted(CSV_SUFFIXES | JSON_SUFFIXES | PARQUET_SUFFIXES))
    if path.is_dir():
        raise mistake(f"{path} is a folder", str(path), "name the files in it")
    if ending in _SHEETS:
        raise mistake(f"{path.name} is a spreadsheet", str(path), "save the sheet as CSV first")
    raise mistake(
        f"cannot tell by its ending what {path.name} is",
        str(path),
        f"let its name end in {known}; or in .gz behind one of them",
    )
