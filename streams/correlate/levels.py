"""Two entities compared: per attribute a level, and a class that says how much agreement tells.

Pure and symmetric. Levels and classes are all that travels; what they are worth is applied later,
by `weights`. `compare` is for work on files; `judge` gives the stream its evidence.
"""

from functools import lru_cache
from typing import Final

from schemas.link import Evidence, Level, whole_of
from schemas.places import touch

from .belongings import compare_belongings, most_of_belongings
from .blob import FIELDS, PLACE_TIME, Features, Posted, Window
from .dates import compare_birth_dates
from .names import (
    CLOSE,
    CONFLICT,
    CONTRADICTED_CLASS,
    EXACT,
    PARTIAL,
    Name,
    compare_names,
    name_of,
)
from .numbers import CONTRADICTED, IDENTIFIER, Found, compare_identifiers
from .prior import KIND_CLASSES
from .relatives import compare_given
from .weights import WEIGHTS, Weights

PERSON: Final = "person"
THING_CLASS: Final = 2 * KIND_CLASSES
FIRST_CLASS: Final = {PERSON: 0, "organization": KIND_CLASSES}
"""First frequency class of what is compared of an entity, by its kind; of all others THING_CLASS.
Organisations and things have numbers of their own: namesakes are another matter for each."""

DOCUMENTS: Final = frozenset(("passport", "visa", "driver_licence", "a_number", "biometric"))
DOCUMENT: Final = 2 * CONTRADICTED
"""Added to the class of an identifier where two of these disagree."""

_ORDER: Final[dict[Level, int]] = {CONFLICT: 0, PARTIAL: 1, CLOSE: 2, EXACT: 3}
_TOLERANCE: Final = 1e-6
"""Bits by which sums in another order may differ: near the floor all is compared."""
_SEX: Final = Found("sex", CONFLICT, 0), Found("sex", EXACT, 0)
_NATIONALITY: Final = Found("nationality", CONFLICT, 0), Found("nationality", EXACT, 0)
_CACHE_PAIRS: Final = 131_072


def compare(left: Features, right: Features, weights: Weights | None = None) -> list[Found]:
    """How all attributes compare that both have.

    With weights, nothing is found where the floor is out of reach whatever the attributes say that
    are dear to compare.
    """
    numbers = _numbers(left, right)
    if left.kind != right.kind:
        return numbers
    found = _exact(left, right)
    first = FIRST_CLASS.get(left.kind, THING_CLASS)
    if weights is not None and (first or any(each.level == EXACT for each in numbers)):
        weights = None
    if weights is not None:
        most = weights.apart(found) + _most_of_names_and(numbers, weights)
        if _hopeless(left, right, most, weights):
            return []
    if left.names and right.names:
        names = _best_names(left.names, right.names)
        name = names[0]
        if numbers and name.level == CONFLICT and name.frequency_class <= CONTRADICTED_CLASS:
            numbers = [
                each._replace(frequency_class=each.frequency_class + CONTRADICTED)
                for each in numbers
            ]
        found.extend(names if left.kind == PERSON else names[:1])
    if weights is not None:
        most = weights.apart(found) + weights.apart(numbers)
        if _hopeless(left, right, most, weights):
            return []
    found = found + compare_belongings(left, right) + numbers
    if first:
        return [each._replace(frequency_class=each.frequency_class + first) for each in found]
    return found


def _numbers(left: Features, right: Features) -> list[Found]:
    if not left.identifiers or not right.identifiers:
        return []
    found = compare_identifiers(left.identifiers, right.identifiers)
    return [_of_document(each, left) for each in found]


def _of_document(found: Found, left: Features) -> Found:
    """A conflict of documents in classes of its own: their numbers are copied, not remembered."""
    if found.level != CONFLICT or left.identifiers[found.left].scheme not in DOCUMENTS:
        return found
    return found._replace(frequency_class=found.frequency_class + DOCUMENT)


def _hopeless(left: Features, right: Features, bits: float, weights: Weights) -> bool:
    """Whether so many bits stay below the floor even if bags of words are worth their most."""
    needed = weights.floor_bits - bits - _TOLERANCE
    return needed > 0 and most_of_belongings(left, right, weights) < needed


def _most_of_names_and(numbers: list[Found], weights: Weights) -> float:
    """What names, and unequal identifiers beside them, are worth at most."""
    names = weights.most["name"] + max(0.0, weights.most.get("given_name", 0.0))
    return names + sum(
        [
            max(
                weights.bits(IDENTIFIER, each.level, each.frequency_class),
                weights.bits(IDENTIFIER, each.level, each.frequency_class + CONTRADICTED),
            )
            for each in numbers
        ]
    )


