"""What moves: vessels, vehicles, containers."""

import re
from typing import Final

from stdnum import imo as stdnum_imo
from stdnum import iso6346
from stdnum.exceptions import ValidationError

from schemas.identifiers.scheme import Parsed, Scheme, Strength

_SEPARATORS: Final = re.compile(r"[\s\-./]+")
_VIN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_NORTH_AMERICA: Final = "12345"
_VIN_VALUES: Final = dict(
    zip(
        "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
        map(int, "012345678912345678123457923456789"),
        strict=True,
    )
)
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def imo(_issuer: str | None, value: str) -> Parsed:
    """Parse an IMO ship number: seven digits, the last one a check (IMO A.1117(30))."""
    try:
        return None, str(stdnum_imo.validate(value))
    except ValidationError:
        return None


def vin(_issuer: str | None, value: str) -> Parsed:
    """Parse a vehicle identification number (ISO 3779).

    The ninth place is a check digit in North America only (49 CFR 565.15(c)).
    """
    number = _SEPARATORS.sub("", value).upper()
    if not _VIN.fullmatch(number):
        return None
    if number[0] in _NORTH_AMERICA:
        total = sum(
            weight * _VIN_VALUES[each] for weight, each in zip(_VIN_WEIGHTS, number, strict=True)
        )
        if number[8] != "0123456789X"[total % 11]:
            return None
    return None, number


def container(_issuer: str | None, value: str) -> Parsed:
    """Parse a freight container code: owner, category, serial, check digit (ISO 6346)."""
    try:
        return None, str(iso6346.validate(_SEPARATORS.sub("", value)))
    except ValidationError:
        return None


SCHEMES: Final = (
    Scheme("imo", Strength.STRONG, "registration", imo),
    Scheme("vin", Strength.STRONG, "registration", vin),
    Scheme("container", Strength.SHARED, "cargo", container),
)
