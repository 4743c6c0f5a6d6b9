"""Trade: tariff and export classifications, bills of lading, export filings."""

import re
from datetime import date
from typing import Final

from schemas.identifiers.scheme import Parsed, Scheme, Strength, compact

_ECCN_SEPARATORS: Final = re.compile(r"[\s\-/]+")
_ECCN: Final = re.compile(r"([0-9][A-E][0-9]{3})((?:\.[A-Z0-9]{1,4})*)")
_BILL: Final = re.compile(r"[A-Z]{2,4}[A-Z0-9]{1,16}")
_CARRIER: Final = re.compile(r"[A-Z]{2,4}")
_ITN: Final = re.compile(r"X([0-9]{8})[0-9]{6}")
_HTS: Final = re.compile(r"(?!00|77)[0-9]{6}(?:[0-9]{2}){0,2}")
_USML: Final = re.compile(r"([IVX]{1,5}|[0-9]{1,2})((?:\([A-Z0-9]{1,5}\)){0,5})\*?")
_USML_WORDS: Final = re.compile(r"[\s\-.:]+|USML|CATEGORY|CAT")
_ROMAN: Final = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI"
_USML_CATEGORIES: Final = tuple(_ROMAN.split())


def eccn(_issuer: str | None, value: str) -> Parsed:
    """Parse an export control classification (15 CFR 774, supplement 1) or EAR99.

    Paragraphs are written in lower case, as the list does: 3A001.a.5.
    """
    number = _ECCN_SEPARATORS.sub("", value).upper()
    if number == "EAR99":
        return None, number
    found = _ECCN.fullmatch(number)
    return (None, found[1] + found[2].lower()) if found else None


def usml(_issuer: str | None, value: str) -> Parsed:
    """Parse a category of the US Munitions List with its paragraphs (22 CFR 121.1): XI(a)(3)."""
    text = _USML_WORDS.sub("", value.upper())
    found = _USML.fullmatch(text)
    if not found:
        return None
    category = found[1]
    if category.isdigit():
        number = int(category)
        category = _USML_CATEGORIES[number - 1] if 1 <= number <= len(_USML_CATEGORIES) else ""
    return (None, category + found[2].lower()) if category in _USML_CATEGORIES else None


def hts(_issuer: str | None, value: str) -> Parsed:
    """Parse a harmonised tariff number: six digits are the world's, eight and ten the state's.

    The canonical form keeps all digits given; `tariff_levels` are those at which two may agree.
    """
    number = compact(value)
    return (None, number) if _HTS.fullmatch(number) else None


def tariff_levels(number: str) -> tuple[str, ...]:
    """Return the values at which a canonical tariff number is compared: ten, eight, six digits."""
    return tuple(number[:digits] for digits in (10, 8, 6) if digits <= len(number))


def paragraphs(number: str) -> tuple[str, ...]:
    """Return a classification and what it stands under: 3A001.a.5, 3A001.a, 3A001; XI(a), XI."""
    cuts = [at for at, each in enumerate(number) if each in ".("]
    return (number, *(number[:at] for at in reversed(cuts)))


def bill_of_lading(issuer: str | None, value: str) -> Parsed:
    """Parse a bill: the carrier's SCAC, from `issuer` where the value lacks it, and number."""
    carrier = compact(issuer or "")
    number = compact(value)
    if carrier and not _CARRIER.fullmatch(carrier):
        return None
    if not number.startswith(carrier):
        number = carrier + number
    return (None, number) if _BILL.fullmatch(number) else None


def itn(_issuer: str | None, value: str) -> Parsed:
    """Parse an internal transaction number of AES: X, the filing date, six digits (15 CFR 30.4)."""
    number = compact(value)
    found = _ITN.fullmatch(number)
    if not found:
        return None
    try:
        date.fromisoformat(found[1])
    except ValueError:
        return None
    return None, number


SCHEMES: Final = (
    Scheme(
        "eccn", Strength.WEAK, "commodity", eccn, ("export control classification",), paragraphs
    ),
    Scheme("usml", Strength.WEAK, "commodity", usml, ("usml category", "munitions"), paragraphs),
    Scheme(
        "hts",
        Strength.WEAK,
        "commodity",
        hts,
        ("hs", "htsus", "tariff", "harmonized tariff", "harmonised tariff", "schedule b"),
        tariff_levels,
    ),
    Scheme("bill_of_lading", Strength.SHARED, "cargo", bill_of_lading, ("bl", "b l", "bol")),
    Scheme("itn", Strength.SHARED, "cargo", itn, ("internal transaction", "aes itn")),
)
