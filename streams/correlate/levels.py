"""Two entities compared: per attribute a level, and a class that says how much agreement tells.

Pure and symmetric. Levels and classes are all that travels; what they are worth is applied later,
by `weights`. `compare` is for work on files; `judge` gives the stream its evidence.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from schemas.link import Evidence, Level, whole_of
from schemas.places import touch

from .bags import compare_bags
from .blob import FIELDS, OTHER, PLACE_TIME, Features, Home, IdentifierFeature, Posted, Window
from .dates import compare_birth_dates
from .names import CLOSE, CONFLICT, EXACT, PARTIAL, Compared, Name, compare_names
from .weights import WEIGHTS

IDENTIFIER: Final = "identifier"
SHARED_CLASS, STRONG_CLASS, MAILBOX_CLASS, FREE_CLASS = 0, 1, 2, 3
"""Frequency classes of an identifier: what sharing it tells depends on its scheme."""
_ORDER: Final[dict[Level, int]] = {CONFLICT: 0, PARTIAL: 1, CLOSE: 2, EXACT: 3}
_SHORTEST_NEAR: Final = 6
"""Characters that a number must have for a slip in it to say anything."""


class Found(NamedTuple):
    """How one attribute compares; `left`, `right`: which identifiers, -1 for other attributes."""

    attribute: str
    level: Level
    frequency_class: int
    left: int = -1
    right: int = -1


def compare(left: Features, right: Features) -> list[Found]:
    """How all attributes compare that both have."""
    found: list[Found] = []
    if left.kind != right.kind:
        return _identifiers(left.identifiers, right.identifiers)
    if left.names and right.names:
        found.append(Found("name", *_best_name(left.names, right.names)))
    if left.birth_date and right.birth_date:
        found.append(
            Found("birth_date", *compare_birth_dates(left.birth_date, right.birth_date))
        )
    if left.sex and right.sex:
        found.append(Found("sex", EXACT if left.sex == right.sex else CONFLICT, 0))
    if left.nationalities and right.nationalities:
        agree = not set(left.nationalities).isdisjoint(right.nationalities)
        found.append(Found("nationality", EXACT if agree else CONFLICT, 0))
    if left.birth_place and right.birth_place:
        found.append(Found("birth_place", *compare_bags(left.birth_place, right.birth_place)))
    if left.homes and right.homes:
        found += _best_home(left.homes, right.homes)
    if left.identifiers and right.identifiers:
        found += _identifiers(left.identifiers, right.identifiers)
    if left.affiliations and right.affiliations:
        found += _affiliations(left, right)
    return found


def _best_name(left: tuple[Name, ...], right: tuple[Name, ...]) -> Compared:
    """The pair of names worth most; aliases of one person differ, so the others say nothing."""
    if len(left) == len(right) == 1:
        return compare_names(left[0], right[0])
    found = [compare_names(one, other) for one in left for other in right]
    return max(found, key=lambda level: (WEIGHTS.bits("name", *level), _ORDER[level[0]], level[1]))


def _best_home(left: tuple[Home, ...], right: tuple[Home, ...]) -> list[Found]:
    """The pair of addresses that agrees best, part by part."""
    if len(left) == len(right) == 1:
        return _compare_homes(left[0], right[0])
    found = [_compare_homes(one, other) for one in left for other in right]
    return max(found, key=lambda parts: (WEIGHTS.total(parts), parts))


def _compare_homes(left: Home, right: Home) -> list[Found]:
    found: list[Found] = []
    if left.street.words and right.street.words:
        found.append(Found("street", *compare_bags(left.street, right.street)))
    if left.city.words and right.city.words:
        found.append(Found("city", *compare_bags(left.city, right.city)))
    if left.postcode and right.postcode:
        found.append(Found("postcode", *compare_postcodes(left.postcode, right.postcode)))
    if left.country and right.country and left.country != right.country:
        found.append(Found("country", CONFLICT, 0))
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


def _identifiers(
    left: Sequence[IdentifierFeature], right: Sequence[IdentifierFeature]
) -> list[Found]:
    """Every equal one; of schemes that have none, what the nearest two say."""
    found: list[Found] = []
    unlike: dict[str, Found] = {}
    for at, one in enumerate(left):
        for to, other in enumerate(right):
            if one.scheme != other.scheme:
                continue
            if one.value == other.value:
                found.append(Found(IDENTIFIER, EXACT, _identifier_class(one), at, to))
                continue
            level = _unequal(one, other)
            if level is not None and (one.scheme not in unlike or level == CLOSE):
                each = Found(IDENTIFIER, level, _identifier_class(one), at, to)
                unlike[one.scheme] = max(unlike.get(one.scheme, each), each, key=_rank)
    equal = {left[each.left].scheme for each in found}
    return found + [each for scheme, each in sorted(unlike.items()) if scheme not in equal]


def _rank(found: Found) -> tuple[int, int, int]:
    return _ORDER[found.level], -found.left - found.right, -abs(found.left - found.right)


def _unequal(one: IdentifierFeature, other: IdentifierFeature) -> Level | None:
    """Near values; else a conflict where people have one such number of an issuer, or mailbox."""
    if one.scheme == "email":
        near = _mailbox(one) == _mailbox(other) or _slips(one, other, 2)
        return CLOSE if near else CONFLICT
    if _slips(one, other, 1):
        return CLOSE
    issuer, blank, _ = one.value.partition(" ")
    same_issuer = not blank or other.value.startswith(issuer + blank)
    return CONFLICT if same_issuer and (one.strong or one.scheme == OTHER) else None


def _slips(one: IdentifierFeature, other: IdentifierFeature, most: int) -> bool:
    longest = max(len(one.value), len(other.value))
    return (
        longest >= _SHORTEST_NEAR
        and OSA.distance(one.value, other.value, score_cutoff=most) <= most
    )


def _mailbox(identifier: IdentifierFeature) -> str:
    return identifier.value.partition("@")[0]


def _identifier_class(identifier: IdentifierFeature) -> int:
    if identifier.scheme == "email":
        return MAILBOX_CLASS
    if identifier.scheme == OTHER:
        return FREE_CLASS
    return STRONG_CLASS if identifier.strong else SHARED_CLASS


def _affiliations(left: Features, right: Features) -> list[Found]:
    """The best agreement of each kind that both have."""
    best: dict[str, Compared] = {}
    for kind, one in left.affiliations:
        for other_kind, other in right.affiliations:
            if kind == other_kind:
                level = compare_bags(one, other)
                best[kind] = max(best.get(kind, level), level, key=lambda each: (_ORDER[each[0]], each[1]))
    return [Found(kind, *best[kind]) for kind in sorted(best)]


def judge(left: Posted, right: Posted) -> tuple[Evidence, ...]:
    """The evidence on a pair, or () below the floor: the verdict is then "no".

    Left and right follow the caller's order, which is the sorted order of entity references. An
    equal valid identifier, or an overlap in space and time, is evidence whatever else conflicts.
    """
    if left.features.window is not None or right.features.window is not None:
        return _overlap(left, right)
    found = compare(left.features, right.features)
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
