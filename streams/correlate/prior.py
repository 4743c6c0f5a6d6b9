"""What each comparison level is worth before any data is seen, in bits.

Fellegi and Sunter: log2(P(level | same) / P(level | different)). The second probability follows
from how rare a value is, the first from how often people err in writing it. Training moves these
numbers only as far as labelled pairs of many sets agree on (`training`).
"""

from typing import Final

from .bags import CLASS_BITS, TOP_CLASS
from .names import CLOSE, CONFLICT, EXACT, PARTIAL

CLASSES: Final = TOP_CLASS + 1
RELEASE_BITS: Final = 19.0
"""Two strangers of a million agree by chance on so much, one pair in two."""

Row = tuple[float, ...]


def _slope(factor: float, offset: float, most: float, least: float = -99.0) -> Row:
    """Bits of class 0, 1 …: a share of what agrees, less what the rest speaks against it."""
    agreed = (CLASS_BITS * number + 1 for number in range(CLASSES))
    return tuple(max(least, min(most, factor * bits + offset)) for bits in agreed)


def _bag(exact: float, conflict: float) -> dict[str, Row]:
    """A bag of words: people move, so what differs says little."""
    return {
        EXACT: _slope(0.9, 0.0, exact),
        CLOSE: _slope(0.8, -1.0, exact - 1.0),
        PARTIAL: _slope(0.6, -1.0, exact - 3.0),
        CONFLICT: (conflict, *_slope(0.5, conflict, exact / 2)[1:]),
    }


PRIOR: Final[dict[str, dict[str, Row]]] = {
    "name": {
        EXACT: _slope(0.9, 0.0, 18.0),
        CLOSE: _slope(0.8, -1.0, 16.5),
        PARTIAL: _slope(0.75, -2.0, 14.5),
        CONFLICT: (-9.0, *_slope(0.5, -10.0, 3.0)[1:]),
    },
    "birth_date": {
        EXACT: (5.0, 9.0, 13.0),
        CLOSE: (1.0, 5.0, 9.0),
        PARTIAL: (0.0, -3.0, -1.0, 5.0),
        CONFLICT: (-7.0, -13.0),
    },
    "sex": {EXACT: (0.8,), CONFLICT: (-4.0,)},
    "nationality": {EXACT: (3.0,), CONFLICT: (-3.0,)},
    "birth_place": _bag(8.0, -2.0),
    "street": _bag(12.0, -2.0),
    "city": _bag(5.0, -1.0),
    "postcode": {
        EXACT: (6.0, 8.0, 10.0, 13.0),
        CLOSE: (2.0, 4.0, 5.0, 8.0),
        PARTIAL: (1.0, 2.0, 3.0, 5.0),
        CONFLICT: (-1.0, -1.5, -2.0, -2.5),
    },
    "country": {CONFLICT: (-2.0,)},
    "identifier": {
        EXACT: (12.0, 22.0, 17.0, 16.0, 4.0, 14.0, 10.0, 8.0),
        CLOSE: (3.0, 9.0, 10.0, 6.0, 1.0, 4.0, 4.0, 2.0),
        CONFLICT: (0.0, -5.0, -1.0, -2.5) * 2,
    },
    "household": {EXACT: (8.0,) * CLASSES, CONFLICT: (-1.0,) * CLASSES},
    "employer": _bag(8.0, -1.0),
    "school": _bag(8.0, -0.5),
    "occupation": _bag(4.0, -1.5),
}
"""By attribute and level, one number for each frequency class."""
