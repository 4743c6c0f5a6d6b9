"""An event's entities and places as they are posted: compact features and blocking keys.

`extract` runs once per event, at intake. Fingerprints (`schemas.fingerprint`) of each attribute as
published travel with the value made comparable, so that the vault can check later that what was
evidence still stands. `comparable` is the same without a secret, for work on files; one module, so
that no value is folded in one way for the stream and in another for a file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from schemas.blocking import blocking_key
from schemas.catalogue import CANCELS, WITHDRAW
from schemas.digest import keyed_hash64
from schemas.event import Address, Entity, Event, PlaceTime
from schemas.fingerprint import attribute_fingerprint, identifier_fingerprint
from schemas.identifiers import IDENTIFIERS, Canonical, Strength, canonical
from schemas.record import microseconds

from .bags import bag_of
from .blob import (
    FIELDS,
    OTHER,
    PLACE_TIME,
    Features,
    Home,
    IdentifierFeature,
    Posted,
    Text,
    Window,
    decode,
    encode,
    encode_place,
)
from .cells import PlaceKey, finer_keys, place_keys
from .keys import Composite, composites, place_time_key
from .names import PLACE_WORDS, name_of, wire_forms, words

__all__ = [
    "FIELDS",
    "PLACE_TIME",
    "Features",
    "Posted",
    "PostedFeatures",
    "comparable",
    "decode",
    "extract",
]

NAMES_KEPT: Final = 8
IDENTIFIERS_KEPT: Final = 32
ADDRESSES_KEPT: Final = 8
"""Bounds on what one entity can make others cost; what stands beyond them is not compared."""

_MICRODEGREES: Final = 1_000_000
_PARTS: Final = "\x1f"
_RECURRING: Final = frozenset({"birth_date", "sex", "nationality"})
"""Attributes of few values, whose fingerprints are worth remembering."""
_ATTRIBUTES: Final = tuple(FIELDS.items())
_NOTHING: Final = frozenset(
    "anytown unknown unk none nil null na test xxx xxxx tbd unnamed fnu lnu "  # noqa: SIM905
    "nfn nln notknown "
    "notavailable notapplicable noname noaddress nofixedabode".split()
)
"""What clerks write where they know nothing; FNU and LNU: first, last name unknown."""


class PostedFeatures(NamedTuple):
    """One entity or place as it is posted."""

    entity: str
    kind: str
    features: bytes
    keys: tuple[int, ...]
    finer: tuple[tuple[int, tuple[int, ...]], ...] = ()
    """What stands in for each key of a place that may be split; other place keys never are."""


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


def comparable(entity: Entity) -> tuple[Features, set[Composite]]:
    """What is compared of an entity, and the composites under which others find it.

    In files, unlike events, there are numbers of schemes that nobody knows: they are compared as
    they are written, among those of their own scheme.
    """
    identifiers = [*_valid_identifiers(entity), *_free_identifiers(entity)]
    features = _features(_text(entity, identifiers), entity)
    return features, composites(features)


def comparable_place(place: PlaceTime) -> tuple[Features, set[Composite]]:
    """The same for a place and a window of time.

    Raises:
        ContractError: PLACE_TIME_TOO_LARGE.
    """
    window = _window(place)
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


def place_value(place: PlaceTime) -> dict[str, Any]:
    """What the fingerprint of a place-time is taken of: the place, its times in µs since 1970."""
    times = {name: microseconds(place[name]) for name in ("starts_at", "ends_at")}
    return {**place, **times}


def _entity(entity: Entity, secret: bytes) -> PostedFeatures:
    identifiers = _valid_identifiers(entity)
    text = _text(entity, identifiers)
    fields: Mapping[str, Any] = entity
    fingerprints = [_identifier_fingerprint(secret, found) for _, found in identifiers]
    for number in text.present:
        attribute, field = _ATTRIBUTES[number]
        fingerprint = _recurring if attribute in _RECURRING else attribute_fingerprint
        fingerprints.append(fingerprint(secret, attribute, fields[field]))
    keys = _hashed(composites(_features(text, entity)), secret)
    return PostedFeatures(text.entity, text.kind, encode(text, fingerprints), keys)


def _text(entity: Entity, identifiers: Sequence[tuple[int, Canonical]]) -> Text:
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
        entity["birth_date"] or "",
        (entity["sex"] or "")[:1].lower(),
        sorted({code.lower() for code in entity["nationalities"]}),
        place_words(entity["birth_place"] or ""),
        [home for each in entity["addresses"][:ADDRESSES_KEPT] if any(home := _home(each))],
    )


def _features(text: Text, entity: Entity) -> Features:
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


def _place(place: PlaceTime, secret: bytes) -> PostedFeatures:
    window = _window(place)
    microdegrees = place["latitude_microdegrees"], place["longitude_microdegrees"]
    fingerprint = attribute_fingerprint(secret, PLACE_TIME, place_value(place))
    blob = encode_place(place["id"], fingerprint, microdegrees, window[2:])
    keys, finer = [], {}
    for key in place_keys(window):
        instead = finer_keys(window, key)
        hashed = _place_key(secret, key, may_split=instead is not None)
        keys.append(hashed)
        if instead is not None:
            finer[hashed] = tuple(
                sorted(_place_key(secret, each, may_split=False) for each in instead)
            )
    return PostedFeatures(
        place["id"], PLACE_TIME, blob, tuple(sorted(keys)), tuple(sorted(finer.items()))
    )


def _window(place: PlaceTime) -> Window:
    return Window(
        place["latitude_microdegrees"] / _MICRODEGREES,
        place["longitude_microdegrees"] / _MICRODEGREES,
        place["radius_metres"] + place["uncertainty_metres"],
        microseconds(place["starts_at"]),
        microseconds(place["ends_at"]),
    )


def _place_key(secret: bytes, key: PlaceKey, *, may_split: bool) -> int:
    return _blocking_key(secret, place_time_key(key), may_split=may_split)


def _hashed(composites: Iterable[Composite], secret: bytes) -> tuple[int, ...]:
    return tuple(
        sorted({_blocking_key(secret, each, may_split=not _strong(each)) for each in composites})
    )


def _blocking_key(secret: bytes, composite: Composite, *, may_split: bool) -> int:
    return blocking_key(keyed_hash64(secret, _PARTS.join(composite)), may_split=may_split)


def _strong(composite: Composite) -> bool:
    """Whether a composite is that of a strong identifier, whose key is never split."""
    kind, *parts = composite
    return kind == "id" and IDENTIFIERS[parts[0]].strength is Strength.STRONG


def _valid_identifiers(entity: Entity) -> list[tuple[int, Canonical]]:
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
