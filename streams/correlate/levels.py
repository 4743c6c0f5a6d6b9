"""Two entities compared: per attribute a level, and a class that says how much agreement tells.

Pure and symmetric; one module, as every attribute is compared here. Levels and classes are all that
travels; what they are worth is applied later, by `weights`. `compare` is for work on files; `judge`
gives the stream its evidence.
"""

from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from schemas.link import Evidence, Level, whole_of
from schemas.places import touch

from .bags import compare_bags
from .blob import FIELDS, PLACE_TIME, Features, Home, Posted, Window
from .dates import compare_birth_dates
from .names import (
    CLOSE,
    CONFLICT,
    CONTRADICTED_CLASS,
    EXACT,
    PARTIAL,
    Compared,
    Name,
    compare_names,
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
_AGREE: Final[Compared] = (EXACT, 0)
_DISAGREE: Final[Compared] = (CONFLICT, 0)


@lru_cache(65_536)
def _found(attribute: str, compared: Compared) -> Found:
    return Found(attribute, *compared)


def compare(left: Features, right: Features, weights: Weights | None = None) -> list[Found]:
    """How all attributes compare that both have.

    With weights, nothing is found where the floor is out of reach whatever the bags of words say,
    which most pairs that share one key only show by name and birth date.
    """
    numbers: list[Found] = []
    if left.identifiers and right.identifiers:
        numbers = [
            _of_document(each, left)
            for each in compare_identifiers(left.identifiers, right.identifiers)
        ]
    if left.kind != right.kind:
        return numbers
    found = _exact(left, right)
    given: Compared | None = None
    if left.names and right.names:
        names = _best_names(left.names, right.names)
        name = compare_names(*names)
        if left.kind == PERSON:
            given = compare_given(*names)
        if numbers and name[0] == CONFLICT and name[1] <= CONTRADICTED_CLASS:
            numbers = [
                each._replace(frequency_class=each.frequency_class + CONTRADICTED)
                for each in numbers
            ]
        found.append(_found("name", name))
    first = FIRST_CLASS.get(left.kind, THING_CLASS)
    if weights is not None and not first and not any(each.level == EXACT for each in numbers):
        most = _most_of_bags(left, right, weights)
        if weights.apart(found) + weights.apart(numbers) + most < weights.floor_bits:
            return []
    if given is not None:
        found.append(_found("given_name", given))
    found = [*found, *_bags(left, right), *numbers]
    if first:
        return [each._replace(frequency_class=each.frequency_class + first) for each in found]
    return found


def _of_document(found: Found, left: Features) -> Found:
    """A conflict of documents in classes of its own: their numbers are copied, not remembered."""
    if found.level != CONFLICT or left.identifiers[found.left].scheme not in DOCUMENTS:
        return found
    return found._replace(frequency_class=found.frequency_class + DOCUMENT)


def _most_of_bags(left: Features, right: Features, weights: Weights) -> float:
    """What places, addresses and affiliations could be worth at most."""
    worth = weights.most
    most = worth["birth_place"] if left.birth_place and right.birth_place else 0.0
    if left.homes and right.homes:
        most += worth["street"] + worth["city"] + worth["postcode"]
    if left.affiliations and right.affiliations:
        kinds = {kind for kind, _ in left.affiliations} & {kind for kind, _ in right.affiliations}
        most += sum([worth[kind] for kind in kinds])
    return most


def _exact(left: Features, right: Features) -> list[Found]:
    """The attributes that are cheap to compare."""
    found: list[Found] = []
    if left.birth_date and right.birth_date:
        found.append(_found("birth_date", compare_birth_dates(left.birth_date, right.birth_date)))
    if left.sex and right.sex:
        found.append(_found("sex", _AGREE if left.sex == right.sex else _DISAGREE))
    if left.nationalities and right.nationalities:
        agree = any(each in right.nationalities for each in left.nationalities)
        found.append(_found("nationality", _AGREE if agree else _DISAGREE))
    return found


def _bags(left: Features, right: Features) -> list[Found]:
    """Places of birth, addresses, affiliations."""
    found: list[Found] = []
    if left.birth_place and right.birth_place:
        found.append(_found("birth_place", compare_bags(left.birth_place, right.birth_place)))
    if left.homes and right.homes:
        found += _best_home(left.homes, right.homes)
    if left.affiliations and right.affiliations:
        found += _affiliations(left, right)
    return found


def _best_names(left: tuple[Name, ...], right: tuple[Name, ...]) -> tuple[Name, Name]:
    """The pair of names worth most; aliases of one person differ, so the others say nothing."""
    if len(left) == len(right) == 1:
        return left[0], right[0]
    # Characters tell more than their readings: many that differ are read alike.
    drawn = [name for name in left if name.drawn], [name for name in right if name.drawn]
    ones, others = drawn if all(drawn) else (left, right)
    found = [(one, other) for one in ones for other in others]
    # INVARIANT: a tie is broken without knowing left from right, so comparing is symmetric.
    return max(found, key=lambda pair: (_worth(*pair), *sorted((pair[0].wire, pair[1].wire))))


def _worth(one: Name, other: Name) -> tuple[float, int, int]:
    level, frequency_class = compare_names(one, other)
    return WEIGHTS.bits("name", level, frequency_class), _ORDER[level], frequency_class


def _best_home(left: tuple[Home, ...], right: tuple[Home, ...]) -> list[Found]:
    """The pair of addresses that agrees best, part by part."""
    if len(left) == len(right) == 1:
        return _compare_homes(left[0], right[0])
    found = [_compare_homes(one, other) for one in left for other in right]
    return max(found, key=lambda parts: (WEIGHTS.total(parts), parts))


def _compare_homes(left: Home, right: Home) -> list[Found]:
    found: list[Found] = []
    if left.street.words and right.street.words:
        found.append(_found("street", compare_bags(left.street, right.street)))
    if left.city.words and right.city.words:
        found.append(_found("city", compare_bags(left.city, right.city)))
    if left.postcode and right.postcode:
        found.append(_found("postcode", compare_postcodes(left.postcode, right.postcode)))
    if left.country and right.country and left.country != right.country:
        found.append(_found("country", _DISAGREE))
    return found


def compare_postcodes(left: str, right: str) -> Compared:
    """Equal; one slip; the same district; apart. Class: 0 to 3, by the length of the longer one."""
    longest = max(len(left), len(right))
    frequency_class = min(max(longest - 3, 0), 3)
    if left == right:
        return EXACT, frequency_class
    if OSA.distance(left, right, score_cutoff=1) == 1:
        return CLOSE, frequency_class
    alike = left[: max(2, longest - 3)] == right[: max(2, longest - 3)]
    return (PARTIAL if alike else CONFLICT), frequency_class


def _affiliations(left: Features, right: Features) -> list[Found]:
    """The best agreement of each kind that both have."""
    best: dict[str, Compared] = {}
    for kind, one in left.affiliations:
        for other_kind, other in right.affiliations:
            if kind == other_kind:
                level = compare_bags(one, other)
                known = best.get(kind)
                if known is None or (_ORDER[level[0]], level[1]) > (_ORDER[known[0]], known[1]):
                    best[kind] = level
    return [_found(kind, best[kind]) for kind in sorted(best)]


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