def _exact(left: Features, right: Features) -> list[Found]:
    """The attributes that are cheap to compare."""
    found: list[Found] = []
    if left.birth_date and right.birth_date:
        found.append(_born(left.birth_date, right.birth_date))
    if left.sex and right.sex:
        found.append(_SEX[left.sex == right.sex])
    if left.nationalities and right.nationalities:
        agree = left.nationalities == right.nationalities or any(
            each in right.nationalities for each in left.nationalities
        )
        found.append(_NATIONALITY[agree])
    return found


def _best_names(left: tuple[Name, ...], right: tuple[Name, ...]) -> tuple[Found, ...]:
    """The pair of names worth most; aliases of one person differ, so the others say nothing."""
    if len(left) == len(right) == 1:
        return _named(left[0].wire, right[0].wire)
    # Characters tell more than their readings: many that differ are read alike.
    drawn = [name for name in left if name.drawn], [name for name in right if name.drawn]
    ones, others = drawn if all(drawn) else (left, right)
    pairs = [(one.wire, other.wire) for one in ones for other in others]
    # INVARIANT: a tie is broken without knowing left from right, so comparing is symmetric.
    return _named(*max(pairs, key=lambda pair: (_rank(_named(*pair)[0]), *sorted(pair))))


def _rank(found: Found) -> tuple[float, int, int]:
    return WEIGHTS.bits(*found[:3]), _ORDER[found.level], found.frequency_class


@lru_cache(_CACHE_PAIRS)
def _named(left: str, right: str) -> tuple[Found, ...]:
    """Two names by what travels of them, and what they hold beside the family name, if anything.

    Names that many bear meet again and again.
    """
    one, other = name_of(left), name_of(right)
    name = Found("name", *compare_names(one, other))
    given = compare_given(one, other)
    return (name,) if given is None else (name, Found("given_name", *given))


@lru_cache(_CACHE_PAIRS)
def _born(left: str, right: str) -> Found:
    return Found("birth_date", *compare_birth_dates(left, right))


def judge(left: Posted, right: Posted) -> tuple[Evidence, ...]:
    """The evidence on a pair, or () below the floor: the verdict is then "no".

    Left and right follow the caller's order, which is the sorted order of entity references. An
    equal valid identifier, or an overlap in space and time, is evidence whatever else conflicts.
    """
    if left.features.window is not None or right.features.window is not None:
        return _overlap(left, right)
    found = compare(left.features, right.features, WEIGHTS)
    if not WEIGHTS.links(found):
        return ()
    return tuple([_evidence(left, right, each) for each in found])


def overlap(one: Window | None, other: Window | None) -> bool:
    """Whether two discs touch on the ellipsoid while both windows are open."""
    return (
        one is not None
        and other is not None
        and one.starts_us < other.ends_us
        and other.starts_us < one.ends_us
        and touch(one[:2], other[:2], one.radius_metres + other.radius_metres)
    )


def _overlap(left: Posted, right: Posted) -> tuple[Evidence, ...]:
    """The evidence of an overlap (contract of `space_time`)."""
    if not overlap(left.features.window, right.features.window):
        return ()
    return (
        Evidence(
            PLACE_TIME,
            "",
            EXACT,
            left.attributes[PLACE_TIME],
            right.attributes[PLACE_TIME],
            f"places[{left.entity}]",
            f"places[{right.entity}]",
            0,
        ),
    )


def _evidence(left: Posted, right: Posted, found: Found) -> Evidence:
    if found.attribute == IDENTIFIER:
        one, other = (
            left.features.identifiers[found.left],
            right.features.identifiers[found.right],
        )
        return Evidence(
            IDENTIFIER,
            one.scheme,
            found.level,
            left.identifiers[found.left],
            right.identifiers[found.right],
            f"entities[{left.entity}].identifiers[{one.position}]",
            f"entities[{right.entity}].identifiers[{other.position}]",
            found.frequency_class,
        )
    whole = whole_of(found.attribute)
    return Evidence(
        found.attribute,
        "",
        found.level,
        left.attributes[whole],
        right.attributes[whole],
        f"entities[{left.entity}].{FIELDS[whole]}",
        f"entities[{right.entity}].{FIELDS[whole]}",
        found.frequency_class,
    )
