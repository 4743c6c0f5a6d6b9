"""FULL_TRANSITIVE compatibility: every version reads every other one (Avro 1.11, resolution).

Stricter than the specification where a silent change of meaning would pass: no type promotion,
no aliases, the header's fields keep their order and place, and a nullable field's default stays
null. `problems` is symmetric in what it allows.
"""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

Schema = Any


def problems(earlier: Schema, later: Schema) -> list[str]:
    """Return why the two schemas do not read each other's data; nothing when they do."""
    comparison = _Comparison(earlier, later)
    return [*comparison.compare(earlier, later, ""), *_header_moves(earlier, later)]


class _Comparison:
    """Walks two self-contained schemas at once, each with its own named types."""

    def __init__(self, earlier: Schema, later: Schema) -> None:
        self._earlier = dict(_named(earlier))
        self._later = dict(_named(later))

    def compare(self, earlier: Schema, later: Schema, path: str) -> Iterator[str]:
        earlier = self._earlier.get(earlier, earlier) if isinstance(earlier, str) else earlier
        later = self._later.get(later, later) if isinstance(later, str) else later
        if isinstance(earlier, list) and isinstance(later, list):
            for index, pair in enumerate(zip_longest(earlier, later)):
                if None in pair:
                    yield f"{path}: union branches were added or removed"
                    return
                yield from self.compare(*pair, f"{path}|{index}")
        elif isinstance(earlier, dict) and isinstance(later, dict):
            yield from self._complex(earlier, later, path)
        elif earlier != later:
            yield f"{path}: the type changed"

    def _complex(
        self, earlier: Mapping[str, Any], later: Mapping[str, Any], path: str
    ) -> Iterator[str]:
        kind = earlier["type"]
        if kind != later["type"] or earlier.get("logicalType") != later.get("logicalType"):
            yield f"{path}: the type changed"
        elif kind == "record":
            yield from self._record(earlier, later, path)
        elif kind == "array":
            yield from self.compare(earlier["items"], later["items"], f"{path}[]")

    def _record(
        self, earlier: Mapping[str, Any], later: Mapping[str, Any], path: str
    ) -> Iterator[str]:
        if earlier["name"] != later["name"]:
            yield f"{path}: the record's name changed"
            return
        before = {field["name"]: field for field in earlier["fields"]}
        after = {field["name"]: field for field in later["fields"]}
        for name in before.keys() ^ after.keys():
            if "default" not in (before.get(name) or after[name]):
                yield f"{path}.{name}: added or removed without a default"
        for name in before.keys() & after.keys():
            old, new = before[name], after[name]
            if ("default" in old, old.get("default")) != ("default" in new, new.get("default")):
                yield f"{path}.{name}: the default changed, which changes content digests"
            yield from self.compare(old["type"], new["type"], f"{path}.{name}")


def _header_moves(earlier: Schema, later: Schema) -> Iterator[str]:
    """Prefix decoding relies on where the header's fields stand: they may only be followed."""
    if earlier["fields"][0]["name"] != "header":
        return
    if later["fields"][0]["name"] != "header":
        yield ".header: is no longer the first field"
        return
    before, after = _header_fields(earlier), _header_fields(later)
    if after[: len(before)] != before:
        yield ".header: a field was moved or removed; new ones go last"


def _header_fields(schema: Schema) -> list[str]:
    return [field["name"] for field in schema["fields"][0]["type"]["fields"]]


def _named(schema: Schema) -> Iterator[tuple[str, Schema]]:
    if isinstance(schema, list):
        for branch in schema:
            yield from _named(branch)
    elif isinstance(schema, dict) and schema["type"] == "record":
        yield schema["name"], schema
        for field in schema["fields"]:
            yield from _named(field["type"])
    elif isinstance(schema, dict) and schema["type"] == "array":
        yield from _named(schema["items"])
