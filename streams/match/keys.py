"""What one match is one for, and its id (design section 2, "Match identity"). Pure."""

from hashlib import sha256
from typing import Final, NamedTuple

from schemas.link import Verdict, sorted_pair
from schemas.match import Family

_ID_DIGITS: Final = 32

Sides = tuple[str, str]


class MatchKey(NamedTuple):
    """What one match is one for: a pair of sides and, in two families, something more.

    `apart` are the two records of a `space_time` match, the kind of chain of a `network` match.
    """

    family: Family
    sides: Sides
    apart: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The match id: 32 hex digits, a function of this key alone."""
        parts = (self.family, *self.sides, *self.apart)
        return sha256("\x00".join(parts).encode()).hexdigest()[:_ID_DIGITS]


def match_key(family: Family, sides: Sides, verdict: Verdict) -> MatchKey:
    """Return what a match of this family between these sides is one for."""
    if family == "space_time":
        return MatchKey(family, sides, sorted_pair(verdict.left.record, verdict.right.record))
    return MatchKey(family, sides)
