"""Times as a scenario says them: `2026-03-02 10:00`, `10:15` on the day it starts, `+73 h`. UTC."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final

import yaml

from consumers.sharing.form import Reader, Spot

_UNITS: Final = {"ms": "milliseconds", "s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
_PART: Final = re.compile(r"(\d+) ?(ms|s|min|h|d)")
_LENGTH: Final = re.compile(rf"{_PART.pattern}(?: {_PART.pattern})*")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK: Final = re.compile(r"\d\d:\d\d(:\d\d)?")


def written(spot: Spot) -> str:
    """Read any plain value as it is written, quoted or not: a number, a date, a telephone."""
    if not isinstance(spot.node, yaml.ScalarNode) or not spot.node.value.strip():
        raise spot.refuse("a value is expected")
    return str(spot.node.value).strip()


def length(spot: Spot) -> timedelta:
    """Read a length of time such as `30 min` or `2 d 3 h`."""
    found = _length(written(spot))
    if found is None:
        raise spot.refuse("a length of time is expected, such as `30 min` (ms, s, min, h, d)")
    return found


def instant(spot: Spot) -> datetime:
    """Read a date and time, `2026-03-02 10:00`, UTC."""
    found = _instant(written(spot))
    if found is None:
        raise spot.refuse("a time is expected, such as `2026-03-02 10:00` (UTC)")
    return found


def moment(start: datetime) -> Reader[datetime]:
    """Return a reader of a moment of a scenario that starts at `start`."""

    def read(spot: Spot) -> datetime:
        text = written(spot)
        if text.startswith("+") and (after := _length(text[1:].strip())) is not None:
            return start + after
        if _CLOCK.fullmatch(text):
            try:
                return datetime.combine(start.date(), time.fromisoformat(text), UTC)
            except ValueError:
                raise spot.refuse(f"{text!r} is no time of day") from None
        if (found := _instant(text)) is not None:
            return found
        raise spot.refuse(
            "a moment is expected: `+10 min` after the start, `10:15` on the day of the start, "
            "or `2026-03-02 10:00` (UTC)"
        )

    return read


def _length(text: str) -> timedelta | None:
    if _LENGTH.fullmatch(text) is None:
        return None
    parts = ((_UNITS[unit], int(number)) for number, unit in _PART.findall(text))
    return sum((timedelta(**{unit: number}) for unit, number in parts), timedelta())


def _instant(text: str) -> datetime | None:
    text = text.removesuffix("Z").removesuffix(" UTC").strip()
    if _DAY.match(text) is None:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
