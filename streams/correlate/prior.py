"""What each comparison level is worth before any data is seen, in bits.

Fellegi and Sunter: log2(P(level | same) / P(level | different)). The second probability follows
from how rare a value is, the first from how often people err in writing it. Training moves these
numbers only as far as labelled pairs of many sets agree on (`training`).

Two who differ are strangers, or they are relatives. `STRANGERS` weighs a level against the first,
`RELATIVES` against the second, who share a home, a phone and a name: there only what tells one of
a family from another counts. Of companies, relatives are those of one group or at one address.
"""

from collections.abc import Mapping
from typing import Final

from .bags import CLASS_BITS, TOP_CLASS
from .names import CLOSE, CONFLICT, EXACT, PARTIAL

CLASSES: Final = TOP_CLASS + 1
KIND_CLASSES: Final = CLASSES
"""Frequency classes of one kind of entity; those of the next kind stand behind them."""
PERSON, ORGANIZATION, THING = "person", "organization", "thing"
KINDS: Final = (PERSON, ORGANIZATION, THING)
RELEASE_BITS: Final = 11.0
"""Two of four thousand who share a key agree by chance on so much, one pair in two."""
RELATIVES_BITS: Final = 19.0
"""Added to what tells relatives apart: among those who share a key they are as rare as it takes."""

Row = tuple[float, ...]
Table = Mapping[str, Mapping[str, Row]]


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


def _nothing(*attributes: str) -> dict[str, dict[str, Row]]:
    """Attributes that tell nobody of a family from another."""
    return {
        attribute: dict.fromkeys((EXACT, CLOSE, PARTIAL, CONFLICT), (0.0,) * CLASSES)
        for attribute in attributes
    }


_PERSONS: Final[Table] = {
    "name": {
        EXACT: _slope(0.9, 0.0, 18.0),
        CLOSE: _slope(0.8, -1.0, 16.5),
        PARTIAL: _slope(0.75, -2.0, 14.5),
        CONFLICT: (-9.0, *_slope(0.5, -10.0, 3.0)[1:]),
    },
    **_nothing("given_name"),
    "birth_date": {
        EXACT: (5.0, 9.0, 13.0, 7.0, 1.0),
        CLOSE: (1.0, 5.0, 9.0),
        PARTIAL: (0.0, -3.0, -1.0, 5.0, 1.0),
        CONFLICT: (-7.0, -13.0, -4.0, -9.0),
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
        CONFLICT: (*(0.0, -7.0, -1.0, -2.5) * 2, *(0.0, -9.0, -1.0, -2.5) * 2),
    },
    "household": {EXACT: (8.0,) * CLASSES, CONFLICT: (-1.0,) * CLASSES},
    "employer": _bag(8.0, -1.0),
    "school": _bag(8.0, -0.5),
    "occupation": _bag(4.0, -1.5),
}

_ORGANIZATIONS: Final[Table] = {
    "name": {
        EXACT: _slope(0.9, 0.0, 10.5),
        CLOSE: _slope(0.8, -1.0, 9.5),
        PARTIAL: _slope(0.6, -2.0, 7.0),
        CONFLICT: (-9.0, *_slope(0.5, -10.0, 0.0)[1:]),
    },
    "nationality": {EXACT: (1.5,), CONFLICT: (-5.0,)},
    "street": _bag(9.0, -1.0),
    "city": {**_bag(5.0, -3.0), CONFLICT: (-3.0, *_slope(0.5, -3.0, 1.0)[1:])},
    "postcode": {
        EXACT: (3.0, 4.0, 5.0, 6.0),
        CLOSE: (1.0, 2.0, 2.5, 4.0),
        PARTIAL: (0.5, 1.0, 1.5, 2.0),
        CONFLICT: (-0.5, -1.0, -1.0, -1.0),
    },
    "country": {CONFLICT: (-5.0,)},
    "identifier": {
        EXACT: (8.0, 22.0, 9.0, 12.0, 4.0, 22.0, 6.0, 6.0),
        CLOSE: (2.0, 7.0, 6.0, 5.0, 1.0, 4.0, 3.0, 2.0),
        CONFLICT: (0.0, -10.0, -1.0, -2.5) * 2,
    },
}
"""A company's name is chosen, not drawn by lot: others bear it elsewhere, however rare it looks."""

