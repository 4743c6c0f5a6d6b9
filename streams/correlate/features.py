"""An event's entities and places as they are posted: compact features and blocking keys.

`extract` runs once per event, at intake. Fingerprints (`schemas.fingerprint`) of each attribute as
published travel with the value made comparable, so that the vault can check later that what was
evidence still stands.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from schemas.blocking import blocking_key
from schemas.catalogue import CANCELS, WITHDRAW
from schemas.digest import keyed_hash64
from schemas.event import Entity, Event, PlaceTime
from schemas.fingerprint import attribute_fingerprint, identifier_fingerprint
from schemas.identifiers import Canonical
from schemas.record import microseconds

from .blob import FIELDS, PLACE_TIME, Features, Posted, decode, encode, encode_place
from .cells import PlaceKey, finer_keys, place_keys
from .folding import features_of, text_of, valid_identifiers, window_of
from .keys import Composite, composites, may_split, place_time_key

__all__ = ["FIELDS", "PLACE_TIME", "Features", "Posted", "PostedFeatures", "decode", "extract"]

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


def place_value(place: PlaceTime) -> dict[str, Any]:
    """What the fingerprint of a place-time is taken of: the place, its times in µs since 1970."""
    times = {name: microseconds(place[name]) for name in ("starts_at", "ends_at")}
    return {**place, **times}


def _entity(entity: Entity, secret: bytes) -> PostedFeatures:
    identifiers = valid_identifiers(entity)
    text = text_of(entity, identifiers)
    fields: Mapping[str, Any] = entity
    fingerprints = [_identifier_fingerprint(secret, found) for _, found in identifiers]
    for number in text.present:
        attribute, field = _ATTRIBUTES[number]
        fingerprint = _recurring if attribute in _RECURRING else attribute_fingerprint
        fingerprints.append(fingerprint(secret, attribute, fields[field]))
    keys = _hashed(composites(features_of(text, entity)), secret)
    return PostedFeatures(text.entity, text.kind, encode(text, fingerprints), keys)


def _place(place: PlaceTime, secret: bytes) -> PostedFeatures:
    window = window_of(place)
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


def _place_key(secret: bytes, key: PlaceKey, *, may_split: bool) -> int:
    return _blocking_key(secret, place_time_key(key), may_split=may_split)


def _hashed(composites: Iterable[Composite], secret: bytes) -> tuple[int, ...]:
    return tuple(
        sorted({_blocking_key(secret, each, may_split=may_split(each)) for each in composites})
    )


def _blocking_key(secret: bytes, composite: Composite, *, may_split: bool) -> int:
    return blocking_key(keyed_hash64(secret, _PARTS.join(composite)), may_split=may_split)


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
