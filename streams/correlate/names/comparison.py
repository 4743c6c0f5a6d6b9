"""Two names compared: a level, and a class that says how much their agreement tells."""

from typing import Final

from schemas.link import Level

from .alignment import align
from .model import Name, Token

EXACT: Final = "exact"
CLOSE: Final = "close"
PARTIAL: Final = "partial"
CONFLICT: Final = "conflict"

Compared = tuple[Level, int]
"""Level and frequency class."""

CLASS_BITS: Final = 2
TOP_CLASS: Final = 15
_CONFLICT_OFFSET_BITS: Final = 12
"""Added to the net bits of a conflict, so that its classes tell apart who says how much."""
CONTRADICTED_CLASS: Final = 5
"""The most that a conflict reaches where the given names differ: people change their family name,
brothers and sisters share a rare one."""


def compare_names(left: Name, right: Name) -> Compared:
    """Agreement of two names whatever the order of their words. Symmetric.

    Exact: all telling words equal. Close: every word is matched, one at least only nearly. Partial:
    one name has telling words more. Conflict: both have words that the other lacks. The class is
    the bits of the words that agree, near ones by their share, in steps of two, 0 to 15; in a
    conflict it is 0 where nothing agrees, else from 1 on what agrees less what does not.
    """
    if left.key == right.key:
        return EXACT, min(TOP_CLASS, left.bits // CLASS_BITS)
    return _unequal(left, right) if left.wire < right.wire else _unequal(right, left)


def _unequal(left: Name, right: Name) -> Compared:
    found = align(left, right)
    agreed, equal = 0.0, True
    for pair in found.pairs:
        if pair.reason == "initial" and _crossed(left, pair.left[0], right, pair.right[0]):
            found.left.append(pair.left[0])
            found.right.append(pair.right[0])
            continue
        equal = equal and pair.share == 1
        agreed += pair.share * min(
            sum([each.bits for each in pair.left]), sum([each.bits for each in pair.right])
        )
    if not agreed:
        return CONFLICT, 0
    if found.left and found.right:
        against = min(
            sum([each.bits for each in found.left]), sum([each.bits for each in found.right])
        )
        net = int(max(0.0, agreed - against + _CONFLICT_OFFSET_BITS))
        given = _has_given(left, found.left) and _has_given(right, found.right)
        most = CONTRADICTED_CLASS if given else TOP_CLASS
        return CONFLICT, max(1, min(most, net // CLASS_BITS))
    frequency_class = min(TOP_CLASS, int(agreed) // CLASS_BITS)
    if found.left or found.right:
        return PARTIAL, frequency_class
    return (EXACT if equal else CLOSE), frequency_class


def _has_given(name: Name, kept: list[Token]) -> bool:
    return any(each.sort == "word" and _role(name, each) == "G" for each in kept)


def _crossed(left: Name, one: Token, right: Name, other: Token) -> bool:
    """Whether an initial would answer a word of another part of the name: A. for Amanda N."""
    return {_role(left, one), _role(right, other)} == {"G", "M"}


def _role(name: Name, token: Token) -> str:
    return name.roles[name.tokens.index(token)]
