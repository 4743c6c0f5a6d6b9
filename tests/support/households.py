"""Invented families, companies and ships for tests of what must not become one entity."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from schemas.event import Entity
from streams.correlate.engine import Engine
from tests.support.events import build_person

HOME: dict[str, Any] = {
    "addresses": [
        {"line": "14 Juniper Crescent", "city": "Marlow", "region": "", "postcode": "SL73AB",
         "country": "GB"}
    ],
    "identifiers": [
        {"scheme": "phone", "issuer": None, "value": "+441628555012"},
        {"scheme": "email", "issuer": None, "value": "the.okonjos@example.org"},
    ],
    "affiliations": [{"kind": "household", "name": "H-20771"}],
}  # fmt: skip
"""What a whole family shares."""


def entity(kind: str = "person", **fields: Any) -> Entity:
    """An entity of which only these fields are known; `given`, `family`, `full` are its name's."""
    name = {part: fields.pop(part, "") for part in ("full", "given", "middle", "family")}
    known = {
        "kind": kind, "role": "subject", "identifiers": [], "addresses": [], "birth_place": None,
        "nationalities": [], "birth_date": None, "sex": None,
        "names": [{**name, "alias": False}],
    }  # fmt: skip
    return cast("Entity", build_person("e", **(known | fields)))


def entities(records: Mapping[str, Entity]) -> list[set[str]]:
    """The records of each entity that the engine makes of some."""
    engine = Engine()
    for reference, each in records.items():
        engine.add(reference, each)
    found: dict[str, set[str]] = {}
    for reference, name in engine.entities().items():
        found.setdefault(name, set()).add(reference)
    return sorted(found.values(), key=sorted)


def apart(*records: Entity) -> bool:
    """Whether each of some records stays an entity of its own."""
    return len(entities(_numbered(records))) == len(records)


def one(*records: Entity) -> bool:
    """Whether some records become one entity."""
    return len(entities(_numbered(records))) == 1


def _numbered(records: Iterable[Entity]) -> dict[str, Entity]:
    return {f"r{number}": each for number, each in enumerate(records)}
