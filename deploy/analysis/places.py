"""A place and a time window of a row."""

from datetime import UTC, datetime, timedelta
from typing import Final

from schemas.event import PlaceTime
from schemas.places import is_too_large

_MICRODEGREES: Final = 1_000_000


def place_time(
    centre: tuple[float | None, float | None],
    extent: tuple[float | None, float | None],
    times: tuple[str, str],
) -> PlaceTime | None:
    """A place and time; None where it cannot be read or is larger than an operation can be."""
    (latitude, longitude), (radius, uncertainty), window = centre, extent, moments(*times)
    if latitude is None or longitude is None or window is None:
        return None
    if (
        radius is None
        or uncertainty is None
        or not (-90 <= latitude <= 90 and abs(longitude) <= 180)
    ):
        return None
    starts, ends = window
    place: PlaceTime = {
        "id": "p",
        "latitude_microdegrees": round(latitude * _MICRODEGREES),
        "longitude_microdegrees": round(longitude * _MICRODEGREES),
        "radius_metres": int(radius),
        "uncertainty_metres": int(uncertainty),
        "starts_at": starts,
        "ends_at": ends,
        "country": "",
    }
    return None if is_too_large(place) else place


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
