"""The closed words of agreements as bits, so that one integer holds a set of them.

An unknown word has a bit of its own, outside every mask that a document can express: it satisfies
no condition of a clause and escapes no bar.
"""

from collections.abc import Iterable
from itertools import product
from typing import Final

from schemas import marking
from schemas.identifiers import FIELDS as FIELD_WORDS
from schemas.match import MATCH_CLASSES


class Words:
    """A closed vocabulary; each word is a bit, in the order given."""

    __slots__ = ("_bits", "all", "unknown", "words")

    def __init__(self, words: Iterable[str]) -> None:
        self.words: Final = tuple(words)
        self._bits: Final = {word: 1 << index for index, word in enumerate(self.words)}
        self.unknown: Final = 1 << len(self.words)
        self.all: Final = self.unknown - 1

    def bit(self, word: str) -> int:
        """Return the word's bit, or the bit of the unknown."""
        return self._bits.get(word, self.unknown)

    def mask(self, words: Iterable[str]) -> int:
        """Return the bits of the words, joined."""
        bits = 0
        for word in words:
            bits |= self._bits.get(word, self.unknown)
        return bits

    def of(self, mask: int) -> tuple[str, ...]:
        """Return the words in a mask, in the vocabulary's order."""
        return tuple(word for word, bit in self._bits.items() if mask & bit)


LEVELS: Final = ("none", "pointer", "token", "masked", "summary", "full")
"""How much of a value is shown, least first."""
LEVEL_RANK: Final = {level: rank for rank, level in enumerate(LEVELS)}

FIELDS: Final = Words(FIELD_WORDS)
EXISTENCE_FIELDS: Final = frozenset({"existence", "class", "contact"})
"""Fields of the match, not of an entity."""

PLACE_TIME: Final = "place_time"
KINDS: Final = Words(
    (
        "person",
        "organization",
        "vessel",
        "aircraft",
        "vehicle",
        "firearm",
        "shipment",
        "account",
        "device",
        "place",
        PLACE_TIME,
    )
)
"""Kinds of entities, and `place_time`: a place and window of an operation."""

NO_ROLE: Final = "none"
ROLES: Final = Words(
    (
        "subject",
        "associate",
        "consignee",
        "owner",
        NO_ROLE,
        "victim",
        "witness",
        "caller",
    )
)
OPEN_ROLES: Final = ("subject", "associate", "consignee", "owner", NO_ROLE)
"""Whom a clause without roles is about; victims and witnesses only where a clause names them."""
UNRELEASABLE_ROLES: Final = frozenset({"caller"})
"""No clause can name them (tip anonymity, catalogue row 36)."""

OFFICE_CLASSES: Final = Words(
    ("enforcement", "analysis", "attache", "watch", "coordination", "victim", "industry")
)
RECIPIENT_KINDS: Final = Words(
    (
        "same_agency",
        "federal_law_enforcement",
        "federal_other",
        "state",
        "foreign",
        "industry",
    )
)
"""What a recipient is to the owner: an office of the same agency, else its agency's class."""

PURPOSES: Final = Words(sorted(marking.PURPOSES))
CRIME_TYPES: Final = Words(sorted(marking.CRIME_TYPES))
CAVEATS: Final = Words(sorted(marking.CAVEATS))
GRADES: Final = Words(map("".join, product(marking.SOURCE_GRADES, marking.INFORMATION_GRADES)))
BANDS: Final = Words(("possible", "probable", "confirmed"))
"""Least sure first."""
MATCH_CLASS_WORDS: Final = Words(sorted(MATCH_CLASSES))

ANSWERS: Final = Words(("no", "yes"))
ORIGINS: Final = Words(("own", "free", "unmarked", "marked", "prohibited"))
"""Whose information it is: the owner's or recipient's own, or a third agency's.

A third agency's is free or prohibited where that agency said so; else it is marked with a caveat
or unmarked, and the agreement's default speaks of the unmarked only.
"""
