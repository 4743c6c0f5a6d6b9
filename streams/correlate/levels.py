"""Two entities compared: per attribute a level, and a class that says how much agreement tells.

Pure and symmetric. Levels and classes are all that travels; what they are worth is applied later,
by `weights`. `compare` is for work on files; `judge` gives the stream its evidence.
"""

from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from schemas.link import Evidence, Level, whole_of
from schemas.places import touch

from .bags import Bag, compare_bags
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
    name_of,
)
from .numbers import CONTRADICTED, IDENTIFIER, Found, compare_identifiers
from .weights import WEIGHTS, Weights

_ORDER: Final[dict[Level, int]] = {CONFLICT: 0, PARTIAL: 1, CLOSE: 2, EXACT: 3}
_TOLERANCE: Final = 1e-6
"""Bits by which sums in another order may differ: near the floor all is compared."""
_SEX: Final = Found("sex", CONFLICT, 0), Found("sex", EXACT, 0)
_NATIONALITY: Final = Found("nationality", CONFLICT, 0), Found("nationality", EXACT, 0)
_OTHER_COUNTRY: Final = Found("country", CONFLICT, 0)
_CACHE_PAIRS: Final = 131_072


def compare(left: Features, right: Features, weights: Weights | None = None) -> list[Found]:
    """How all attributes compare that both have.

    With weights, nothing is found where the floor is out of reach whatever the attributes say that
    are dear to compare.
    """
    numbers: list[Found] = []
    if left.identifiers and right.identifiers:
        numbers = compare_identifiers(left.identifiers, right.identifiers)
    if left.kind != right.kind:
        return numbers
    found = _exact(left, right)
    if weights is not None and any(each.level == EXACT for each in numbers):
        weights = None
    if weights is not None:
        most = weights.total(found) + weights.most["name"] + _most_of_numbers(numbers, weights)
        if _hopeless(left, right, most, weights):
            return []
    if left.names and right.names:
        name = _best_name(left.names, right.names)
        if numbers and name.level == CONFLICT and name.frequency_class <= CONTRADICTED_CLASS:
            numbers = [
                each._replace(frequency_class=each.frequency_class + CONTRADICTED)
                for each in numbers
            ]
        found.append(name)
    if weights is not None:
        most = weights.total(found) + weights.total(numbers)
        if _hopeless(left, right, most, weights):
            return []
    return found + _bags(left, right) + numbers


def _hopeless(left: Features, right: Features, bits: float, weights: Weights) -> bool:
    """Whether so many bits stay below the floor even if bags of words are worth their most."""
    needed = weights.floor_bits - bits - _TOLERANCE
    return needed > 0 and _most_of_bags(left, right, weights) < needed


def _most_of_numbers(numbers: list[Found], weights: Weights) -> float:
    """What unequal identifiers are worth at most, whether the names contradict or not."""
    return sum(
        [
            max(
                weights.bits(IDENTIFIER, each.level, each.frequency_class),
                weights.bits(IDENTIFIER, each.level, each.frequency_class + CONTRADICTED),
            )
            for each in numbers
        ]
    )


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
        found.append(_born(left.birth_date, right.birth_date))
    if left.sex and right.sex:
        found.append(_SEX[left.sex == right.sex])
    if left.nationalities and right.nationalities:
        agree = left.nationalities == right.nationalities or any(
            each in right.nationalities for each in left.nationalities
        )
        found.append(_NATIONALITY[agree])
    return found


def _bags(left: Features, right: Features) -> list[Found]:
    """Places of birth, addresses, affiliations."""
    found: list[Found] = []
    if left.birth_place and right.birth_place:
        found.append(_bag("birth_place", left.birth_place, right.birth_place))
    if left.homes and right.homes:
        found += _best_home(left.homes, right.homes)
    if left.affiliations and right.affiliations:
        found += _affiliations(left, right)
    return found


def _best_name(left: tuple[Name, ...], right: tuple[Name, ...]) -> Found:
    """The pair of names worth most; aliases of one person differ, so the others say nothing."""
    if len(left) == len(right) == 1:
        return _named(left[0].wire, right[0].wire)
    # Characters tell more than their readings: many that differ are read alike.
    drawn = [name for name in left if name.drawn], [name for name in right if name.drawn]
    ones, others = drawn if all(drawn) else (left, right)
    found = {_named(one.wire, other.wire) for one in ones for other in others}
    return max(found, key=_rank)


def _rank(found: Found) -> tuple[float, int, int]:
    return WEIGHTS.bits(*found[:3]), _ORDER[found.level], found.frequency_class


@lru_cache(_CACHE_PAIRS)
def _named(left: str, right: str) -> Found:
    """Two names by what travels of them: names that many bear meet again and again."""
    return Found("name", *compare_names(name_of(left), name_of(right)))


@lru_cache(_CACHE_PAIRS)
def _born(left: str, right: str) -> Found:
    return Found("birth_date", *compare_birth_dates(left, right))


@lru_cache(_CACHE_PAIRS)
def _bag(attribute: str, left: Bag, right: Bag) -> Found:
    return Found(attribute, *compare_bags(left, right))


@lru_cache(_CACHE_PAIRS)
def _postcode(left: str, right: str) -> Found:
    return Found("postcode", *compare_postcodes(left, right))


def _best_home(left: tuple[Home, ...], right: tuple[Home, ...]) -> list[Found]:
    """The pair of addresses that agrees best, part by part."""
    if len(left) == len(right) == 1:
        return _compare_homes(left[0], right[0])
    found = [_compare_homes(one, other) for one in left for other in right]
    return max(found, key=lambda parts: (WEIGHTS.total(parts), parts))


def _compare_homes(left: Home, right: Home) -> list[Found]:
    found: list[Found] = []
    if left.street.words and right.street.words:
        found.append(_bag("street", left.street, right.street))
    if left.city.words and right.city.words:
        found.append(_bag("city", left.city, right.city))
    if left.postcode and right.postcode:
        found.append(_postcode(left.postcode, right.postcode))
    if left.country and right.country and left.country != right.country:
        found.append(_OTHER_COUNTRY)
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
    best: dict[str, Found] = {}
    for kind, one in left.affiliations:
        for other_kind, other in right.affiliations:
            if kind == other_kind:
                found = _bag(kind, one, other)
                known = best.get(kind)
                if known is None or _rank_of_bag(found) > _rank_of_bag(known):
                    best[kind] = found
    return [best[kind] for kind in sorted(best)]


def _rank_of_bag(found: Found) -> tuple[int, int]:
    return _ORDER[found.level], found.frequency_class


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
