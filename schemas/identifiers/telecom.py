"""Ways to reach somebody: telephone numbers and e-mail addresses."""

import re
import unicodedata
from typing import Final

import phonenumbers

from schemas.identifiers.scheme import Parsed, Scheme, Strength

_EMAIL: Final = re.compile(r"[^\s@<>\"]{1,64}@(?:[^\s@<>\".]{1,63}\.)+[^\s@<>\".]{2,63}")


def phone(issuer: str | None, value: str) -> Parsed:
    """Parse a number to E.164; `issuer` is the alpha-2 country of one written nationally.

    A possible length is enough: assigned ranges change faster than any table of them.
    """
    try:
        number = phonenumbers.parse(value, issuer)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return None, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(_issuer: str | None, value: str) -> Parsed:
    """Parse an address: NFKC, casefolded; dots and plus tags stay, they may tell people apart."""
    address = unicodedata.normalize("NFKC", value).strip().removeprefix("mailto:").casefold()
    return (None, address) if _EMAIL.fullmatch(address) else None


SCHEMES: Final = (
    Scheme("phone", Strength.SHARED, "phone", phone),
    Scheme("email", Strength.SHARED, "email", email),
)
