"""Trade: legal entities, export classifications, bills of lading, export filings."""

import re
from datetime import date
from typing import Final

from stdnum import lei as stdnum_lei
from stdnum.exceptions import ValidationError

from schemas.identifiers.scheme import Parsed, Scheme, Strength

_SEPARATORS: Final = re.compile(r"[\s\-/]+")
_ECCN: Final = re.compile(r"([0-9][A-E][0-9]{3})((?:\.[A-Z0-9]{1,4})*)")
_BILL: Final = re.compile(r"[A-Z]{2,4}[A-Z0-9]{1,16}")
_CARRIER: Final = re.compile(r"[A-Z]{2,4}")
_ITN: Final = re.compile(r"X([0-9]{8})[0-9]{6}")


def lei(_issuer: str | None, value: str) -> Parsed:
    """Parse a legal entity identifier: 20 characters, mod-97 check (ISO 17442)."""
    try:
        return None, str(stdnum_lei.validate(value))
    except ValidationError:
        return None


def eccn(_issuer: str | None, value: str) -> Parsed:
    """Parse an export control classification (15 CFR 774, supplement 1) or EAR99.

    Paragraphs are written in lower case, as the list does: 3A001.a.5.
    """
    number = _SEPARATORS.sub("", value).upper()
    if number == "EAR99":
        return None, number
    found = _ECCN.fullmatch(number)
    return (None, found[1] + found[2].lower()) if found else None


def bill_of_lading(issuer: str | None, value: str) -> Parsed:
    """Parse a bill: the carrier's SCAC, from `issuer` where the value lacks it, and number."""
    carrier = _SEPARATORS.sub("", issuer or "").upper()
    number = _SEPARATORS.sub("", value).upper()
    if carrier and not _CARRIER.fullmatch(carrier):
        return None
    if not number.startswith(carrier):
        number = carrier + number
    return (None, number) if _BILL.fullmatch(number) else None


def itn(_issuer: str | None, value: str) -> Parsed:
    """Parse an internal transaction number of AES: X, the filing date, six digits (15 CFR 30.4)."""
    number = _SEPARATORS.sub("", value).upper()
    found = _ITN.fullmatch(number)
    if not found:
        return None
    try:
        date.fromisoformat(found[1])
    except ValueError:
        return None
    return None, number


SCHEMES: Final = (
    Scheme("lei", Strength.STRONG, "registration", lei),
    Scheme("eccn", Strength.WEAK, "commodity", eccn),
    Scheme("bill_of_lading", Strength.SHARED, "cargo", bill_of_lading),
    Scheme("itn", Strength.SHARED, "cargo", itn),
)
