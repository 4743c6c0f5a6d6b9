"""How commands print data: on standard output, one JSON object a line or an aligned table."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")]

Row = Mapping[str, Any]

_GAP = "  "


def emit(rows: Iterable[Row], columns: Sequence[str], *, as_json: bool) -> None:
    """Print rows: each whole as JSON, or only `columns` as a table with a head."""
    if as_json:
        for row in rows:
            typer.echo(_json(row))
    else:
        lines = [columns, *([cell(row.get(name)) for name in columns] for row in rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            typer.echo(_GAP.join(map(str.ljust, line, widths)).rstrip())


def emit_facts(facts: Row, *, as_json: bool) -> None:
    """Print one object: as JSON, or a line for each fact, those of a group under its name."""
    if as_json:
        typer.echo(_json(facts))
        return
    lines = dict(_lines(facts))
    width = max(map(len, lines), default=0)
    for name, value in lines.items():
        typer.echo(f"{name.ljust(width)}{_GAP}{value}")


def _json(row: Row) -> str:
    return json.dumps(row, default=_written)


def _written(value: Any) -> str:
    """Write what JSON has no type for; times are RFC 3339, UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def _lines(facts: Row) -> Iterator[tuple[str, str]]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from ((f"{name} {part}", text) for part, text in _lines(value))
        else:
            yield plain(name), cell(value)


def cell(value: Any) -> str:
    """Return a value in a table's words; nothing in it can steer the terminal."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value)) or "-"
    return plain(_written(value))


def plain(text: str) -> str:
    """Return a text with every control character and the like written as its escape."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in text
    )
