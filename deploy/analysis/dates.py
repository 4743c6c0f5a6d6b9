"""Dates of birth as files write them, made `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

Whether 03/04/1958 is in March or April is decided once per column, from all its values: one day
over 12 tells. Where none does, a dot means day first and other separators month first, as in the
United States; the summary says which was taken.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

_DAY_FIRST: Final = "day first"
_MONTH_FIRST: Final = "month first"

_TIME: Final = re.compile(r"[T ]\d{1,2}:\d\d.*$|(?<=\d)\.0+$")
_ABOUT: Final = re.compile(
    r"^(?:c\.?|ca\.?|circa|about|abt\.?|approx\.?|~)\s*|\s*\?$", re.IGNORECASE
)
_PARTS: Final = re.compile(r"(\d{1,4})\s*([-/. ])\s*(\d{1,2})\s*[-/. ]\s*(\d{1,4})", re.ASCII)
_COMPACT: Final = re.compile(r"\d{8}", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_YEAR_MONTH: Final = re.compile(r"(\d{4})[-/. ]?(\d{1,2})|(\d{1,2})[-/. ](\d{4})", re.ASCII)
_DAY_NAMED: Final = re.compile(r"(?:(\d{1,2})\D{0,3}[-/. ])?\s*([^\W\d_]{3,})\.?[-/., ]+(\d{4})")
_NAMED_DAY: Final = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})\D{0,2},?\s+(\d{4})")
_NAMED_MONTHS: Final = (
    "jan ene", "feb fév fev", "mar mär mrz", "apr abr avr", "may mai mag", "jun giu juin",
    "jul lug juil", "aug ago aoû", "sep set", "oct okt ott", "nov", "dec dez dic déc",
)  # fmt: skip
_MONTHS: Final = {
    word: number for number, words in enumerate(_NAMED_MONTHS, 1) for word in words.split()
}
_FIRST_YEAR, _LAST_YEAR = 1, 2199
_THIS_CENTURY: Final = 25
"""Years of two digits: 00 to 25 are of the 21st century, the others of the 20th."""


class DateOrder(NamedTuple):
    """How one column writes what could be read in two ways."""

    last: str
    """A/B/YYYY: `day first` or `month first`."""
    first: str
    """YYYY-A-B."""
    compact: str
    """Eight digits: `YMD`, `YDM`, `DMY` or `MDY`."""
    certain: bool
    """False where nothing in the column told the order of day and month and it had to."""


class DateFormat(NamedTuple):
    """A format given in the mapping: a pattern and which of year, month, day each group is."""

    pattern: re.Pattern[str]
    fields: tuple[str, ...]


ISO: Final = DateOrder(_MONTH_FIRST, _MONTH_FIRST, "YMD", certain=True)


def read_format(text: str) -> DateFormat | None:
    """Return the format of a text such as DD/MM/YYYY or DDMONYY; None if it is none."""
    pieces = re.split(r"(YYYY|YY|MON|MM|DD)", text)
    fields = tuple(piece for piece in pieces[1::2])
    kinds = [field[0] + field[1:2].replace("O", "M") for field in fields]
    if len(set(kinds)) != len(kinds) or "YY" not in kinds or re.search(r"\w", "".join(pieces[::2])):
        return None
    groups = {"YYYY": r"(\d{4})", "YY": r"(\d\d)", "MON": r"([^\W\d_]{3,})"}
    strict = "".join(pieces[::2]) == ""
    number = r"(\d\d)" if strict else r"(\d{1,2})"
    pattern = "".join(
        groups.get(piece, number) if place % 2 else re.escape(piece)
        for place, piece in enumerate(pieces)
    )
    return DateFormat(re.compile(pattern, re.ASCII), fields)


def order_of(values: Iterable[str]) -> DateOrder:
    """Decide how a column writes its dates; the same values in any sequence decide the same."""
    votes: dict[str, int] = {}
    for value in values:
        for vote in _votes(value.strip()):
            votes[vote] = votes.get(vote, 0) + 1
    return decide(votes)


def votes_of(value: str) -> tuple[str, ...]:
    """What one value tells of its column's order; to be counted and given to `decide`."""
    return _votes(value.strip())


