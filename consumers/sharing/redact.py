"""One value shown at one level: what the level takes away is not there to be found again.

    full      the value, canonical where its scheme has a canonical form
    summary   a month, a town; of an operation an area of about 10 km and whole days
    masked    initials, a decade, a country, the last characters of a number
    token     a keyed id, the same for the same value and recipient, and for nobody else
    pointer   nothing but that the field is there

A field that has no summary is masked, one that cannot be masked is a pointer.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from consumers.sharing.fields import Value
from consumers.sharing.vocabulary import LEVELS, PLACE_TIME
from schemas.digest import keyed_id
from schemas.event import PlaceTime

POINTER, TOKEN, MASKED, SUMMARY, FULL = range(1, len(LEVELS))

_AREA_MICRODEGREES: Final = 100_000
_HIDDEN: Final = "***"


class Keys(NamedTuple):
    """Makes ids that mean something to one office only; `secret` keys all that leaves."""

    secret: bytes
    office: str

    def reference(self, kind: str, name: str) -> str:
        """Return the id of an entity, place or side for this recipient; 32 hex digits."""
        return _reference(self.secret, self.office, kind, name)

    def token(self, *parts: str) -> str:
        """Return the id of a value for this recipient; 32 hex digits."""
        return keyed_id(self.secret, self.office, "value", *parts)


@lru_cache(16_384)
def _reference(secret: bytes, office: str, kind: str, name: str) -> str:
    """Remembered, because every attempt decides again; values are not."""
    return keyed_id(secret, office, kind, name)


def redact(value: Value, level: int, keep_last: int, keys: Keys) -> tuple[int, str | None]:
    """Return the level that a value is shown at, at most `level`, and what is shown."""
    if level == FULL:
        return FULL, _labelled(value, value.text)
    if level == SUMMARY and (text := _SUMMARIES.get(value.field, _nothing)(value)):
        return SUMMARY, text
    if level >= MASKED and (text := _masked(value, keep_last)):
        return MASKED, text
    if level == TOKEN:
        return TOKEN, keys.token(value.field, value.label, value.text)
    return POINTER, None


def redact_place(place: PlaceTime, level: int, keys: Keys) -> tuple[int, Any]:
    """Return the level that a place and window is shown at, and what is shown."""
    starts, ends = place["starts_at"].astimezone(UTC), place["ends_at"].astimezone(UTC)
    if level == FULL:
        whole = {**place, "starts_at": _instant(starts), "ends_at": _instant(ends)}
        return FULL, {key: value for key, value in whole.items() if key != "id"}
    if level == SUMMARY:
        return SUMMARY, {
            "latitude_microdegrees": _area(place["latitude_microdegrees"]),
            "longitude_microdegrees": _area(place["longitude_microdegrees"]),
            "country": place["country"],
            "starts_on": f"{starts:%Y-%m-%d}",
            "ends_on": f"{ends:%Y-%m-%d}",
        }
    if level == MASKED:
        return MASKED, {"country": place["country"], "month": f"{starts:%Y-%m}"}
    if level == TOKEN:
        return TOKEN, keys.token(PLACE_TIME, *map(str, place.values()))
    return POINTER, None


def _nothing(_value: Value) -> str:
    return ""


def _area(microdegrees: int) -> int:
    return round(microdegrees / _AREA_MICRODEGREES) * _AREA_MICRODEGREES


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _town(value: Value) -> str:
    address = value.parts
    if address is None:
        return ""
    return ", ".join(filter(None, (address["city"], address["region"], address["country"])))


_SUMMARIES: Final[dict[str, Callable[[Value], str]]] = {
    "birth_date": lambda value: value.text[:7],
    "address": _town,
}


def _masked(value: Value, keep_last: int) -> str:
    """Hide a value but for a little of it; never more than half of its characters stay."""
    if value.published:
        kept = min(keep_last, len(value.text) // 2)
        return _labelled(value, _HIDDEN + value.text[len(value.text) - kept :])
    match value.field:
        case "name":
            return " ".join(f"{word[0]}{_HIDDEN}" for word in value.text.split())
        case "birth_date":
            return f"{value.text[:3]}*"
        case "address" if value.parts is not None:
            return value.parts["country"]
        case _:
            return ""


def _labelled(value: Value, text: str) -> str:
    return f"{value.label} {text}" if value.label else text