_THINGS: Final[Table] = {
    **_ORGANIZATIONS,
    "name": {
        EXACT: _slope(0.7, 0.0, 7.5),
        CLOSE: _slope(0.6, -1.0, 6.0),
        PARTIAL: _slope(0.5, -2.0, 4.0),
        CONFLICT: (-6.0, *_slope(0.4, -8.0, -1.0)[1:]),
    },
    "nationality": {EXACT: (2.0,), CONFLICT: (-2.0,)},
    "identifier": {
        EXACT: (14.0, 22.0, 10.0, 12.0, 10.0, 22.0, 6.0, 6.0),
        CLOSE: (4.0, 5.0, 6.0, 5.0, 1.0, 2.0, 3.0, 2.0),
        CONFLICT: (-3.0, -20.0, -1.0, -2.5) * 2,
    },
}
"""Ships, aircraft and the like: names and flags are common and change, numbers stay."""

STRANGERS: Final[Mapping[str, Table]] = {
    PERSON: _PERSONS,
    ORGANIZATION: _ORGANIZATIONS,
    THING: _THINGS,
}
"""By kind, attribute and level, one number for each frequency class."""

RELATIVES: Final[Mapping[str, Table]] = {
    PERSON: {
        **_nothing("name", "street", "city", "postcode", "country", "household"),
        "given_name": {
            EXACT: _slope(0.9, 0.0, 5.5),
            CLOSE: _slope(0.8, -1.0, 4.5),
            PARTIAL: _slope(0.6, -1.0, 3.5),
            CONFLICT: (-8.5, -2.5, -5.0, -5.0),
        },
        "birth_date": {
            EXACT: (3.0, 4.5, 6.5, 4.0, 0.5),
            CLOSE: (0.5, 2.5, 5.0),
            PARTIAL: (-0.5, -3.0, -1.0, 2.5, 0.5),
            CONFLICT: (-11.0, -18.0, -5.0, -13.0),
        },
        "sex": {EXACT: (1.0,), CONFLICT: (-13.0,)},
        "nationality": {EXACT: (0.0,), CONFLICT: (-1.0,)},
        "birth_place": _bag(1.0, -1.0),
        "identifier": {
            EXACT: (1.0, 22.0, 2.5, 14.0, 0.0, 20.0, 1.0, 5.0),
            CLOSE: (0.0, 6.0, 3.0, 4.0, 0.0, 3.0, 1.0, 1.0),
            CONFLICT: (*(0.0, -3.0, -1.0, -2.5) * 2, *(0.0, -24.0, -1.0, -2.5) * 2),
        },
        "school": _bag(1.0, -0.5),
    },
    ORGANIZATION: {
        **_nothing("street", "city", "postcode", "country", "nationality"),
        "name": {
            EXACT: _slope(0.9, 1.0, 10.5),
            CLOSE: _slope(0.8, 0.0, 9.5),
            PARTIAL: _slope(0.4, -8.0, -5.5),
            CONFLICT: (-15.0, *_slope(0.5, -16.0, -9.0)[1:]),
        },
        "identifier": {
            EXACT: (0.0, 22.0, 0.0, 12.0, 0.0, 22.0, 0.0, 6.0),
            CLOSE: (0.0, 5.0, 0.0, 4.0, 0.0, 4.0, 0.0, 2.0),
            CONFLICT: (0.0, -16.0, -1.0, -2.5) * 2,
        },
    },
}
"""The same where it is another number than among strangers."""
