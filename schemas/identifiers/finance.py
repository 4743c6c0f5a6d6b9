"""Where money is: IBAN, other accounts, the banks that keep them."""

import re
from typing import Final

from stdnum import iban as stdnum_iban
from stdnum.us import rtn as stdnum_rtn

from schemas.countries import ALPHA_3
from schemas.identifiers.checks import checked
from schemas.identifiers.issuers import named
from schemas.identifiers.scheme import Parsed, Scheme, Strength, compact

_ACCOUNT: Final = re.compile(r"[A-Z0-9]{5,34}")
_BANK: Final = re.compile(r"[A-Z0-9]{3,34}")
_BIC: Final = re.compile(r"[A-Z0-9]{4}([A-Z]{2})[A-Z0-9]{2}([A-Z0-9]{3})?")
_HEAD_OFFICE: Final = 3 * "X"


def iban(_issuer: str | None, value: str) -> Parsed:
    """Parse an IBAN: the country's length and structure, mod-97 check (ISO 13616)."""
    number = checked(lambda each: stdnum_iban.validate(each, check_country=False), value)
    return (None, number) if number else None


def account(issuer: str | None, value: str) -> Parsed:
    """Parse an account number at the bank that `issuer` names (BIC, routing number, name)."""
    bank, number = named(issuer) or "", compact(value)
    if (code := bic(None, bank)) is not None:
        bank = code[1]
    return (bank, number) if _BANK.fullmatch(bank) and _ACCOUNT.fullmatch(number) else None


def bic(_issuer: str | None, value: str) -> Parsed:
    """Parse a bank's code (ISO 9362): a known country, no head office's branch."""
    code = compact(value)
    found = _BIC.fullmatch(code)
    if not found or found[1] not in {*ALPHA_3, "XK"}:
        return None
    return None, code[:8] if found[2] == _HEAD_OFFICE else code


def routing_number(_issuer: str | None, value: str) -> Parsed:
    """Parse a US bank's routing number: nine digits, the last one a check (ABA)."""
    number = checked(stdnum_rtn.validate, value)
    return (None, number) if number and int(number) else None


SCHEMES: Final = (
    Scheme("iban", Strength.SHARED, "account", iban),
    Scheme("account", Strength.SHARED, "account", account, ("bank account", "acct", "acc")),
    Scheme("bic", Strength.WEAK, "account", bic, ("swift", "swift bic", "bic swift")),
    Scheme("routing_number", Strength.WEAK, "account", routing_number, ("routing", "aba", "rtn")),
)
