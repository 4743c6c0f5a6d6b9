"""The counting walk over foreign bytes that makes them safe to decode.

fastavro allocates what the bytes announce: seven of them exhaust memory. So a schema is linted
when it is admitted to the lock (`schemas.lint`), and every foreign value is walked before it is
decoded. The walk builds nothing: it skips, and counts array and map items. It is generated
Python, one function per schema, because a closure per field costs three times as much.
"""

from collections.abc import Callable
from typing import Any, Final

from schemas.errors import ContractError, Reason
from schemas.lint import FIXED_WIDTH, PRIMITIVES, Schema, full_name

MAX_VALUE_BYTES: Final = 262_144
MAX_ITEMS: Final = 20_000

Walk = Callable[[bytes, int], None]
"""Checks the Avro body of a value from an offset on; raises ContractError."""


def compile_walk(schema: Schema) -> Walk:
    """Return the walk of a linted schema whose names are full and defined before use."""
    writer = _WalkWriter()
    writer.write(schema, indent=2)
    source = "\n".join((*_PROLOGUE, *writer.lines, *_EPILOGUE))
    scope: dict[str, Any] = {
        "blob": _blob,
        "block": _block,
        "int_end": _int_end,
        "long_end": _long_end,
        "unsafe": _unsafe,
        "truncated": _truncated,
        "SHORT": _SHORT,
        "MAX_ITEMS": MAX_ITEMS,
    }
    exec(compile(source, "<avro walk>", "exec"), scope)  # noqa: S102 - source is ours alone
    walk: Walk = scope["walk"]
    return walk


_SHORT: Final = bytes(0 if first & 129 else 1 + (first >> 1) for first in range(256))
"""Bytes a string of at most 63 takes with its length, by its first byte; 0: ask `_blob`."""

_PROLOGUE: Final = ("def walk(b, p, SHORT=SHORT):", " items = MAX_ITEMS", " try:")
_EPILOGUE: Final = (
    " except IndexError:",
    "  raise truncated() from None",
    " if p != len(b):",
    "  raise truncated() if p > len(b) else unsafe('bytes after the value')",
)


class _WalkWriter:
    """Writes the statements that move `p` over one value of a schema in `b`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._named: dict[str, Schema] = {}

    def write(self, schema: Schema, indent: int) -> None:
        if isinstance(schema, list):
            self._union(schema, indent)
        elif isinstance(schema, str):
            if schema in PRIMITIVES:
                self._primitive(schema, indent)
            else:
                self.write(self._named[schema], indent)
        else:
            self._complex(schema, indent)

    def _add(self, indent: int, *lines: str) -> None:
        self.lines.extend(" " * indent + line for line in lines)

    def _primitive(self, name: str, indent: int) -> None:
        if name in ("bytes", "string"):
            self._add(indent, "n = SHORT[b[p]]", "p = p + n if n else blob(b, p)")
        elif name in ("int", "long"):
            self._add(indent, f"p = {name}_end(b, p) if b[p] & 128 else p + 1")
        elif width := FIXED_WIDTH[name]:
            self._add(indent, f"p += {width}")

    def _union(self, branches: list[Any], indent: int) -> None:
        self._add(indent, "n = b[p]", "p += 1")
        for index, branch in enumerate(branches):
            self._add(indent, f"{'elif' if index else 'if'} n == {2 * index}:", " pass")
            self.write(branch, indent + 1)
        self._add(indent, "else:", " raise unsafe('no such union branch')")

    def _complex(self, schema: dict[str, Any], indent: int) -> None:
        match schema["type"]:
            case "record":
                self._named[full_name(schema)] = schema
                for field in schema["fields"]:
                    self.write(field["type"], indent)
            case "array":
                self._loop(schema["items"], indent, keyed=False)
            case "map":
                self._loop(schema["values"], indent, keyed=True)
            case "enum":
                self._named[full_name(schema)] = schema
                self._primitive("int", indent)
            case "fixed":
                self._named[full_name(schema)] = schema
                self._add(indent, f"p += {int(schema['size'])}")
            case inner:
                self.write(inner, indent)

    def _loop(self, items: Schema, indent: int, *, keyed: bool) -> None:
        self._add(
            indent,
            "n = b[p]",
            "p += 1",
            "while n:",
            " if n & 129:",
            "  n, p = block(b, p - 1)",
            " else:",
            "  n >>= 1",
            " items -= n",
            " if items < 0:",
            "  raise unsafe('too many items')",
            " for _ in range(n):",
            "  pass",
        )
        if keyed:
            self._primitive("string", indent + 2)
        self.write(items, indent + 2)
        self._add(indent + 1, "n = b[p]", "p += 1")


def _unsafe(detail: str) -> ContractError:
    return ContractError(Reason.UNSAFE, detail)


def _truncated() -> ContractError:
    return ContractError(Reason.TRUNCATED, "the value ends early")


def _int_end(b: bytes, p: int) -> int:
    """Return the offset after a varint of at most 32 bits."""
    end = _long_end(b, p)
    if end - p > 5 or (end - p == 5 and b[end - 1] > 0x0F):
        raise _unsafe("int beyond 32 bits")
    return end


def _long_end(b: bytes, p: int) -> int:
    """Return the offset after a varint of at most 64 bits."""
    for end in range(p + 1, p + 9):
        if b[end] < 128:
            return end + 1
    if b[p + 9] > 1:
        raise _unsafe("long beyond 64 bits")
    return p + 10


def _varint(b: bytes, p: int) -> tuple[int, int]:
    """Return a zigzag varint and the offset after it."""
    end = p + 1 if b[p] < 128 else _long_end(b, p)
    raw = 0
    for byte in reversed(b[p:end]):
        raw = raw << 7 | byte & 127
    return raw >> 1 ^ -(raw & 1), end


def _blob(b: bytes, p: int) -> int:
    """Return the offset after a length-prefixed string."""
    length, p = _varint(b, p)
    if not 0 <= length <= MAX_VALUE_BYTES:
        raise _unsafe("impossible length")
    return p + length


def _block(b: bytes, p: int) -> tuple[int, int]:
    """Return the item count of a block, and the offset of its first item."""
    count, p = _varint(b, p)
    if count < 0:
        count = -count
        _, p = _varint(b, p)
    if count == 0:
        raise _unsafe("an end of items in two bytes")
    return count, p
