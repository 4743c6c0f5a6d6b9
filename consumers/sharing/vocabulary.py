"""The closed words of agreements as bits, so that one integer holds a set of them.

An unknown word has a bit of its own, outside every mask that a document can express: it satisfies
no condition of a clause and escapes no bar.
"""

from collections.abc import Iterable
from datetime import date
from itertools import product
from typing import Final, get_args

from schemas import marking
from schemas.identifiers import FIELDS as FIELD_WORDS
from schemas.match import MATCH_CLASSES
from schemas.party import Duty


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
        "listed_country",
        "listed_officer",
    )
)
"""What a recipient is to the owner: an office of the same agency, else its agency's class.

`foreign` is nationality, of the agency or of the officer, wherever the office stands; a company
abroad is both foreign and industry. Beside it: `listed_country`, where every REL TO list names the
recipient's country, and `listed_officer`, where every court matter of the record lists the officer.
"""
BASE_KINDS: Final = RECIPIENT_KINDS.mask(RECIPIENT_KINDS.words[:6])
"""Without one of these bits a recipient is unknown."""
HOME: Final = "US"
"""ISO alpha-2 code of the country whose caveats NOFORN and REL TO are."""

DUTIES: Final = Words(get_args(Duty))
HANDLINGS: Final = Words(marking.HANDLINGS)

PURPOSES: Final = Words(sorted(marking.PURPOSES))
CRIME_TYPES: Final = Words(sorted(marking.CRIME_TYPES))
_REL_TO_ANY: Final = "REL_TO"
CAVEATS: Final = Words((*sorted(marking.CAVEATS), _REL_TO_ANY))
"""The caveats, and `REL_TO` for every caveat that lists a country."""
GRADES: Final = Words(map("".join, product(marking.SOURCE_GRADES, marking.INFORMATION_GRADES)))
BANDS: Final = Words(("possible", "probable", "confirmed"))
"""Least sure first."""
MATCH_CLASS_WORDS: Final = Words(sorted(MATCH_CLASSES))

ANSWERS: Final = Words(("no", "yes"))
ORIGINS: Final = Words(("own", "free", "unmarked", "marked", "prohibited", "foreign"))
"""Whose information it is: the owner's or recipient's own, or a third agency's.

A third agency's is free or prohibited where that agency said so; else it is marked with a caveat
or unmarked, and the agreement's default speaks of the unmarked only. A third agency abroad, or one
that is in no register, is `foreign` unless it prohibited onward sharing: no default speaks of it.
"""

_MONTH_DAYS: Final = 31
_YEAR_DAYS: Final = 12 * _MONTH_DAYS
UNLIMITED: Final = 9_999 * _YEAR_DAYS
"""Calendar number of what never grows old; 0 is the number of an unknown day."""


def caveat_mask(caveats: Iterable[str]) -> int:
    """Return the bits of a marking's caveats; unknown ones share one bit."""
    mask = 0
    for caveat in caveats:
        if caveat.startswith(marking.REL_TO) and marking.is_caveat(caveat):
            mask |= CAVEATS.bit(_REL_TO_ANY)
        else:
            mask |= CAVEATS.unknown if caveat == _REL_TO_ANY else CAVEATS.bit(caveat)
    return mask


def calendar(day: date) -> int:
    """Return a day's number, in the order of days, in which n months are always n * 31.

    A day that the month does not have counts as the first of the next: five years after 29 February
    2020 is 1 March 2025.
    """
    return day.year * _YEAR_DAYS + (day.month - 1) * _MONTH_DAYS + day.day - 1


def day_of(number: int) -> date:
    """Return the first day whose calendar number is `number` or higher."""
    year, rest = divmod(number, _YEAR_DAYS)
    month, day = divmod(rest, _MONTH_DAYS)
    try:
        return date(year, month + 1, day + 1)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def months(number: int) -> int:
    """Return a number of months on the scale of `calendar`."""
    return number * _MONTH_DAYS
