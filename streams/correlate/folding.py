"""Values of an entity folded: what of it is compared, without a secret, for events and files alike.

Every value is brought into one form here, once: names on the wire, words of places in order, valid
identifiers canonical. What a clerk wrote for want of knowledge is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from schemas.event import Address, Entity, PlaceTime
from schemas.identifiers import Canonical, Strength, canonical
from schemas.record import microseconds

from .bags import bag_of
from .blob import FIELDS, OTHER, PLACE_TIME, Features, Home, IdentifierFeature, Text, Window
from .cells import place_keys
from .dates import known_date
from .keys import Composite, composites, place_time_key
from .names import PLACE_WORDS, name_of, wire_forms, words

NAMES_KEPT: Final = 8
IDENTIFIERS_KEPT: Final = 32
ADDRESSES_KEPT: Final = 8
"""Bounds on what one entity can make others cost; what stands beyond them is not compared."""

_MICRODEGREES: Final = 1_000_000
_ATTRIBUTES: Final = tuple(FIELDS.items())
_NOTHING_WORDS: Final = (
    "anytown unknown unk none nil null na test xxx xxxx tbd unnamed fnu lnu nfn nln notknown "
    "notavailable notapplicable noname noaddress nofixedabode"
)
_NOTHING: Final = frozenset(_NOTHING_WORDS.split())
"""What clerks write where they know nothing; FNU and LNU: first, last name unknown."""


def comparable(entity: Entity) -> tuple[Features, set[Composite]]:
    """What is compared of an entity, and the composites under which others find it.

    In files, unlike events, there are numbers of schemes that nobody knows: they are compared as
    they are written, among those of their own scheme.
    """
    identifiers = [*valid_identifiers(entity), *_free_identifiers(entity)]
    features = features_of(text_of(entity, identifiers), entity)
    return features, composites(features)


def comparable_place(place: PlaceTime) -> tuple[Features, set[Composite]]:
    """The same for a place and a window of time.

    Raises:
        ContractError: PLACE_TIME_TOO_LARGE.
    """
    window = window_of(place)
    return Features(PLACE_TIME, window=window), set(map(place_time_key, place_keys(window)))


@lru_cache(16_384)
def place_words(text: str) -> tuple[str, ...]:
    """The words of a place that tell it from others: what stands before the last comma.

    The part behind it is a country or region, which `nationality` and `address` weigh already.
    """
    local, comma, _ = text.rpartition(",")
    found = words(local if comma else text)
    telling = {word for word in found if word not in PLACE_WORDS}
    return _known(tuple(sorted(telling or set(words(text)))))


def text_of(entity: Entity, identifiers: Sequence[tuple[int, Canonical]]) -> Text:
    """An entity's values folded; nothing that a clerk wrote for want of knowledge is kept."""
    fields: Mapping[str, Any] = entity
    return Text(
        entity["id"],
        entity["kind"],
        [
            IdentifierFeature(
                found.scheme,
                f"{found.issuer} {found.value}" if found.issuer else found.value,
                found.strength is Strength.STRONG,
                position,
            )
            for position, found in identifiers
        ],
        [number for number, (_, field) in enumerate(_ATTRIBUTES) if fields[field]],
        _names(entity),
        known_date(entity["birth_date"] or ""),
        (entity["sex"] or "")[:1].lower(),
        sorted({code.lower() for code in entity["nationalities"]}),
        place_words(entity["birth_place"] or ""),
        [home for each in entity["addresses"][:ADDRESSES_KEPT] if any(home := _home(each))],
    )


def features_of(text: Text, entity: Entity) -> Features:
    """The same as `decode` makes of the blob; affiliations do not travel."""
    return Features(
        text.kind,
        tuple(map(name_of, text.names)),
        text.birth_date,
        text.sex,
        tuple(text.nationalities),
        bag_of(text.birth_place) if text.birth_place else None,
        tuple([Home(bag_of(street), bag_of(city), *rest) for street, city, *rest in text.homes]),
        tuple(text.identifiers),
        tuple(
            (each["kind"], bag_of(found))
            for each in entity.get("affiliations", ())
            if (found := _known(tuple(words(each["name"]))))
        ),
    )


def valid_identifiers(entity: Entity) -> list[tuple[int, Canonical]]:
    """Index and canonical form of each identifier that may match, the first of equals only."""
    found: dict[tuple[str, str | None, str], tuple[int, Canonical]] = {}
    for index, identifier in enumerate(entity["identifiers"][:IDENTIFIERS_KEPT]):
        form = canonical(identifier["scheme"], identifier["issuer"], identifier["value"])
        if form.valid and form.strength is not Strength.WEAK:
            found.setdefault((form.scheme, form.issuer, form.value), (index, form))
    return list(found.values())


def _free_identifiers(entity: Entity) -> Iterator[tuple[int, Canonical]]:
    for index, identifier in enumerate(entity["identifiers"][:IDENTIFIERS_KEPT]):
        value = "".join(words(identifier["value"]))
        if identifier["scheme"] == OTHER and value.strip("0"):
            yield index, Canonical(OTHER, identifier["issuer"], value, Strength.SHARED, valid=True)


def window_of(place: PlaceTime) -> Window:
    """The disc and the time span of a place, its uncertainty part of the radius."""
    return Window(
        place["latitude_microdegrees"] / _MICRODEGREES,
        place["longitude_microdegrees"] / _MICRODEGREES,
        place["radius_metres"] + place["uncertainty_metres"],
        microseconds(place["starts_at"]),
        microseconds(place["ends_at"]),
    )


def _names(entity: Entity) -> list[str]:
    """The distinct names on the wire, first published first."""
    kind = entity["kind"]
    found = (
        wire
        for name in entity["names"][:NAMES_KEPT]
        for wire in wire_forms(kind, name["full"], name["given"], name["middle"], name["family"])
    )
    return list(dict.fromkeys(found))


def _home(address: Address) -> tuple[tuple[str, ...], tuple[str, ...], str, str]:
    street = _known(tuple(words(address["line"].replace(",", " "))))
    city = place_words(address["city"].replace(",", " "))
    postcode = "".join(words(address["postcode"]))
    if not postcode.strip("0") or not postcode.strip("9"):
        postcode = ""
    return street, city, postcode, address["country"].lower()


def _known(found: tuple[str, ...]) -> tuple[str, ...]:
    return () if "".join(found) in _NOTHING else found
