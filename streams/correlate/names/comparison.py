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


CONFLICT_OFFSET_BITS: Final = 12
"""Added to the net bits of a conflict, so that its classes tell apart who says how much."""
_GIVEN_FACTOR: Final = 1.5
"""People change their family name; brothers and sisters differ in their given name."""


def compare_names(left: Name, right: Name) -> Compared:
    """Agreement of two names whatever the order of their words. Symmetric.

    Exact: all telling words equal. Close: every word is matched, one at least only nearly. Partial:
    one name has telling words more. Conflict: both have words that the other lacks. The class is
    the bits of the words that agree, near ones by their share, in steps of two, 0 to 15. In a
    conflict it is 0 where nothing agrees, else from 1 on what agrees less what is left over.
    """
    if left.key == right.key:
        return EXACT, min(TOP_CLASS, left.bits // CLASS_BITS)
    found = align(left, right)
    agreed = 0.0
    for pair in found.pairs:
        agreed += pair.share * min(
            sum([each.bits for each in pair.left]), sum([each.bits for each in pair.right])
        )
    if not found.pairs:
        return CONFLICT, 0
    if found.left and found.right:
        net = agreed - _against(left, found.left, right, found.right) + CONFLICT_OFFSET_BITS
        return CONFLICT, max(1, min(TOP_CLASS, int(net) // CLASS_BITS))
    frequency_class = min(TOP_CLASS, int(agreed) // CLASS_BITS)
    return (PARTIAL if found.left or found.right else CLOSE), frequency_class


def _against(left: Name, kept: list[Token], right: Name, others: list[Token]) -> float:
    """What the lesser rest speaks against two names, in bits."""
    against = min(sum([each.bits for each in kept]), sum([each.bits for each in others]))
    given = _has_given(left, kept) and _has_given(right, others)
    return _GIVEN_FACTOR * against if given else float(against)


def _has_given(name: Name, kept: list[Token]) -> bool:
    return any(
        role == "G" and token in kept and token.sort == "word"
        for token, role in zip(name.tokens, name.roles, strict=True)
    )
