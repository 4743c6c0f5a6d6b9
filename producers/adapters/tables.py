"""Rows of CSV and NDJSON files, with their line numbers; a broken row is a value, not an end."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from schemas.errors import ConfigError

NDJSON_SUFFIXES: Final = frozenset({".ndjson", ".jsonl"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, or what is wrong with it. `number` counts rows from 1."""

    line: int
    number: int
    cells: dict[str, str] = field(default_factory=dict)
    fault: str | None = None


def read_rows(path: Path, columns: frozenset[str]) -> Iterator[Row]:
    """Yield the rows of a `.csv`, `.ndjson` or `.jsonl` file in UTF-8.

    Raises ConfigError for another suffix, a file that cannot be read, and a CSV without one of
    the columns. NDJSON objects may lack columns: those cells are empty.
    """
    suffix = path.suffix.lower()
    if suffix not in {".csv", *NDJSON_SUFFIXES}:
        raise ConfigError("input_file", f"{path.name}: neither .csv nor .ndjson")
    try:
        if suffix == ".csv":
            yield from _csv_rows(path, columns)
        else:
            yield from _json_rows(path)
    except OSError as error:
        raise ConfigError("input_file", f"{path.name}: {type(error).__name__}") from None


def count_rows(path: Path, columns: frozenset[str]) -> int:
    """Return how many rows `read_rows` yields, broken ones included; raises as it does."""
    return sum(1 for _ in read_rows(path, columns))


def _csv_rows(path: Path, columns: frozenset[str]) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        reader = csv.reader(lines, strict=True)
        header = next(reader, [])
        if missing := sorted(columns.difference(header)):
            raise ConfigError("input_file", f"{path.name}, line 1: no column {', '.join(missing)}")
        number = 0
        while True:
            number += 1
            line = reader.line_num + 1
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(line, number, fault="not a row of CSV")
                continue
            yield _csv_row(line, number, header, values)


def _csv_row(line: int, number: int, header: list[str], values: list[str]) -> Row:
    if len(values) != len(header):
        return Row(line, number, fault=f"{len(values)} cells under {len(header)} columns")
    if not all(map(_is_unicode, values)):
        return Row(line, number, fault="not UTF-8")
    return Row(line, number, dict(zip(header, values, strict=True)))


def _json_rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as lines:
        number = 0
        for line, text in enumerate(lines, start=1):
            if not text.strip():
                continue
            number += 1
            try:
                document = json.loads(text)
            except (ValueError, RecursionError):
                yield Row(line, number, fault="not a JSON object")
                continue
            if isinstance(document, dict):
                yield Row(line, number, {k: _as_text(v) for k, v in document.items()})
            else:
                yield Row(line, number, fault="not a JSON object")


def _as_text(value: Any) -> str:
    """Scalars as they are written; structures stay JSON, which no field takes for a value."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
