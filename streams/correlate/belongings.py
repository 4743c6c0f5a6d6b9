"""What an entity has and belongs to: places of birth, addresses, affiliations, part by part.

Pairs of values are remembered for a while: streets, cities and employers meet again and again.
"""

from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from schemas.link import Level

from .bags import Bag, compare_bags
from .blob import Features, Home
from .names import CLOSE, CONFLICT, EXACT, PARTIAL, Compared
from .numbers import Found
from .weights import WEIGHTS, Weights

_ORDER: Final[dict[Level, int]] = {CONFLICT: 0, PARTIAL: 1, CLOSE: 2, EXACT: 3}
_OTHER_COUNTRY: Final = Found("country", CONFLICT, 0)
_CACHE_PAIRS: Final = 131_072


def compare_belongings(left: Features, right: Features) -> list[Found]:
    """Places of birth, addresses, affiliations: a level of each part that both have."""
    found: list[Found] = []
    if left.birth_place and right.birth_place:
        found.append(_bag("birth_place", left.birth_place, right.birth_place))
    if left.homes and right.homes:
        found += _best_home(left.homes, right.homes)
    if left.affiliations and right.affiliations:
        found += _affiliations(left, right)
    return found


def most_of_belongings(left: Features, right: Features, weights: Weights) -> float:
    """What places, addresses and affiliations could be worth at most."""
    worth = weights.most
    most = worth["birth_place"] if left.birth_place and right.birth_place else 0.0
    if left.homes and right.homes:
        most += worth["street"] + worth["city"] + worth["postcode"]
    if left.affiliations and right.affiliations:
        kinds = {kind for kind, _ in left.affiliations} & {kind for kind, _ in right.affiliations}
        most += sum([worth[kind] for kind in kinds])
    return most


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


@lru_cache(_CACHE_PAIRS)
def _bag(attribute: str, left: Bag, right: Bag) -> Found:
    return Found(attribute, *compare_bags(left, right))


@lru_cache(_CACHE_PAIRS)
def _postcode(left: str, right: str) -> Found:
    return Found("postcode", *compare_postcodes(left, right))
