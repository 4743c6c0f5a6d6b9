"""Two names compared: a level, and a class that says how much their agreement tells."""

from typing import Final

from schemas.link import Level

from .alignment import align
from .model import Name

EXACT: Final = "exact"
CLOSE: Final = "close"
PARTIAL: Final = "partial"
CONFLICT: Final = "conflict"

Compared = tuple[Level, int]
"""Level and frequency class."""

CLASS_BITS: Final = 2
TOP_CLASS: Final = 15


def compare_names(left: Name, right: Name) -> Compared:
    """Agreement of two names whatever the order of their words. Symmetric.

    Exact: all telling words equal. Close: every word is matched, one at least only nearly. Partial:
    one name has telling words more. Conflict: both have words that the other lacks. The class is
    the bits of the words that agree, near ones by their share, in steps of two, 0 to 15.
    """
    if left.key == right.key:
        return EXACT, min(TOP_CLASS, left.bits // CLASS_BITS)
    found = align(left, right)
    agreed = 0.0
    for pair in found.pairs:
        agreed += pair.share * min(
            sum([each.bits for each in pair.left]), sum([each.bits for each in pair.right])
        )
    frequency_class = min(TOP_CLASS, int(agreed) // CLASS_BITS)
    if not found.pairs or (found.left and found.right):
        return CONFLICT, frequency_class
    return (PARTIAL if found.left or found.right else CLOSE), frequency_class
