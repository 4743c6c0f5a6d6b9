"""Rarity: how many bits agreement on a word tells.

Bits are log2(1/frequency) over names of all regions, from the versioned table `rarity.json` (its
`source` says where the counts are from). A common name weighs little, whatever it is spelt like;
a word the table does not hold weighs by its length.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Final

_TABLE: Final = json.loads(Path(__file__).with_name("rarity.json").read_bytes())


def _bits_of(part: str) -> dict[str, int]:
    return {word: int(bits) for bits, line in _TABLE[part].items() for word in line.split()}


_NAMES: Final = _bits_of("names")
_BONES: Final = _bits_of("bones")
_WORDS: Final = _bits_of("words")
_BITS_BY_LENGTH: Final = (0, 1, 6, 9, 11, 12, 13, 13, 14)
COMMON_BITS: Final = 12
"""A name the table holds at or below these bits is one that people bear, not a slip of the pen."""


@lru_cache(65_536)
def word_bits(text: str, bone: str, personal: bool) -> int:
    """Bits of a word of a person's name or, not personal, of an organisation's or vessel's."""
    by_length = _BITS_BY_LENGTH[min(len(text), len(_BITS_BY_LENGTH) - 1)]
    if not personal and text in _WORDS:
        return _WORDS[text]
    return min(by_length, _NAMES.get(text, by_length), _BONES.get(bone, by_length))


def is_known(text: str) -> bool:
    """Whether many people bear this very spelling."""
    return _NAMES.get(text, 99) <= COMMON_BITS
