"""What a blocking key says of itself: whether it may be split, and what two of them make together.

A blocking key is a signed 64-bit keyed hash whose lowest bit is 1 where the key must never be
split: a strong identifier, or what has been split as often as it may be. The owner of a key counts
its holders; each time it is split or joined again its generation grows by one.
"""

from collections.abc import Sequence
from struct import pack
from typing import Final

import xxhash

HOLDERS_CAP: Final = 50
"""Different holders that a key may have: with more it is split; one never split raises an alarm."""

MAX_COMBINED: Final = 3
"""Split keys at most that are combined into one; a key of so many is never split itself."""

_NEVER: Final = 1
_SIGN: Final = 1 << 63


def blocking_key(hashed: int, *, may_split: bool) -> int:
    """Return a 64-bit hash as a blocking key."""
    return hashed & ~_NEVER if may_split else hashed | _NEVER


def may_split(key: int) -> bool:
    """Return whether the owner of a key may split it."""
    return not key & _NEVER


def is_split(generation: int) -> bool:
    """Return whether a key of this generation is split."""
    return generation % 2 == 1


def combined_key(keys: Sequence[int]) -> int:
    """Return the finer key of two or three distinct split keys, in whatever order they are."""
    mixed = xxhash.xxh3_64_intdigest(pack(f"<{len(keys)}q", *sorted(keys)))
    return blocking_key((mixed ^ _SIGN) - _SIGN, may_split=len(keys) < MAX_COMBINED)
