"""Birth dates compared, of any precision: YYYY, YYYY-MM, YYYY-MM-DD; impossible days included.

A slip of the pen makes impossible dates (1856-86-18), and they still say something; what is shaped
like a date is compared as one. The first of January stands for "only the year is known".
"""

from functools import lru_cache
from operator import eq
from typing import Final

from rapidfuzz.distance import OSA

from .names import CLOSE, CONFLICT, EXACT, PARTIAL, Compared

_NEW_YEAR: Final = "-01-01"
_DEFAULTS: Final = frozenset(
    (
        *("1900-01-01", "1901-01-01", "1970-01-01", "1904-01-01", "1899-12-30", "1899-12-31"),
        *("1800-01-01", "1753-01-01", "1111-11-11", "1000-01-01", "0001-01-01"),
    )
)
"""What a form or a program writes where no date is known."""
_UNKNOWN_PARTS: Final = frozenset(("00", "99"))
_UNKNOWN_YEARS: Final = frozenset(("0000", "9999", "9998", "1111"))
_NEW_YEAR_CLASS, _DEFAULT_CLASS = 3, 4
_GUESS_CLASS, _GUESS_YEARS = 2, 10
_MONTHS, _DAYS = 12, 31
_CACHE_PAIRS: Final = 65_536


def compare_birth_dates(left: str, right: str) -> Compared:
    """Level and class of two dates; symmetric.

    Classes: exact, parts that agree less one, 3 a first of January, 4 a date that programs write
    for want of one (as partial, 4: one of them is); close, 2 one slip of the pen or day for month,
    1 two of three parts, 0 two slips; partial, 3 the less precise one agrees, 2 the year alone,
    1 another part alone, 0 less precise and a year apart; conflict, 1 over five years apart, else
    0; where a year is all that one says, and so perhaps a guess, 3 over ten years apart, else 2.
    """
    if left == right:
        return EXACT, _exact_class(left)
    return _unequal(left, right) if left < right else _unequal(right, left)


@lru_cache(_CACHE_PAIRS)
def known_date(date: str) -> str:
    """What of a date is known: parts of zeros and nines stand for none."""
    parts = date.split("-")
    if parts[0] in _UNKNOWN_YEARS:
        return ""
    known = [number for number, part in enumerate(parts) if part in _UNKNOWN_PARTS]
    return "-".join(parts[: known[0]] if known else parts)


@lru_cache(_CACHE_PAIRS)
def _exact_class(date: str) -> int:
    if date in _DEFAULTS:
        return _DEFAULT_CLASS
    if date.endswith(_NEW_YEAR):
        return _NEW_YEAR_CLASS
    parts = [int(part) for part in date.split("-")]
    possible = all(part <= most for part, most in zip(parts[1:], (_MONTHS, _DAYS), strict=False))
    return len(parts) - 1 if possible else 0


@lru_cache(_CACHE_PAIRS)
def _unequal(left: str, right: str) -> Compared:
    if left in _DEFAULTS or right in _DEFAULTS:
        return PARTIAL, _DEFAULT_CLASS
    years = abs(int(left[:4]) - int(right[:4]))
    if left.count("-") == right.count("-") == 2 and not _year_only(left, right):
        return _full(left.split("-"), right.split("-"), left, right, years)
    if right.startswith(left) or (_year_only(left, right) and years == 0):
        return PARTIAL, 3
    if years <= 1:
        return PARTIAL, 0
    return CONFLICT, _GUESS_CLASS if years <= _GUESS_YEARS else _GUESS_CLASS + 1


def _year_only(left: str, right: str) -> bool:
    return left.endswith(_NEW_YEAR) != right.endswith(_NEW_YEAR)


def _full(one: list[str], other: list[str], left: str, right: str, years: int) -> Compared:
    agree = list(map(eq, one, other))
    edits = OSA.distance(left, right, score_cutoff=2)
    if edits == 1 or (agree[0] and one[1] == other[2] and one[2] == other[1]):
        return CLOSE, 2
    if sum(agree) == 2:
        return CLOSE, 1
    if edits == 2:
        return CLOSE, 0
    if sum(agree) == 1:
        return PARTIAL, 2 if agree[0] else 1
    return CONFLICT, int(years > 5)
