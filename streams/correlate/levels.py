"""Two entities compared: per attribute a level, and a class that says how much agreement tells.

Pure and symmetric: `compare(a, b)` and `compare(b, a)` differ in nothing but left and right. Levels
and classes are all that travels; what they are worth is applied later, by `weights`.

Frequency classes: of a name, its net agreement in steps of two bits (0-15, tokens that agree minus
tokens that disagree on both sides); of a birth date, how precise the comparison was; else 0.
"""

from operator import eq
from typing import Final

from rapidfuzz.distance import OSA

from schemas.match import Evidence, Level

from .cells import haversine_metres
from .features import FIELDS, PLACE_TIME, Features, IdentifierFeature, Residence
from .names import Name, skeleton
from .weights import WEIGHTS

IDENTIFIER: Final = "identifier"
EXACT: Final[Level] = "exact"
CLOSE: Final[Level] = "close"
PARTIAL: Final[Level] = "partial"
CONFLICT: Final[Level] = "conflict"

Compared = tuple[Level, int]
"""Level and frequency class."""

_CLASS_BITS: Final = 2
_TOP_CLASS: Final = 15
_PARTICLE_BITS: Final = 2
_LEAST_NET_BITS: Final = 4.0


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


def compare_names(left: Name, right: Name) -> Compared:
    """Order-free agreement of two names; typos, transliteration and split words count as near."""
    if left.tokens == right.tokens:
        return EXACT, _class(sum(left.bits))
    agreed, rest_left, rest_right = _common(left, right)
    for factor, one, other in _near_pairs(rest_left, rest_right):
        if one in rest_left and other in rest_right:
            rest_left.remove(one)
            rest_right.remove(other)
            agreed += factor * min(one[1], other[1])
    if rest_left and rest_right and _near_joined(rest_left, rest_right):
        agreed += 0.8 * min(_bits(rest_left), _bits(rest_right))
        rest_left, rest_right = [], []
    fewer, more = sorted((_bits(rest_left), _bits(rest_right)))
    net = agreed / 2 - fewer if fewer > _PARTICLE_BITS else agreed
    if net < _LEAST_NET_BITS:
        return CONFLICT, 0
    return (CLOSE if more <= _PARTICLE_BITS else PARTIAL), _class(net)


def compare_birth_dates(left: str, right: str) -> Compared:
    """Dates of any precision: YYYY, YYYY-MM, YYYY-MM-DD.

    Classes: exact and close, parts that agree less one; partial, 2 the less precise date agrees,
    1 the year is one off, 0 two full dates that only come near; conflict, 1 over five years apart.
    """
    if left == right:
        return EXACT, left.count("-")
    years = abs(int(left[:4]) - int(right[:4]))
    if left.count("-") == right.count("-") == 2:
        if _one_slip(left, right):
            return CLOSE, 2
        agree = sum(map(eq, left.split("-"), right.split("-")))
        if agree == 2:
            return CLOSE, 1
        return (PARTIAL, 0) if years <= 1 else (CONFLICT, int(years > 5))
    if left.startswith(right) or right.startswith(left):
        return PARTIAL, 2
    return (PARTIAL, 1) if years <= 1 else (CONFLICT, int(years > 5))


def _one_slip(left: str, right: str) -> bool:
    """Whether two full dates differ in one digit, two neighbours, or day for month."""
    swapped = left[:4] == right[:4] and left[5:7] == right[8:] and left[8:] == right[5:7]
    return swapped or OSA.distance(left, right, score_cutoff=1) == 1


def _levels(left: Features, right: Features, shared: bool) -> list[tuple[str, Compared]]:
    """Levels of all attributes that both have; nothing when names cannot carry a fuzzy match."""
    if left.kind != right.kind:
        return []
    levels: list[tuple[str, Compared]] = []
    if left.names and right.names:
        best = _best_name(left.names, right.names)
        levels.append(("name", best))
    if not shared and (not levels or levels[0][1][0] == CONFLICT):
        return []
    if left.birth_date and right.birth_date:
        levels.append(("birth_date", compare_birth_dates(left.birth_date, right.birth_date)))
    if left.sex and right.sex:
        levels.append(("sex", (EXACT if left.sex == right.sex else CONFLICT, 0)))
    if left.nationalities and right.nationalities:
        agree = not left.nationalities.isdisjoint(right.nationalities)
        levels.append(("nationality", (EXACT if agree else CONFLICT, 0)))
    if left.birth_place and right.birth_place:
        levels.append(("birth_place", _compare_words(left.birth_place, right.birth_place)))
    if left.residences and right.residences:
        levels.append(("address", _best_residence(left.residences, right.residences)))
    return levels


