"""Documents and numbers of persons: travel, residence, licence to drive, social security."""

import re
from typing import Final

from schemas.identifiers.issuers import named, state, state_or_region
from schemas.identifiers.scheme import Parsed, Scheme, Strength, compact

_PASSPORT: Final = re.compile(r"[A-Z0-9]{5,9}")
_NATIONAL: Final = re.compile(r"[A-Z0-9]{5,20}")
_VISA: Final = re.compile(r"[A-Z0-9]{6,15}")
_LICENCE: Final = re.compile(r"[A-Z0-9]{4,20}")
_A_NUMBER: Final = re.compile(r"A?([0-9]{7,9})")
_SEVIS: Final = re.compile(r"N[0-9]{10}")
_SSN: Final = re.compile(r"(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}")
_SSN_OF_NOBODY: Final = frozenset({"078051120", "219099999", "457555462", "123456789"}) | {
    digit * 9 for digit in "123456789"
}
_BIOMETRIC: Final = re.compile(r"[A-Z0-9]{4,40}")
_BY_REGION: Final = frozenset({"AUS", "CAN", "USA"})


def passport(issuer: str | None, value: str) -> Parsed:
    """Parse issuing state and number (ICAO 9303-4, 4.2.2: at most nine letters and digits)."""
    country, number = state(issuer), compact(value)
    return (country, number) if country and _PASSPORT.fullmatch(number) else None


def national_id(issuer: str | None, value: str) -> Parsed:
    """Parse a state's personal number; states have several families, so no check digit binds."""
    country, number = state(issuer), compact(value)
    return (country, number) if country and _NATIONAL.fullmatch(number) else None


def visa(issuer: str | None, value: str) -> Parsed:
    """Parse issuing state and number of a visa (ICAO 9303-7)."""
    country, number = state(issuer), compact(value)
    return (country, number) if country and _VISA.fullmatch(number) else None


def driver_licence(issuer: str | None, value: str) -> Parsed:
    """Parse a licence to drive; Australia, Canada and the United States number by region."""
    region, number = state_or_region(issuer, _BY_REGION), compact(value)
    return (region, number) if region and _LICENCE.fullmatch(number) else None


def a_number(_issuer: str | None, value: str) -> Parsed:
    """Parse a US alien registration number: A and 7 to 9 digits, padded to nine."""
    found = _A_NUMBER.fullmatch(compact(value))
    return (None, f"A{found[1]:0>9}") if found else None


def sevis(_issuer: str | None, value: str) -> Parsed:
    """Parse a SEVIS id: N and ten digits."""
    number = compact(value)
    return (None, number) if _SEVIS.fullmatch(number) else None


def ssn(_issuer: str | None, value: str) -> Parsed:
    """Parse a US social security number.

    Never issued: area 000, 666 and 900 to 999, group 00, serial 0000 (SSA, POMS RM 10201.035).
    Numbers once printed in advertising, and those that fill a form's box, are nobody's.
    """
    number = compact(value)
    return (None, number) if _SSN.fullmatch(number) and number not in _SSN_OF_NOBODY else None


def biometric(issuer: str | None, value: str) -> Parsed:
    """Parse a system's reference to an enrolment (IDENT, NGI, AFIS): opaque, never a template.

    Anything longer than a reference is not valid here; raw biometrics are refused at intake.
    """
    system, number = named(issuer), compact(value)
    return (system, number) if system and _BIOMETRIC.fullmatch(number) else None


SCHEMES: Final = (
    Scheme(
        "passport",
        Strength.STRONG,
        "document_number",
        passport,
        ("travel document", "ppt", "pp"),
    ),
    Scheme(
        "national_id",
        Strength.STRONG,
        "document_number",
        national_id,
        ("national", "identity card", "id card", "personal number", "cedula", "curp", "cnic"),
    ),
    Scheme("visa", Strength.STRONG, "document_number", visa, ("visa foil", "visa control")),
    Scheme(
        "driver_licence",
        Strength.STRONG,
        "document_number",
        driver_licence,
        ("driver license", "drivers licence", "drivers license", "driving licence", "dl", "oln"),
    ),
    Scheme("a_number", Strength.STRONG, "document_number", a_number, ("alien registration",)),
    Scheme("sevis", Strength.STRONG, "document_number", sevis),
    Scheme("ssn", Strength.STRONG, "document_number", ssn, ("social security", "soc sec")),
    Scheme(
        "biometric",
        Strength.STRONG,
        "document_number",
        biometric,
        ("biometric reference", "fingerprint", "fin", "ident", "enrolment", "fbi", "ucn"),
    ),
)
