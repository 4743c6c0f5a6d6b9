"""An event's entities and places as they are posted: compact features and blocking keys.

`extract` runs once per event, at intake. Fingerprints (`schemas.fingerprint`) of each attribute as
published travel with the value made comparable, so that the vault can check later that what was
evidence still stands.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from schemas.blocking import blocking_key
from schemas.catalogue import CANCELS, WITHDRAW
from schemas.digest import keyed_hash64
from schemas.event import Address, Entity, Event, PlaceTime
from schemas.fingerprint import attribute_fingerprint, identifier_fingerprint
from schemas.identifiers import Canonical, Strength, canonical
from schemas.record import microseconds

from .blob import FIELDS, PLACE_TIME, Features, Text, decode, encode, encode_place
from .cells import cell_days
from .keys import (
    Composite,
    identifier_key,
    named_thing_keys,
    organization_keys,
    person_keys,
    place_time_key,
    splits,
)
from .names import PLACE_WORDS, words

__all__ = ["FIELDS", "PLACE_TIME", "Features", "PostedFeatures", "decode", "extract"]

NAMES_KEPT: Final = 8
IDENTIFIERS_KEPT: Final = 32
ADDRESSES_KEPT: Final = 8
"""Bounds on what one entity can make others cost; what stands beyond them is not compared."""

_MICRODEGREES: Final = 1_000_000
_PARTS: Final = "\x1f"
_RECURRING: Final = frozenset({"birth_date", "sex", "nationality"})
"""Attributes of few values, whose fingerprints are worth remembering."""
_ATTRIBUTES: Final = tuple(FIELDS.items())


class PostedFeatures(NamedTuple):
    """One entity or place as it is posted."""

    entity: str
    kind: str
    features: bytes
    keys: tuple[int, ...]


def extract(event: Event, secret: bytes) -> list[PostedFeatures]:
    """Features and sorted blocking keys of every entity and place of an event.

    A withdrawal posts nothing; a cancelled operation posts no place-time.

    Raises:
        ContractError: PLACE_TIME_TOO_LARGE.
    """
    header = event["header"]
    if header["operation"] == WITHDRAW:
        return []
    posted = [_entity(entity, secret) for entity in event["entities"]]
    if header["event_type"] not in CANCELS:
        posted += [_place(place, secret) for place in event["places"]]
    return posted


@lru_cache(16_384)
def place_words(text: str) -> tuple[str, ...]:
    """The words of a place that tell it from others: what stands before the last comma.

    The part behind it is a country or region, which `nationality` and `address` weigh already.
    """
    local, comma, _ = text.rpartition(",")
    found = words(local if comma else text)
    telling = {word for word in found if word not in PLACE_WORDS}
    return tuple(sorted(telling or set(words(text))))


def place_value(place: PlaceTime) -> dict[str, Any]:
    """What the fingerprint of a place-time is taken of: the place, its times in µs since 1970."""
    times = {name: microseconds(place[name]) for name in ("starts_at", "ends_at")}
    return {**place, **times}


def _entity(entity: Entity, secret: bytes) -> PostedFeatures:
    identifiers = _valid_identifiers(entity)
    names = _names(entity)
    nations = sorted({code.lower() for code in entity["nationalities"]})
    fields: Mapping[str, Any] = entity
    present = [number for number, (_, field) in enumerate(_ATTRIBUTES) if fields[field]]
    fingerprints = [_identifier_fingerprint(secret, found) for _, found in identifiers]
    for number in present:
        attribute, field = _ATTRIBUTES[number]
        fingerprint = _recurring if attribute in _RECURRING else attribute_fingerprint
        fingerprints.append(fingerprint(secret, attribute, fields[field]))
    text = Text(
        entity["id"],
        entity["kind"],
        [
            (position, found.scheme, found.strength is Strength.STRONG)
            for position, found in identifiers
        ],
        present,
        names,
        entity["birth_date"] or "",
        (entity["sex"] or "")[:1].lower(),
        nations,
        place_words(entity["birth_place"] or ""),
        [_residence(address) for address in entity["addresses"][:ADDRESSES_KEPT]],
    )
    composites = {identifier_key(found) for _, found in identifiers}
    composites |= _name_keys(entity, names, nations)
    return PostedFeatures(
        text.entity, text.kind, encode(text, fingerprints), _hashed(composites, secret)
    )


def _place(place: PlaceTime, secret: bytes) -> PostedFeatures:
    microdegrees = place["latitude_microdegrees"], place["longitude_microdegrees"]
    extent = (
        place["radius_metres"] + place["uncertainty_metres"],
        microseconds(place["starts_at"]),
        microseconds(place["ends_at"]),
    )
    fingerprint = attribute_fingerprint(secret, PLACE_TIME, place_value(place))
    centre = microdegrees[0] / _MICRODEGREES, microdegrees[1] / _MICRODEGREES
    keys = _hashed({place_time_key(*each) for each in cell_days(centre, *extent)}, secret)
    blob = encode_place(place["id"], fingerprint, microdegrees, extent)
    return PostedFeatures(place["id"], PLACE_TIME, blob, keys)


def _hashed(composites: Iterable[Composite], secret: bytes) -> tuple[int, ...]:
    return tuple(
        sorted(
            {
                blocking_key(keyed_hash64(secret, _PARTS.join(parts)), may_split=splits(parts))
                for parts in composites
            }
        )
    )


def _valid_identifiers(entity: Entity) -> list[tuple[int, Canonical]]:
    """Index and canonical form of each identifier that may match, the first of equals only."""
    found: dict[tuple[str, str | None, str], tuple[int, Canonical]] = {}
    for index, identifier in enumerate(entity["identifiers"][:IDENTIFIERS_KEPT]):
        form = canonical(identifier["scheme"], identifier["issuer"], identifier["value"])
        if form.valid and form.strength is not Strength.WEAK:
            found.setdefault((form.scheme, form.issuer, form.value), (index, form))
    return list(found.values())


def _names(entity: Entity) -> list[list[str]]:
    """The distinct names, first published first, each as its sorted distinct words."""
    distinct = dict.fromkeys(
        tuple(
            sorted(set(words(name["full"] or f"{name['given']} {name['middle']} {name['family']}")))
        )
        for name in entity["names"][:NAMES_KEPT]
    )
    return [list(name) for name in distinct if name]


def _name_keys(entity: Entity, names: list[list[str]], nations: list[str]) -> set[Composite]:
    if entity["kind"] == "person":
        return person_keys(names, entity["birth_date"], nations)
    if entity["kind"] == "organization":
        homes = sorted({address["country"].lower() for address in entity["addresses"]} - {""})
        return organization_keys(names, nations or homes)
    return named_thing_keys(entity["kind"], names)


def _residence(address: Address) -> tuple[Sequence[str], str, str]:
    text = f"{address['line']} {address['city']}".replace(",", " ")
    return place_words(text), "".join(words(address["postcode"])), address["country"].lower()


@lru_cache(65_536)
def _identifier_fingerprint(secret: bytes, form: Canonical) -> int:
    return identifier_fingerprint(secret, form)


def _recurring(secret: bytes, attribute: str, value: Any) -> int:
    return _remembered(secret, attribute, tuple(value) if isinstance(value, list) else value)


@lru_cache(65_536)
def _remembered(secret: bytes, attribute: str, value: str | tuple[str, ...]) -> int:
    return attribute_fingerprint(
        secret, attribute, list(value) if isinstance(value, tuple) else value
    )
