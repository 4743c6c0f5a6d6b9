"""Segregated witness addresses: bech32 (BIP 173) for version 0, bech32m (BIP 350) above."""

from typing import Final

_CHARACTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32: Final = 1
_BECH32M: Final = 0x2BC830A3
_CHECK_CHARACTERS: Final = 6


def is_segwit_address(address: str, prefix: str) -> bool:
    """Return whether a lower-case address is one under `prefix`: checksum, version, program."""
    if not address.startswith(f"{prefix}1") or len(address) > 90:
        return False
    values = [_CHARACTERS.find(character) for character in address[len(prefix) + 1 :]]
    if len(values) <= _CHECK_CHARACTERS or min(values) < 0:
        return False
    version, program = values[0], _octets(values[1:-_CHECK_CHARACTERS])
    if program is None or version > 16 or not 2 <= len(program) <= 40:
        return False
    if version == 0 and len(program) not in (20, 32):
        return False
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    return _checksum(expanded + values) == (_BECH32M if version else _BECH32)


def _checksum(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= generator
    return check


def _octets(quintets: list[int]) -> bytes | None:
    """Regroup five bits to eight; None when the padding is longer than four bits or not zero."""
    bits = len(quintets) * 5
    number = 0
    for quintet in quintets:
        number = number << 5 | quintet
    padding = bits % 8
    if padding > 4 or number & (1 << padding) - 1:
        return None
    return (number >> padding).to_bytes(bits // 8, "big")
