"""A released place and window as a person reads it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from consumers.portal import wording
from consumers.portal.subjects import Party, source_of
from consumers.portal.wording import Words

_MICRODEGREES: Final = 1_000_000
_AREA: Final = {"Where", "Country"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when; lines of (label, text), only what is told."""

    reference: str
    source: Party | None
    lines: tuple[tuple[str, str], ...]
    level: Words
    obligations: tuple[str, ...]
    clause: str


def place_of(item: Mapping[str, Any], others: Sequence[Party]) -> Place:
    """Return a row of `place_time`; its value is whole, an area, a month, a token or nothing."""
    value = item.get("value")
    return Place(
        reference=str(item.get("place") or ""),
        source=source_of(item, others),
        lines=tuple(_lines(value)) if isinstance(value, Mapping) else _token(value),
        level=wording.words(wording.LEVELS, str(item.get("level") or "")),
        obligations=tuple(wording.obligation(str(o)) for o in item.get("obligations") or ()),
        clause=str(item.get("clause") or ""),
    )


def day_and_area(items: Iterable[Mapping[str, Any]]) -> str:
    """Return day or month and area of the first row of `place_time` that tells any; one line."""
    for item in items:
        value = item.get("value")
        if not isinstance(value, Mapping):
            continue
        moment = str(value.get("starts_at") or value.get("starts_on") or value.get("month") or "")
        parts = [_time(moment)[:10], *(text for label, text in _lines(value) if label in _AREA)]
        if told := ", ".join(filter(None, parts)):
            return told
    return ""


def _token(value: Any) -> tuple[tuple[str, str], ...]:
    return (("Token", str(value)),) if value else ()


def _lines(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    lines = []
    if "latitude_microdegrees" in value and "longitude_microdegrees" in value:
        latitude = _degrees(value["latitude_microdegrees"], "N", "S")
        longitude = _degrees(value["longitude_microdegrees"], "E", "W")
        lines.append(("Where", f"{latitude} {longitude}"))
    if "radius_metres" in value:
        unsure = value.get("uncertainty_metres")
        more = f", position known to {unsure:,} m" if unsure else ""
        lines.append(("Radius", f"{value['radius_metres']:,} m{more}"))
    named = (
        ("country", "Country"),
        ("starts_at", "Starts"),
        ("ends_at", "Ends"),
        ("starts_on", "Starts on"),
        ("ends_on", "Ends on"),
        ("month", "Month"),
    )
    lines += [(label, _time(str(value[key]))) for key, label in named if value.get(key)]
    return lines


def _degrees(microdegrees: int, positive: str, negative: str) -> str:
    side = positive if microdegrees >= 0 else negative
    return f"{abs(microdegrees) / _MICRODEGREES:.5f}\N{DEGREE SIGN}\N{NO-BREAK SPACE}{side}"


def _time(text: str) -> str:
    """Show a time in UTC with seconds; days, months and countries as they are."""
    if "T" not in text:
        return text
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
