"""What a record says, read strictly: entities, places and operations, and the marking."""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import yaml

from consumers.sharing import form
from consumers.sharing.form import Spot
from consumers.sharing.vocabulary import ROLES
from deploy.scenario.moments import moment, written
from producers.sdk import entity, identifier, name
from schemas.countries import ALPHA_3
from schemas.event import Entity, Identifier, PlaceTime
from schemas.identifiers import IDENTIFIERS
from streams.intake.content import ENTITY_KINDS

Content = dict[str, Any]

_ROLES: Final = sorted({*ROLES.words, "consignor", "master", "operator", "other"} - {"none"})
LOCAL: Final = form.matching(r"[A-Za-z0-9._:-]{1,64}", "an id (A-Z a-z 0-9 . _ : -)")
_DECIMAL: Final = re.compile(r"-?\d{1,3}(\.\d{1,6})?")

STOCK: Final = """\
someone:
  name: Ivan Petrov
  born: 1971-03-04
  sex: M
  nationality: [RU]
  identifiers: [passport RUS 712345678, phone +79161234567]
"""
"""Whom a record is about that does not say: two such records of two owners are a `target` match."""


@dataclass(frozen=True, slots=True)
class Words:
    """How strictly words are read; `open`: words of no vocabulary pass, to see what becomes of it.

    `start` is the scenario's start, `stock` its named entities.
    """

    start: datetime
    stock: Mapping[str, Spot]
    open: bool = False

    def word(self, known: Collection[str]) -> form.Reader[str]:
        """Return a reader of one of the known words, or of any where words are open."""
        return form.text if self.open else form.word(known)


def entities(spot: Spot, words: Words) -> list[Entity]:
    """Read a list of entities: names of `entities:`, or what an entity is."""
    found = [
        _entity(each, words, number)
        for number, each in enumerate(form.listing(lambda spot: spot, empty=True)(spot), 1)
    ]
    for index, each in enumerate(found):
        if each["id"] in {earlier["id"] for earlier in found[:index]}:
            raise spot.refuse(f"two entities have the id {each['id']!r}: give one another `id:`")
    return found


def stock_of(spot: Spot | None) -> dict[str, Spot]:
    """Return the named entities of a scenario, `someone` among them."""
    found = form.keys(form.parse(STOCK, "the entity that comes with every scenario"))
    return found | (form.keys(spot) if spot is not None else {})


def _entity(spot: Spot, words: Words, number: int) -> Entity:
    if isinstance(spot.node, yaml.ScalarNode):
        return _made(_named(spot, words), spot, words)
    said = form.keys(spot)
    base: Content = {"id": f"e{number}"}
    if "like" in said:
        base = _named(said.pop("like"), words)
    return _made(base | _fields(spot, words, without=("like",)), spot, words)


def _named(spot: Spot, words: Words) -> Content:
    key = form.text(spot)
    if key not in words.stock:
        raise spot.refuse(f"no entity {key!r}; `entities:` has {', '.join(sorted(words.stock))}")
    return {"id": key} | _fields(words.stock[key], words)


def _fields(spot: Spot, words: Words, without: tuple[str, ...] = ()) -> Content:
    readers: dict[str, form.Reader[Any]] = {
        "id": LOCAL,
        "kind": form.word(ENTITY_KINDS),
        "role": words.word(_ROLES),
        "name": written,
        "aliases": form.listing(written),
        "born": written,
        "sex": form.word({"F", "M", "X"}),
        "nationality": form.listing(form.word(ALPHA_3)),
        "birth_place": written,
        "us_person": form.flag,
        "identifiers": form.listing(_identifier, empty=True),
        "address": _address,
        "associations": form.listing(_association),
        "attachments": form.listing(_attachment),
        **dict.fromkeys(without, lambda each: each),
    }
    found = form.mapping(spot, {}, readers)
    return {key: value for key, value in found.items() if key not in without}


