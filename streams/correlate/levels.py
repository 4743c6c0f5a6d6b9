"""Two entities compared: per attribute a level, and a class that says how much agreement tells.

Pure and symmetric: `compare(a, b)` and `compare(b, a)` differ in nothing but left and right. Levels
and classes are all that travels; what they are worth is applied later, by `weights`.
"""

from typing import Final

from schemas.link import Evidence, Level

from .blob import FIELDS, PLACE_TIME, Features, IdentifierFeature, Residence
from .cells import haversine_metres
from .names import CLOSE, CONFLICT, EXACT, PARTIAL, Compared, Name, compare_names
from .similarity import compare_birth_dates, compare_residences, compare_words
from .weights import WEIGHTS

IDENTIFIER: Final = "identifier"
_ORDER: Final[dict[Level, int]] = {CONFLICT: 0, PARTIAL: 1, CLOSE: 2, EXACT: 3}


def compare(left: Features, right: Features) -> tuple[Evidence, ...]:
    """The evidence on a pair, or () below the floor: the verdict is then "no".

    Left and right follow the caller's order, which is the sorted order of entity references. An
    equal valid identifier, or an overlap in space and time, is evidence whatever else conflicts.
    """
    if left.window is not None or right.window is not None:
        return _overlap(left, right)
    shared = _shared_identifiers(left, right)
    levels = _levels(left, right, bool(shared))
    if not shared and (
        not levels
        or WEIGHTS.total((attribute, *level) for attribute, level in levels) < WEIGHTS.floor_bits
    ):
        return ()
    return (
        *(_identifier_evidence(left, right, *pair) for pair in shared),
        *(_attribute_evidence(left, right, attribute, *level) for attribute, level in levels),
    )


def _levels(left: Features, right: Features, shared: bool) -> list[tuple[str, Compared]]:
    """Levels of all attributes that both have; nothing when names cannot carry a fuzzy match."""
    if left.kind != right.kind:
        return []
    levels: list[tuple[str, Compared]] = []
    if left.names and right.names:
        levels.append(("name", _best_name(left.names, right.names)))
    if not shared and (not levels or levels[0][1][0] == CONFLICT):
        return []
    if left.birth_date and right.birth_date:
        levels.append(("birth_date", compare_birth_dates(left.birth_date, right.birth_date)))
    if not shared and levels[0][1][1] == 0 and levels[-1][1][0] not in (EXACT, CLOSE):
        # Names agree by half, as brothers' do, and the birth dates don't say it is one man.
        return []
    if left.sex and right.sex:
        levels.append(("sex", (EXACT if left.sex == right.sex else CONFLICT, 0)))
    if left.nationalities and right.nationalities:
        agree = not left.nationalities.isdisjoint(right.nationalities)
        levels.append(("nationality", (EXACT if agree else CONFLICT, 0)))
    if left.birth_place and right.birth_place:
        levels.append(("birth_place", compare_words(left.birth_place, right.birth_place)))
    if left.residences and right.residences:
        levels.append(("address", _best_residence(left.residences, right.residences)))
    return levels


def _best_name(left: tuple[Name, ...], right: tuple[Name, ...]) -> Compared:
    """The pair of names worth most; aliases of one person differ, so the others say nothing."""
    if len(left) == len(right) == 1:
        return compare_names(left[0], right[0])
    found = [compare_names(one, other) for one in left for other in right]
    return max(found, key=lambda level: (WEIGHTS.bits("name", *level), _ORDER[level[0]], level[1]))


def _best_residence(left: tuple[Residence, ...], right: tuple[Residence, ...]) -> Compared:
    found = [compare_residences(one, other) for one in left for other in right]
    return max(found, key=lambda level: _ORDER[level[0]])


def _shared_identifiers(
    left: Features, right: Features
) -> list[tuple[IdentifierFeature, IdentifierFeature]]:
    if not left.identifiers or not right.identifiers:
        return []
    others = {found.fingerprint: found for found in right.identifiers}
    pairs = [
        (found, others[found.fingerprint])
        for found in left.identifiers
        if found.fingerprint in others
    ]
    pairs.sort(key=lambda pair: pair[0].fingerprint)
    return pairs


def _overlap(left: Features, right: Features) -> tuple[Evidence, ...]:
    """Discs that touch and windows that overlap (contract of `space_time`)."""
    one, other = left.window, right.window
    if one is None or other is None:
        return ()
    if not (one.starts_us < other.ends_us and other.starts_us < one.ends_us):
        return ()
    if haversine_metres(one[:2], other[:2]) > one.radius_metres + other.radius_metres:
        return ()
    return (
        Evidence(
            PLACE_TIME,
            "",
            EXACT,
            left.fingerprints[PLACE_TIME],
            right.fingerprints[PLACE_TIME],
            f"places[{left.entity}]",
            f"places[{right.entity}]",
            0,
        ),
    )


def _identifier_evidence(
    left: Features, right: Features, one: IdentifierFeature, other: IdentifierFeature
) -> Evidence:
    return Evidence(
        IDENTIFIER,
        one.scheme,
        EXACT,
        one.fingerprint,
        other.fingerprint,
        f"entities[{left.entity}].identifiers[{one.position}]",
        f"entities[{right.entity}].identifiers[{other.position}]",
        0,
    )


def _attribute_evidence(
    left: Features, right: Features, attribute: str, level: Level, frequency_class: int
) -> Evidence:
    field = FIELDS[attribute]
    return Evidence(
        attribute,
        "",
        level,
        left.fingerprints[attribute],
        right.fingerprints[attribute],
        f"entities[{left.entity}].{field}",
        f"entities[{right.entity}].{field}",
        frequency_class,
    )
