"""Values compared: birth dates, places, addresses (names: `names`). Symmetric; knows no weights.

A frequency class says how much agreement tells: of a birth date, how precise the comparison was;
of other values it is 0.
"""

from operator import eq

from rapidfuzz.distance import OSA

from .blob import Residence
from .names import CLOSE, CONFLICT, EXACT, PARTIAL, Compared, nearness


def compare_birth_dates(left: str, right: str) -> Compared:
    """Dates of any precision: YYYY, YYYY-MM, YYYY-MM-DD.

    Classes: exact and close, parts that agree less one; partial, 2 the less precise date agrees,
    1 the year is one off, 0 two full dates that only come near; conflict, 1 over five years apart.
    """
    if left == right:
        return EXACT, left.count("-")
    years = abs(int(left[:4]) - int(right[:4]))
    if left.count("-") == right.count("-") == 2:
        if _one_slip(left, right):
            return CLOSE, 2
        agree = sum(map(eq, left.split("-"), right.split("-")))
        if agree == 2:
            return CLOSE, 1
        return (PARTIAL, 0) if years <= 1 else (CONFLICT, int(years > 5))
    if left.startswith(right) or right.startswith(left):
        return PARTIAL, 2
    return (PARTIAL, 1) if years <= 1 else (CONFLICT, int(years > 5))


def _one_slip(left: str, right: str) -> bool:
    """Whether two full dates differ in one digit, two neighbours, or day for month."""
    swapped = left[:4] == right[:4] and left[5:7] == right[8:] and left[8:] == right[5:7]
    return swapped or OSA.distance(left, right, score_cutoff=1) == 1


def compare_words(left: frozenset[str], right: frozenset[str]) -> Compared:
    """Sets of words: equal, one typo or one word apart, overlapping, apart."""
    if left == right:
        return EXACT, 0
    common = len(left & right)
    fewer, more = sorted((len(left), len(right)))
    apart = fewer - common
    if common and apart == 0:
        return (CLOSE if more - common <= 1 else PARTIAL), 0
    if apart == 1 and more - common == 1:
        (one,), (other,) = left - right, right - left
        if nearness(one, other, "T").share:
            return CLOSE, 0
    return (PARTIAL if common else CONFLICT), 0


def compare_residences(left: Residence, right: Residence) -> Compared:
    """Addresses: the same words, or a postcode that closes a small gap; people move, so weakly."""
    level, _ = compare_words(left.words, right.words)
    same_postcode = bool(left.postcode) and left.postcode == right.postcode
    if level == EXACT or (level == CLOSE and same_postcode):
        return EXACT, 0
    if level == CLOSE:
        return CLOSE, 0
    return (PARTIAL if same_postcode or level == PARTIAL else CONFLICT), 0
