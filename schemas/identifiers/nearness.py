"""Two values that differ by one slip of the pen or the key."""

from typing import Final

from schemas.identifiers.scheme import MAX_VALUE_CHARACTERS, Canonical, compact

NEAR_CHARACTERS: Final = 6
"""Shorter values have too many neighbours."""


def near(left: Canonical, right: Canonical) -> bool:
    """Return whether two values of one scheme and issuer are one slip apart, or none.

    A slip is one character replaced, added, left out or two neighbours exchanged (Damerau, CACM 7,
    1964). Validity is not asked: a wrong check digit is what a slip leaves. Evidence, never
    decisive: numbers dealt in sequence are near one another and belong to different people.
    """
    if (left.scheme, left.issuer) != (right.scheme, right.issuer):
        return False
    if max(len(left.value), len(right.value)) > MAX_VALUE_CHARACTERS:
        return False
    return one_slip(compact(left.value), compact(right.value))


def one_slip(left: str, right: str) -> bool:
    """Return whether two canonical numbers are one slip apart, or none; see `near`.

    Compares what is left of both when their common beginning and end are taken away.
    """
    short, long = sorted((left, right), key=len)
    if len(short) < NEAR_CHARACTERS or len(long) - len(short) > 1:
        return False
    if short == long:
        return True
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    if short[start + 1 :] == long[start + 1 :]:
        return True
    swapped = short[start + 1 : start + 2] + short[start : start + 1]
    return swapped == long[start : start + 2] and short[start + 2 :] == long[start + 2 :]
