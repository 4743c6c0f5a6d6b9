"""Names that no schema has: a misspelt field is refused by its path, never dropped."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from schemas.errors import Reason
from schemas.marking import Problem
from schemas.registry import load_lock


@dataclass(frozen=True, slots=True)
class _Shape:
    """The fields of an Avro record; `nested` are those that hold records, one or a list."""

    names: frozenset[str]
    nested: Mapping[str, "_Shape"]


def unknown_fields(schema_name: str, event: object) -> list[Problem]:
    """Return a problem for each field that the event type's current schema does not have."""
    return list(_unknown("", event, _shape(schema_name)))


def _unknown(path: str, value: object, shape: _Shape) -> Iterator[Problem]:
    """What is not of the schema's shape otherwise is left to the codec, which refuses it."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _unknown(f"{path}[{index}]", each, shape)
    elif isinstance(value, Mapping):
        prefix = f"{path}." if path else ""
        for name in sorted(map(str, value.keys() - shape.names)):
            yield Problem(Reason.MALFORMED, f"{prefix}{name}", "unknown field")
        for name, nested in shape.nested.items():
            yield from _unknown(f"{prefix}{name}", value.get(name), nested)


@lru_cache(maxsize=64)
def _shape(schema_name: str) -> _Shape:
    named: dict[str, _Shape] = {}
    shape = _record(load_lock().current[schema_name].schema, named)
    if shape is None:
        raise TypeError(schema_name)
    return shape


def _record(schema: Any, named: dict[str, _Shape]) -> _Shape | None:
    """Return the record in a schema, through unions and arrays; None where there is none."""
    if isinstance(schema, str):
        return named.get(schema)
    if isinstance(schema, list):
        return next(filter(None, (_record(branch, named) for branch in schema)), None)
    if schema["type"] == "array":
        return _record(schema["items"], named)
    if schema["type"] != "record":
        return None
    fields = {field["name"]: _record(field["type"], named) for field in schema["fields"]}
    nested = {name: shape for name, shape in fields.items() if shape is not None}
    shape = named[schema["name"]] = _Shape(frozenset(fields), nested)
    return shape
