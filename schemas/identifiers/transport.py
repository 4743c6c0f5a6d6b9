"""What moves on land and water: vessels, vehicles, containers."""

import re
import unicodedata
from typing import Final

from stdnum import imo as stdnum_imo
from stdnum import iso6346

from schemas.identifiers.checks import checked
from schemas.identifiers.issuers import state_or_region
from schemas.identifiers.scheme import Parsed, Scheme, Strength, compact

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
_MMSI: Final = re.compile(r"(?:00?|111|8|9[89]|97[024])?([2-7][0-9]{2})[0-9]*|97[024][0-9]{6}")
_PLATE: Final = re.compile(r"[^\W_]{2,12}")
_PLATES_BY_REGION: Final = frozenset({"AUS", "CAN", "USA"})
_CYRILLIC_PLATES: Final = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")  # noqa: RUF001


def imo(_issuer: str | None, value: str) -> Parsed:
    """Parse an IMO ship number: seven digits, the last one a check (IMO A.1117(30))."""
    number = checked(stdnum_imo.validate, value)
    return (None, number) if number else None


def mmsi(_issuer: str | None, value: str) -> Parsed:
    """Parse a maritime mobile service identity: nine digits around a country's (ITU-R M.585)."""
    number = compact(value).removeprefix("MMSI")
    real = len(number) == 9 and _MMSI.fullmatch(number) and len(set(number)) > 1
    return (None, number) if real and number.isascii() else None


def vin(_issuer: str | None, value: str) -> Parsed:
    """Parse a vehicle identification number (ISO 3779).

    The ninth place is a check digit in North America only (49 CFR 565.15(c)).
    """
    number = compact(value)
    if not _VIN.fullmatch(number):
        return None
    if number[0] in _NORTH_AMERICA:
        total = sum(
            weight * _VIN_VALUES[each] for weight, each in zip(_VIN_WEIGHTS, number, strict=True)
        )
        if number[8] != "0123456789X"[total % 11]:
            return None
    return None, number


def plate(issuer: str | None, value: str) -> Parsed:
    """Parse a licence plate of a state, or of a region where regions issue them.

    Cyrillic letters that plates use for their Latin looks are written in Latin (Vienna Convention
    on Road Traffic, annex 3); other scripts stay.
    """
    region = state_or_region(issuer, _PLATES_BY_REGION)
    number = unicodedata.normalize("NFKC", compact(value)).translate(_CYRILLIC_PLATES)
    return (region, number) if region and _PLATE.fullmatch(number) else None


def container(_issuer: str | None, value: str) -> Parsed:
    """Parse a freight container code: owner, category, serial, check digit (ISO 6346)."""
    number = checked(iso6346.validate, value)
    return (None, number) if number else None


SCHEMES: Final = (
    Scheme("imo", Strength.STRONG, "registration", imo, ("vessel imo", "ship imo", "imo ship")),
    Scheme("mmsi", Strength.SHARED, "registration", mmsi, ("maritime mobile service identity",)),
    Scheme(
        "vin",
        Strength.STRONG,
        "registration",
        vin,
        ("vehicle identification", "chassis", "vehicle vin"),
    ),
    Scheme(
        "plate",
        Strength.SHARED,
        "registration",
        plate,
        ("licence plate", "license plate", "number plate", "vehicle registration", "tag", "lpn"),
    ),
    Scheme("container", Strength.SHARED, "cargo", container, ("shipping container", "cntr")),
)
