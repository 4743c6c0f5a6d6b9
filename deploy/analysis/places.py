"""A place and a time window of a row."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from deploy.analysis.values import number
from schemas.event import PlaceTime
from schemas.places import is_too_large

PARTS: Final = (
    *("latitude", "longitude", "radius_metres", "uncertainty_metres", "starts_at", "ends_at"),
)
"""What makes a place and time; the radius, the uncertainty and the end may be blank."""
_FIGURES: Final = {"latitude": "", "longitude": "", "radius_metres": "0", "uncertainty_metres": "0"}
_RANGES: Final = {"latitude": (-90, 90), "longitude": (-180, 180)}
_LARGEST_METRES: Final = 10_000_000
_MICRODEGREES: Final = 1_000_000


def place_time(written: Mapping[str, str]) -> PlaceTime | str:
    """A place and time of what is written of its PARTS; else the part that cannot be read.

    Of a place larger than an operation can be, that is its radius or its end.
    """
    figures = {name: number(written[name] or default) for name, default in _FIGURES.items()}
    for name, figure in figures.items():
        low, high = _RANGES.get(name, (0, _LARGEST_METRES))
        if figure is None or not low <= figure <= high:
            return name
    window = moments(written["starts_at"], written["ends_at"])
    if window is None:
        return "ends_at" if moments(written["starts_at"], "") else "starts_at"
    known = {name: figure or 0.0 for name, figure in figures.items()}
    place: PlaceTime = {
        "id": "p",
        "latitude_microdegrees": round(known["latitude"] * _MICRODEGREES),
        "longitude_microdegrees": round(known["longitude"] * _MICRODEGREES),
        "radius_metres": int(known["radius_metres"]),
        "uncertainty_metres": int(known["uncertainty_metres"]),
        "starts_at": window[0],
        "ends_at": window[1],
        "country": "",
    }
    if is_too_large(place):
        small = is_too_large(place | {"radius_metres": 0, "uncertainty_metres": 0})
        return "ends_at" if small else "radius_metres"
    return place


def moments(starts: str, ends: str) -> tuple[datetime, datetime] | None:
    """Return a time window in UTC; None where it cannot be read or ends before it starts.

    A date alone is its whole day; a start without an end lasts a second.
    """
    first = _moment(starts)
    last = _moment(ends) if ends else first
    if first is None or last is None:
        return None
    lasting = last[1] or (timedelta() if ends else timedelta(seconds=1))
    start, end = first[0], last[0] + lasting
    return (start, end) if start < end else None


def _moment(text: str) -> tuple[datetime, timedelta] | None:
    """A moment, and how long what was written lasts: a day for a date alone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    whole = timedelta(days=1) if len(text) <= 10 else timedelta()
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware, whole
