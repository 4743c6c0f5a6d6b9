"""Documents and numbers of persons: passport, national number, A-number, SEVIS."""

import re
from typing import Final

from schemas.countries import document_issuer
from schemas.identifiers.scheme import Parsed, Scheme, Strength

_SEPARATORS: Final = re.compile(r"[\s\-./<]+")
_PASSPORT: Final = re.compile(r"[A-Z0-9]{5,9}")
_NATIONAL: Final = re.compile(r"[A-Z0-9]{5,20}")
_A_NUMBER: Final = re.compile(r"A?([0-9]{7,9})")
_SEVIS: Final = re.compile(r"N[0-9]{10}")


def _compact(value: str) -> str:
    return _SEPARATORS.sub("", value).upper()


def passport(issuer: str | None, value: str) -> Parsed:
    """Parse issuing state and number (ICAO 9303-4, 4.2.2: at most nine letters and digits)."""
    state, number = document_issuer(issuer), _compact(value)
    return (state, number) if state and _PASSPORT.fullmatch(number) else None


def national_id(issuer: str | None, value: str) -> Parsed:
    """Parse a state's personal number; states have several families, so no check digit binds."""
    state, number = document_issuer(issuer), _compact(value)
    return (state, number) if state and _NATIONAL.fullmatch(number) else None


def a_number(_issuer: str | None, value: str) -> Parsed:
    """Parse a US alien registration number: A and 7 to 9 digits, padded to nine."""
    found = _A_NUMBER.fullmatch(_compact(value))
    return (None, f"A{found[1]:0>9}") if found else None


def sevis(_issuer: str | None, value: str) -> Parsed:
    """Parse a SEVIS id: N and ten digits."""
    number = _compact(value)
    return (None, number) if _SEVIS.fullmatch(number) else None


SCHEMES: Final = (
    Scheme("passport", Strength.STRONG, "document_number", passport),
    Scheme("national_id", Strength.STRONG, "document_number", national_id),
    Scheme("a_number", Strength.STRONG, "document_number", a_number),
    Scheme("sevis", Strength.STRONG, "document_number", sevis),
)