_ORDER: Final[dict[Level, int]] = {CONFLICT: 0, PARTIAL: 1, CLOSE: 2, EXACT: 3}


def _best_name(left: tuple[Name, ...], right: tuple[Name, ...]) -> Compared:
    """The pair of names worth most; aliases of one person differ, so the others say nothing."""
    if len(left) == len(right) == 1:
        return compare_names(left[0], right[0])
    found = [compare_names(one, other) for one in left for other in right]
    return max(found, key=lambda level: (WEIGHTS.bits("name", *level), _ORDER[level[0]], level[1]))


def _best_residence(left: tuple[Residence, ...], right: tuple[Residence, ...]) -> Compared:
    found = [_compare_residences(one, other) for one in left for other in right]
    return max(found, key=lambda level: _ORDER[level[0]])


def _compare_residences(left: Residence, right: Residence) -> Compared:
    level, _ = _compare_words(left.words, right.words)
    same_postcode = bool(left.postcode) and left.postcode == right.postcode
    if level == EXACT or (level == CLOSE and same_postcode):
        return EXACT, 0
    if level == CLOSE:
        return CLOSE, 0
    return (PARTIAL if same_postcode or level == PARTIAL else CONFLICT), 0


def _compare_words(left: frozenset[str], right: frozenset[str]) -> Compared:
    """Sets of words: equal, one typo or one word apart, overlapping, apart."""
    if left == right:
        return EXACT, 0
    common = len(left & right)
    fewer, more = sorted((len(left), len(right)))
    apart = fewer - common
    if common and apart == 0:
        return (CLOSE if more - common <= 1 else PARTIAL), 0
    if apart == 1 and more - common == 1:
        (one,), (other,) = left - right, right - left
        if _nearness(one, other):
            return CLOSE, 0
    return (PARTIAL if common else CONFLICT), 0


def _common(left: Name, right: Name) -> tuple[float, list[tuple[str, int]], list[tuple[str, int]]]:
    """Bits of the tokens both hold, and the tokens that remain of each."""
    rest_left = []
    rest_right = list(zip(right.tokens, right.bits, strict=True))
    agreed = 0.0
    for token in zip(left.tokens, left.bits, strict=True):
        if token in rest_right:
            rest_right.remove(token)
            agreed += token[1]
        else:
            rest_left.append(token)
    return agreed, rest_left, rest_right


def _near_pairs(
    left: list[tuple[str, int]], right: list[tuple[str, int]]
) -> list[tuple[float, tuple[str, int], tuple[str, int]]]:
    """Near tokens, nearest first; ties in an order that does not know left from right."""
    pairs = [
        (nearness, one, other)
        for one in left
        for other in right
        if (nearness := _nearness(one[0], other[0]))
    ]
    if len(pairs) > 1:
        pairs.sort(key=lambda pair: (-pair[0], *sorted(pair[1:])))
    return pairs


def _nearness(one: str, other: str) -> float:
    """Share of a token's bits that a near token is worth: 0 where it is another."""
    longest, shortest = max(len(one), len(other)), min(len(one), len(other))
    if shortest == 1:
        return 0.3 if one[0] == other[0] else 0.0
    edits = OSA.distance(one, other, score_cutoff=2)
    if edits == 1 and longest >= 5:
        return 0.85
    if skeleton(one) == skeleton(other) and shortest >= 3:
        return 0.8
    return 0.6 if edits == 2 and longest >= 8 else 0.0


def _near_joined(left: list[tuple[str, int]], right: list[tuple[str, int]]) -> bool:
    """Whether the rests are the same letters split elsewhere: `abd alrahman`, `abdal rahman`."""
    one, other = ("".join(token for token, _ in rest) for rest in (left, right))
    return min(len(one), len(other)) >= 5 and OSA.distance(one, other, score_cutoff=1) <= 1


def _bits(tokens: list[tuple[str, int]]) -> int:
    return sum(bits for _, bits in tokens)


def _class(net_bits: float) -> int:
    return min(_TOP_CLASS, int(net_bits) // _CLASS_BITS)


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
