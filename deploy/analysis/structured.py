"""NDJSON and Parquet files as rows of text."""

import codecs
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from deploy.analysis.mistakes import mistake
from deploy.analysis.tables import Cells, Table, binary, unreadable

_PARQUET_ROWS: Final = 16_384


class JsonTable(Table):
    """One object a line; those within it are columns by their path, such as `address.city`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        columns: dict[str, None] = {}
        for _, found in self._objects():
            columns.update(dict.fromkeys(found))
        if not columns and self.broken:
            raise mistake(
                f"{path.name} has no line that is a JSON object",
                f"{path}:{self.broken[0]}",
                "write one object a line (NDJSON): for a list, `jq -c '.[]' IN > OUT.ndjson`",
            )
        self.columns = tuple(columns)
        self.facts = {"encoding": "utf-8"}

    def _rows(self, wanted: Sequence[str] | None) -> Iterator[tuple[int, Cells]]:
        wanted = self.columns if wanted is None else wanted
        for line, found in self._objects():
            yield line, tuple([as_text(found.get(name)) for name in wanted])

    def _objects(self) -> Iterator[tuple[int, dict[str, Any]]]:
        with binary(self.path) as lines:
            for line, text in enumerate(lines, start=1):
                if not text.strip():
                    continue
                try:
                    found = orjson.loads(text.removeprefix(codecs.BOM_UTF8))
                except orjson.JSONDecodeError:
                    found = None
                if isinstance(found, dict):
                    yield line, _flat(found)
                else:
                    self.broken.append(line)


class ParquetTable(Table):
    """Read in batches, the wanted columns only; lines are row numbers. Needs pyarrow."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            import pyarrow as pa  # noqa: PLC0415 - an optional extra
            from pyarrow import parquet  # noqa: PLC0415 - an optional extra
        except ImportError:
            raise mistake(
                "Parquet needs pyarrow, which is not installed",
                str(path),
                "install liaison[parquet], or give the file as CSV or NDJSON",
            ) from None
        try:
            self._file = parquet.ParquetFile(path)
        except pa.ArrowException as error:
            raise unreadable(path, error) from None
        self.columns = tuple(self._file.schema_arrow.names)

    @property
    def about(self) -> int:
        """How many rows there are."""
        return int(self._file.metadata.num_rows)

    def _rows(self, wanted: Sequence[str] | None) -> Iterator[tuple[int, Cells]]:
        line, wanted = 0, self.columns if wanted is None else wanted
        distinct = list(dict.fromkeys(wanted))
        for batch in self._file.iter_batches(batch_size=_PARQUET_ROWS, columns=distinct):
            columns = [map(as_text, batch.column(name).to_pylist()) for name in wanted]
            for line, cells in enumerate(zip(*columns, strict=True), line + 1):  # noqa: B020
                yield line, cells


def as_text(value: Any) -> str:
    """Return a cell's text: 4011.0 as 4011, a list as `a; b`, a table as JSON, nothing as empty."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return "; ".join(map(as_text, value))
    if isinstance(value, dict):
        return orjson.dumps(value, default=str).decode()
    return "" if value != value else str(value)  # noqa: PLR0124 - NaN


def _flat(found: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[f"{prefix}{name}"] = value
    return flat
