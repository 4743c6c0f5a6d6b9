"""Reads the .avsc files and writes each main schema as one self-contained canonical text.

Files name the parts they use; `Sources.canonical` puts every part in at its first use, names
in full and documentation out, so that the digest of the text changes exactly when the contract
does.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from schemas.errors import ConfigError
from schemas.lint import PRIMITIVES

AVRO_DIRECTORY: Final = Path(__file__).parent / "avro"

_FIELD_KEYS: Final = ("name", "type", "default")


class Sources:
    """The schema files of a folder, by full name, each beside the folder it stands in."""

    def __init__(self, directory: Path = AVRO_DIRECTORY) -> None:
        self._schemas: dict[str, Mapping[str, Any]] = {}
        self._main: set[str] = set()
        for room in ("parts", "events", "pipeline"):
            for path in sorted((directory / room).rglob("*.avsc")):
                schema = json.loads(path.read_text(encoding="utf-8"))
                name = f"{schema['namespace']}.{schema['name']}"
                if path.stem != schema["name"] or name in self._schemas:
                    raise ConfigError("schema_source", f"{path.name} does not hold one new record")
                self._schemas[name] = schema
                if room == "events":
                    self._main.add(name)

    def canonical(self, name: str) -> bytes:
        """Return the self-contained text of a schema: RFC 8785 JSON without documentation."""
        if name not in self._schemas:
            raise ConfigError("schema_source", f"no schema file holds {name}")
        return orjson.dumps(
            self._expand(self._schemas[name], "liaison", set()), option=orjson.OPT_SORT_KEYS
        )

    def events(self) -> Iterator[str]:
        """Yield the names of the event schemas, sorted."""
        yield from sorted(self._main)

    def _expand(self, schema: Any, namespace: str, defined: set[str]) -> Any:
        if isinstance(schema, list):
            return [self._expand(branch, namespace, defined) for branch in schema]
        if isinstance(schema, str):
            return self._reference(schema, defined)
        kind = schema["type"]
        if kind == "record":
            namespace = schema.get("namespace", namespace)
            name = f"{namespace}.{schema['name']}"
            defined.add(name)
            return {
                "type": "record",
                "name": name,
                "fields": [
                    {key: field[key] for key in _FIELD_KEYS if key in field}
                    | {"type": self._expand(field["type"], namespace, defined)}
                    for field in schema["fields"]
                ],
            }
        if kind == "array":
            return {"type": "array", "items": self._expand(schema["items"], namespace, defined)}
        if kind in PRIMITIVES:
            return {key: schema[key] for key in ("type", "logicalType") if key in schema}
        raise ConfigError("schema_source", f"{kind} is not used in this house")

    def _reference(self, name: str, defined: set[str]) -> Any:
        if name in PRIMITIVES or name in defined:
            return name
        if name not in self._schemas:
            raise ConfigError("schema_source", f"no schema file holds {name}")
        return self._expand(self._schemas[name], "liaison", defined)


def sha256(text: bytes) -> str:
    """Return the hex digest the lock keeps of a canonical text."""
    return hashlib.sha256(text).hexdigest()