def decide(votes: dict[str, int]) -> DateOrder:
    """Return the order that most of the counted votes prove."""
    last = votes.get("last " + _DAY_FIRST, 0) - votes.get("last " + _MONTH_FIRST, 0)
    first = votes.get("first " + _DAY_FIRST, 0) - votes.get("first " + _MONTH_FIRST, 0)
    dotted = votes.get("dotted", 0) * 2 > votes.get("last", 0)
    compact = max(("YMD", "DMY", "MDY", "YDM"), key=lambda order: votes.get(order, 0))
    return DateOrder(
        _DAY_FIRST if last > 0 or (last == 0 and dotted) else _MONTH_FIRST,
        _DAY_FIRST if first > 0 else _MONTH_FIRST,
        compact,
        certain=last != 0 or dotted or not votes.get("last"),
    )


@lru_cache(65_536)
def _votes(text: str) -> tuple[str, ...]:
    text = _TIME.sub("", text)
    if _COMPACT.fullmatch(text):
        return tuple(order for order in ("YMD", "YDM", "DMY", "MDY") if _is_date(text, order))
    found = _PARTS.fullmatch(text)
    if found is None:
        return ()
    one, separator, two, three = found.groups()
    where = "first" if len(one) > 2 else "last"
    a, b = (int(two), int(three)) if where == "first" else (int(one), int(two))
    votes = [where, "dotted"] if separator == "." and where == "last" else [where]
    if a > 12 >= b > 0:
        votes.append(f"{where} {_DAY_FIRST}")
    elif b > 12 >= a > 0:
        votes.append(f"{where} {_MONTH_FIRST}")
    return tuple(votes)


def _is_date(text: str, order: str) -> bool:
    year, month, day = _compact(text, order)
    return 1850 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _compact(text: str, order: str) -> tuple[int, int, int]:
    parts, at = {}, 0
    for part in order:
        width = 4 if part == "Y" else 2
        parts[part] = int(text[at : at + width])
        at += width
    return parts["Y"], parts["M"], parts["D"]


@lru_cache(131_072)
def read_date(text: str, order: DateOrder, given: DateFormat | None = None) -> str | None:
    """Return a date at the precision it has; None where it cannot be read."""
    text = _ABOUT.sub("", text.strip())
    if given is not None:
        return _by_format(text, given)
    text = _TIME.sub("", text)
    return _numeric(text, order) or _named(text)


def _numeric(text: str, order: DateOrder) -> str | None:
    if _YEAR.fullmatch(text):
        return date_of(int(text))
    if _COMPACT.fullmatch(text):
        return date_of(*_compact(text, order.compact))
    if found := _PARTS.fullmatch(text):
        return _three(found[1], found[3], found[4], order)
    if found := _YEAR_MONTH.fullmatch(text):
        return date_of(int(found[1] or found[4]), int(found[2] or found[3]))
    return None


def _named(text: str) -> str | None:
    """A date with the month's name: 1 March 1958, March 1 1958, Mar 1958."""
    if found := _DAY_NAMED.fullmatch(text):
        day, month, year = found.groups()
    elif found := _NAMED_DAY.fullmatch(text):
        month, day, year = found.groups()
    else:
        return None
    number = month_number(month)
    return date_of(int(year), number, int(day or 0)) if number else None


def date_of(year: int, month: int = 0, day: int = 0) -> str | None:
    """Return the text of a year, month and day; 0 is unknown, None a year that is none.

    A slip of the pen stays as it is: 1945-04-93 is one digit from 1945-04-03, and comparing sees
    that, where a date cut down to its year would not.
    """
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    if not month:
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}-{day:02d}" if day else f"{year:04d}-{month:02d}"


def month_number(text: str) -> int | None:
    """Return the month of a number or a name; None if it is neither."""
    if text.isdecimal():
        return int(text)
    return _MONTHS.get(text[:4].lower()) or _MONTHS.get(text[:3].lower())


def _three(one: str, two: str, three: str, order: DateOrder) -> str | None:
    if len(one) > 2:
        year, a, b = int(one), int(two), int(three)
        month, day = (b, a) if order.first == _DAY_FIRST else (a, b)
    else:
        year = int(three) if len(three) > 2 else _century(int(three))
        a, b = int(one), int(two)
        month, day = (b, a) if order.last == _DAY_FIRST else (a, b)
    return date_of(year, month, day)


def _by_format(text: str, given: DateFormat) -> str | None:
    found = given.pattern.match(text)
    if found is None:
        return None
    year = month = day = 0
    for field, value in zip(given.fields, found.groups(), strict=True):
        if field in {"YYYY", "YY"}:
            year = int(value) if field == "YYYY" else _century(int(value))
        elif field == "DD":
            day = int(value)
        else:
            month = month_number(value) or 0
    return date_of(year, month, day)


def _century(year: int) -> int:
    return year + (2000 if year <= _THIS_CENTURY else 1900)
