"""Keccak-256 as Ethereum uses it: the sponge before NIST changed the padding (hashlib has only
the standardised SHA-3). Reference: Keccak Team, specification summary; FIPS 202, section 3.
"""

from typing import Final

_LANES: Final = 25
_RATE_BYTES: Final = 136
_MASK: Final = (1 << 64) - 1


def _round_constants() -> list[int]:
    """Return iota's constants from their linear feedback register (FIPS 202, algorithm 5)."""
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for exponent in range(7):
            if register & 1:
                constant |= 1 << (1 << exponent) - 1
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


_CONSTANTS: Final = _round_constants()


def _rotate(lane: int, bits: int) -> int:
    bits %= 64
    return (lane << bits | lane >> 64 - bits) & _MASK


def _permute(lanes: list[int]) -> list[int]:
    """Apply Keccak-f[1600]; lane (x, y) stands at x + 5 y."""
    for constant in _CONSTANTS:
        parity = [
            lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
            for x in range(5)
        ]
        lanes = [
            lanes[i] ^ parity[(i + 4) % 5] ^ _rotate(parity[(i + 1) % 5], 1) for i in range(_LANES)
        ]
        x, y, current = 1, 0, lanes[1]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            at = x + 5 * y
            current, lanes[at] = lanes[at], _rotate(current, (step + 1) * (step + 2) // 2)
        lanes = [
            lanes[i] ^ (~lanes[i - i % 5 + (i + 1) % 5] & lanes[i - i % 5 + (i + 2) % 5])
            for i in range(_LANES)
        ]
        lanes[0] ^= constant
    return lanes


def keccak_256(message: bytes) -> bytes:
    """Return the 32-byte digest with the original 0x01 padding."""
    padding = bytearray(_RATE_BYTES - len(message) % _RATE_BYTES)
    padding[0] ^= 0x01
    padding[-1] ^= 0x80
    padded = message + padding
    lanes = [0] * _LANES
    for block in range(0, len(padded), _RATE_BYTES):
        for lane in range(_RATE_BYTES // 8):
            at = block + 8 * lane
            lanes[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        lanes = _permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])
