"""Where money is: IBAN, other accounts, wallets of distributed ledgers."""

import re
from typing import Final

from stdnum import bitcoin
from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError

from schemas.identifiers.bech32 import is_segwit_address
from schemas.identifiers.keccak import keccak_256
from schemas.identifiers.scheme import Parsed, Scheme, Strength

_SEPARATORS: Final = re.compile(r"[\s\-./]+")
_ACCOUNT: Final = re.compile(r"[A-Z0-9]{5,34}")
_BANK: Final = re.compile(r"[A-Z0-9]{3,34}")
_BASE_58: Final = re.compile(r"[13][1-9A-HJ-NP-Za-km-z]{24,34}")
_ETHEREUM: Final = re.compile(r"0x([0-9a-fA-F]{40})")


def iban(_issuer: str | None, value: str) -> Parsed:
    """Parse an IBAN: the country's length and structure, mod-97 check (ISO 13616)."""
    try:
        return None, str(stdnum_iban.validate(value, check_country=False))
    except ValidationError:
        return None


def account(issuer: str | None, value: str) -> Parsed:
    """Parse an account number at the bank that `issuer` names (BIC, routing number, name)."""
    bank = _SEPARATORS.sub("", issuer or "").upper()
    number = _SEPARATORS.sub("", value).upper()
    return (bank, number) if _BANK.fullmatch(bank) and _ACCOUNT.fullmatch(number) else None


def wallet(_issuer: str | None, value: str) -> Parsed:
    """Parse an address: Bitcoin Base58Check, bech32 (BIP 173, 350) or EIP-55.

    An EIP-55 address is written in lower case; all-lower and all-upper ones carry no check.
    Bech32 is all lower or all upper case, and written in lower.
    """
    value = value.strip()
    if found := _ETHEREUM.fullmatch(value):
        return (None, value.lower()) if _is_eip_55(found[1]) else None
    if value in (value.lower(), value.upper()) and is_segwit_address(value.lower(), "bc"):
        return None, value.lower()
    return (None, value) if _BASE_58.fullmatch(value) and bitcoin.is_valid(value) else None


def _is_eip_55(digits: str) -> bool:
    if digits in (digits.lower(), digits.upper()):
        return True
    checks = keccak_256(digits.lower().encode()).hex()
    return all(
        digit.isupper() == (int(check, 16) >= 8)
        for digit, check in zip(digits, checks, strict=False)
        if digit.isalpha()
    )


SCHEMES: Final = (
    Scheme("iban", Strength.SHARED, "account", iban),
    Scheme("account", Strength.SHARED, "account", account),
    Scheme("wallet", Strength.SHARED, "account", wallet),
)
