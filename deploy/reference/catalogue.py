"""The page of event types: who publishes them, under which restrictions, with what detail."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from deploy.reference.markdown import code, page, table
from deploy.reference.topics import TOPICS
from schemas.catalogue import EVENT_TYPES
from schemas.registry import load_lock
from schemas.sources import AVRO_DIRECTORY

_HEAD: Final = (
    "An intelligence event needs a predicate (28 CFR 23.20(a)), a case event does not. "
    "Restrictions are case numbers of the sharing-rule catalogue. All types share header, "
    "marking, entities and places; each has a detail of its own."
)


def render() -> str:
    """Return `events.md`."""
    lock = load_lock().current
    rows = [
        (
            code(name),
            event_type.agency,
            event_type.source,
            event_type.kind,
            code(TOPICS.agency(event_type.agency, event_type.kind)),
            ", ".join(map(str, event_type.restrictions)),
            f"{lock[name].id} (version {lock[name].version})",
        )
        for name, event_type in EVENT_TYPES.items()
    ]
    head = ("Event type", "Agency", "Source", "Kind", "Topic", "Restrictions", "Schema id")
    return page("Event catalogue", _HEAD, table(head, rows), *_details())


def source_of(name: str) -> Mapping[str, Any]:
    """Return a schema as its authors wrote it, documentation included."""
    event_type = EVENT_TYPES.get(name)
    folder = AVRO_DIRECTORY / (f"events/{event_type.source}" if event_type else "pipeline")
    path = folder / f"{name.rpartition('.')[2]}.avsc"
    schema: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def _details() -> Iterator[str]:
    for name in EVENT_TYPES:
        schema = source_of(name)
        detail = next(field["type"] for field in schema["fields"] if field["name"] == "detail")
        rows = [
            (code(field["name"]), _type(field["type"]), field.get("doc", ""))
            for field in detail["fields"]
        ]
        yield f"## {name}"
        yield schema.get("doc", "")
        yield table(("Detail", "Type", "Meaning"), rows)


def _type(schema: Any) -> str:
    """Say an Avro type in a word or two."""
    if isinstance(schema, list):
        return " or ".join(map(_type, schema))
    if isinstance(schema, dict):
        if schema["type"] == "array":
            return f"list of {_type(schema['items'])}"
        return str(schema.get("logicalType") or schema.get("name") or schema["type"])
    return str(schema)
