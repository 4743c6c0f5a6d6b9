"""The lint of a schema, once, when it is admitted to the lock: may its data explode?

What the counting walk of `schemas.guard` relies on: every item takes at least one byte, and no
type holds itself.
"""

from collections.abc import Mapping
from typing import Any, Final

from schemas.errors import ContractError, Reason

MAX_SCHEMA_DEPTH: Final = 24
MAX_SCHEMA_FIELDS: Final = 2_000
MAX_LOOP_DEPTH: Final = 8

Schema = str | list[Any] | dict[str, Any]

FIXED_WIDTH: Final = {"null": 0, "boolean": 1, "float": 4, "double": 8}
"""Bytes of the primitive types that always take as many."""
PRIMITIVES: Final = frozenset({*FIXED_WIDTH, "int", "long", "bytes", "string"})


def lint(schema: Schema) -> None:
    """Refuse schemas whose data may be bigger or slower than their bytes.

    No recursion, no items of zero width, no decimals over bytes (quadratic), depth, loop depth
    and expanded field count bounded. Raises ContractError(UNSAFE).
    """
    _Lint().width(schema, depth=0, loops=0)


class _Lint:
    """Minimum encoded width of a schema, with every reference expanded and counted."""

    def __init__(self) -> None:
        self._named: dict[str, Schema] = {}
        self._open: list[str] = []
        self._fields = 0

    def width(self, schema: Schema, *, depth: int, loops: int) -> int:
        if depth > MAX_SCHEMA_DEPTH or loops > MAX_LOOP_DEPTH:
            raise _unsafe("schema nested too deeply")
        if isinstance(schema, list):
            return 1 + min(
                (self.width(each, depth=depth + 1, loops=loops) for each in schema), default=0
            )
        if isinstance(schema, str):
            return self._reference(schema, depth, loops)
        match schema["type"]:
            case "record":
                return self._record(schema, depth, loops)
            case "array" | "map" as kind:
                items = schema["items" if kind == "array" else "values"]
                width = self.width(items, depth=depth + 1, loops=loops + 1)
                if width == 0 and kind == "array":
                    raise _unsafe("array of zero-width items")
                return 1
            case "enum" | "fixed" as kind:
                self._named[full_name(schema)] = schema
                return 1 if kind == "enum" else int(schema["size"])
            case "bytes" if schema.get("logicalType") == "decimal":
                raise _unsafe("decimal over bytes")
            case inner:
                return self.width(inner, depth=depth + 1, loops=loops)

    def _reference(self, name: str, depth: int, loops: int) -> int:
        if name in PRIMITIVES:
            return FIXED_WIDTH.get(name, 1)
        if name in self._open:
            raise _unsafe(f"recursive type {name}")
        if name not in self._named:
            raise _unsafe(f"undefined type {name}")
        return self.width(self._named[name], depth=depth + 1, loops=loops)

    def _record(self, schema: dict[str, Any], depth: int, loops: int) -> int:
        name = full_name(schema)
        self._named[name] = schema
        self._fields += len(schema["fields"])
        if self._fields > MAX_SCHEMA_FIELDS:
            raise _unsafe("too many fields once expanded")
        self._open.append(name)
        width = sum(
            self.width(field["type"], depth=depth + 1, loops=loops) for field in schema["fields"]
        )
        self._open.pop()
        return width


def full_name(schema: Mapping[str, Any]) -> str:
    """Return the full name of a record, enum or fixed definition."""
    name, namespace = schema["name"], schema.get("namespace")
    return name if "." in name or not namespace else f"{namespace}.{name}"


def _unsafe(detail: str) -> ContractError:
    return ContractError(Reason.UNSAFE, detail)
