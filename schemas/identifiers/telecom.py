"""Ways to reach somebody: telephone numbers, the devices behind them, e-mail addresses."""

import re
import unicodedata
from typing import Final

import phonenumbers
from stdnum import luhn

from schemas.countries import ALPHA_2
from schemas.identifiers.scheme import Parsed, Scheme, Strength, compact

_IMEI: Final = re.compile(r"[0-9]{14,16}")
_IMSI: Final = re.compile(r"[2-7][0-9]{14}")
_EMAIL: Final = re.compile(r"[^\s@<>\"]{1,64}@(?:[^\s@<>\".]{1,63}\.)+[^\s@<>\".]{2,63}")


def phone(issuer: str | None, value: str) -> Parsed:
    """Parse a number to E.164; `issuer` is the country of one written nationally.

    A possible length is enough: assigned ranges change faster than any table of them.
    """
    country = (issuer or "").strip().upper()
    try:
        number = phonenumbers.parse(value, ALPHA_2.get(country, country) or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return None, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(_issuer: str | None, value: str) -> Parsed:
    """Parse an address: NFKC, casefolded; dots and plus tags stay, they may tell people apart."""
    address = unicodedata.normalize("NFKC", value).strip().removeprefix("mailto:").casefold()
    return (None, address) if _EMAIL.fullmatch(address) else None


def imei(_issuer: str | None, value: str) -> Parsed:
    """Parse a device's identity to its 15 digits (3GPP TS 23.003, 6.2.1).

    The last is a Luhn check; 14 digits lack it, 16 have the software's version in its place.
    """
    number = compact(value)
    if not _IMEI.fullmatch(number) or not int(number[:14]):
        return None
    checked = number[:14] + luhn.calc_check_digit(number[:14])
    return None if len(number) == 15 and number != checked else (None, checked)


def imsi(_issuer: str | None, value: str) -> Parsed:
    """Parse a subscriber's identity: a country of 200 to 799 and 15 digits in all (ITU-T E.212)."""
    number = compact(value)
    return (None, number) if _IMSI.fullmatch(number) else None


SCHEMES: Final = (
    Scheme(
        "phone",
        Strength.SHARED,
        "phone",
        phone,
        (
            "telephone",
            "tel",
            "mobile",
            "mobile phone",
            "cell",
            "cellphone",
            "msisdn",
            "fax",
            "contact",
        ),
    ),
    Scheme("email", Strength.SHARED, "email", email, ("e mail", "mail", "email address")),
    Scheme("imei", Strength.SHARED, "phone", imei, ("device imei", "handset")),
    Scheme("imsi", Strength.SHARED, "phone", imsi),
)