def _made(said: Content, spot: Spot, words: Words) -> Entity:
    names = [name(said["name"])] if "name" in said else []
    names += [name(each, alias=True) for each in said.get("aliases", ())]
    if not names and not said.get("identifiers") and "address" not in said and not words.open:
        raise spot.refuse("an entity needs a name, an identifier or an address")
    return entity(
        said.get("kind", "person"),
        said["id"],
        role=said.get("role", "subject"),
        names=names,
        birth_date=said.get("born"),
        sex=said.get("sex"),
        nationalities=said.get("nationality", ()),
        identifiers=said.get("identifiers", ()),
        addresses=[said["address"]] if "address" in said else [],
        birth_place=said.get("birth_place"),
        us_person=said.get("us_person"),
        associations=said.get("associations", ()),
        attachments=said.get("attachments", ()),
    )


def _identifier(spot: Spot) -> Identifier:
    """Read `phone +79161234567` or, with an issuer, `passport RUS 712345678`."""
    scheme, *rest = written(spot).split()
    if scheme not in IDENTIFIERS:
        raise spot.refuse(f"unknown scheme {scheme!r}; known: {', '.join(sorted(IDENTIFIERS))}")
    if not rest:
        raise spot.refuse("scheme and value are expected, such as `phone +79161234567`")
    issuer = rest.pop(0) if len(rest) > 1 else None
    return identifier(scheme, " ".join(rest), issuer)


def _address(spot: Spot) -> Content:
    parts = ("line", "city", "region", "postcode")
    found = form.mapping(spot, {"country": form.word(ALPHA_3)}, dict.fromkeys(parts, written))
    return dict.fromkeys(parts, "") | found


def _association(spot: Spot) -> Content:
    return form.mapping(
        spot,
        {"kind": written, "nexus": form.word({"criminal", "none"})},
        {"description": written},
    ) | ({} if "description" in form.keys(spot) else {"description": ""})


def _attachment(spot: Spot) -> Content:
    """Read a file: `bytes` is its content as text; without `sent: true` only its hash goes."""
    found = form.mapping(spot, {"media_type": written, "bytes": written}, {"sent": form.flag})
    content = found["bytes"].encode()
    return {
        "media_type": found["media_type"],
        "sha256": hashlib.sha256(content).digest(),
        "content": content if found.get("sent") else None,
    }


def places(spot: Spot, words: Words) -> list[PlaceTime]:
    """Read a list of places with their windows."""
    listed = form.listing(lambda each: each, empty=True)(spot)
    return [_place(each, words, number) for number, each in enumerate(listed, 1)]


def _place(spot: Spot, words: Words, number: int) -> PlaceTime:
    when = moment(words.start)
    found = form.mapping(
        spot,
        {"where": _where, "from": when, "to": when},
        {
            "id": LOCAL,
            "radius": _metres,
            "uncertainty": _metres,
            "country": form.word(ALPHA_3),
        },
    )
    latitude, longitude = found["where"]
    return {
        "id": found.get("id", f"o{number}"),
        "latitude_microdegrees": latitude,
        "longitude_microdegrees": longitude,
        "radius_metres": found.get("radius", 200),
        "uncertainty_metres": found.get("uncertainty", 50),
        "starts_at": found["from"],
        "ends_at": found["to"],
        "country": found.get("country", "US"),
    }


def _where(spot: Spot) -> tuple[int, int]:
    parts = written(spot).replace(",", " ").split()
    if len(parts) != 2 or not all(map(_DECIMAL.fullmatch, parts)):
        raise spot.refuse("latitude and longitude are expected, such as `25.7617 -80.1918`")
    latitude, longitude = (round(float(part) * 1_000_000) for part in parts)
    return latitude, longitude


def _metres(spot: Spot) -> int:
    found = re.fullmatch(r"(\d+) m", written(spot))
    if found is None:
        raise spot.refuse("metres are expected, such as `300 m`")
    return int(found[1])
