"""Addresses of distributed ledgers: Base58Check, bech32, EIP-55."""

import re
from hashlib import sha256
from typing import Final

from schemas.identifiers.bech32 import is_segwit_address
from schemas.identifiers.keccak import keccak_256
from schemas.identifiers.scheme import Parsed, Scheme, Strength

_BASE_58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE_58_ADDRESS: Final = re.compile(f"[{_BASE_58}]{{25,36}}")
_VERSIONS: Final = frozenset({0x00, 0x05, 0x30, 0x32, 0x41, 0x1E, 0x16, 0x4C, 0x10})
"""Bitcoin (and Bitcoin Cash's old form), Litecoin, Tron, Dogecoin, Dash."""
_SEGWIT_PREFIXES: Final = ("bc", "ltc")
_ETHEREUM: Final = re.compile(r"0x([0-9a-fA-F]{40})")
_SCHEME: Final = re.compile(r"(?:bitcoin|litecoin|dogecoin|dash|ethereum|tron):", re.IGNORECASE)


def wallet(_issuer: str | None, value: str) -> Parsed:
    """Parse an address: Base58Check, bech32 (BIP 173, 350) or EIP-55.

    An EIP-55 address is written in lower case; all-lower and all-upper ones carry no check.
    Bech32 is all lower or all upper case, and written in lower.
    """
    value = value.strip()
    if found := _SCHEME.match(value):
        value = value[found.end() :]
    if found := _ETHEREUM.fullmatch(value):
        return (None, value.lower()) if _is_eip_55(found[1]) else None
    if value in (value.lower(), value.upper()) and any(
        is_segwit_address(value.lower(), prefix) for prefix in _SEGWIT_PREFIXES
    ):
        return None, value.lower()
    return (None, value) if _is_base_58_check(value) else None


def _is_base_58_check(address: str) -> bool:
    """Return whether an address is a known version, a hash of 20 bytes and their check."""
    if not _BASE_58_ADDRESS.fullmatch(address):
        return False
    number = 0
    for character in address:
        number = number * 58 + _BASE_58.index(character)
    zeros = len(address) - len(address.lstrip("1"))
    if number >> 200 or len(octets := bytes(zeros) + _octets(number)) != 25:
        return False
    digest = sha256(sha256(octets[:21]).digest()).digest()
    return octets[0] in _VERSIONS and digest[:4] == octets[21:]


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


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
    Scheme(
        "wallet",
        Strength.SHARED,
        "account",
        wallet,
        ("wallet address", "crypto wallet", "crypto address", "bitcoin address", "btc", "eth"),
    ),
)
