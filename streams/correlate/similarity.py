"""Values compared: names, birth dates, places, addresses. Symmetric; nothing here knows weights.

A frequency class says how much agreement tells: of a name, its net agreement in steps of two bits
(0 to 15); of a birth date, how precise the comparison was; of other values it is 0.
"""

from collections.abc import Sequence
from operator import eq
from typing import Final

from rapidfuzz.distance import OSA

from schemas.link import Level

from .blob import Residence
from .names import Name, skeleton, token_bits

EXACT: Final = "exact"
CLOSE: Final = "close"
PARTIAL: Final = "partial"
CONFLICT: Final = "conflict"

Compared = tuple[Level, int]
"""Level and frequency class."""
Token = tuple[str, int]
"""A word of a name and its bits."""

CLASS_BITS: Final = 2
TOP_CLASS: Final = 15
_PARTICLE_BITS: Final = 2
_LEAST_AGREED_BITS: Final = 4.0

_distance = OSA.distance


def compare_names(left: Name, right: Name) -> Compared:
    """Agreement of two names whatever the order of their words.

    Typos, transliteration and words split elsewhere count as near. Where both names keep a word
    that the other lacks (brothers, a common patronymic), what agrees counts half, less that word.
    """
    if left.words == right.words:
        return EXACT, _class(left.bits)
    rest_left, rest_right = _rest(left, right), _rest(right, left)
    agreed: float = left.bits - _bits(rest_left)
    if rest_left and rest_right:
        agreed += _near(rest_left, rest_right)
    if agreed < _LEAST_AGREED_BITS:
        return CONFLICT, 0
    fewer, more = sorted((_bits(rest_left), _bits(rest_right)))
    if fewer > _PARTICLE_BITS:
        return PARTIAL, _class(max(0.0, agreed / 2 - fewer))
    return (CLOSE if more <= _PARTICLE_BITS else PARTIAL), _class(agreed)


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


def compare_words(left: frozenset[str], right: frozenset[str]) -> Compared:
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
        if nearness(one, other):
            return CLOSE, 0
    return (PARTIAL if common else CONFLICT), 0


def compare_residences(left: Residence, right: Residence) -> Compared:
    """Addresses: the same words, or a postcode that closes a small gap; people move, so weakly."""
    level, _ = compare_words(left.words, right.words)
    same_postcode = bool(left.postcode) and left.postcode == right.postcode
    if level == EXACT or (level == CLOSE and same_postcode):
        return EXACT, 0
    if level == CLOSE:
        return CLOSE, 0
    return (PARTIAL if same_postcode or level == PARTIAL else CONFLICT), 0


def nearness(one: str, other: str) -> float:
    """Share of a word's bits that a near word is worth: 0 where it is another."""
    length, width = len(one), len(other)
    if length == 1 or width == 1:
        return 0.3 if one[0] == other[0] else 0.0
    if not -3 < length - width < 3:
        return 0.0
    edits = _distance(one, other, score_cutoff=2)
    if edits == 1 and length + width >= 9:
        return 0.85
    if length > 2 < width and skeleton(one) == skeleton(other):
        return 0.8
    return 0.6 if edits == 2 and length + width >= 14 else 0.0


def _rest(name: Name, other: Name) -> list[Token]:
    """The words of a name that the other lacks, in alphabetical order."""
    return [(word, token_bits(word)) for word in sorted(name.words - other.words)]


def _near(left: list[Token], right: list[Token]) -> float:
    """Bits of the words that are near, nearest first; takes them out of both lists.

    The same letters split elsewhere (`abd alrahman`, `abdal rahman`) are near as a whole. One
    slip leaves a word's first letter or its last: a cheap test that spares most others.
    """
    if len(left) + len(right) > 2 and _same_letters(left, right):
        agreed = 0.8 * min(_bits(left), _bits(right))
        left.clear()
        right.clear()
        return agreed
    pairs = [
        (share, one, other)
        for one in left
        for other in right
        if (one[0][0] == other[0][0] or one[0][-1] == other[0][-1])
        and (share := nearness(one[0], other[0]))
    ]
    if len(pairs) > 1:
        # INVARIANT: ties are broken without knowing left from right, so comparing is symmetric.
        pairs.sort(key=lambda pair: (-pair[0], *sorted(pair[1:])))
    agreed = 0.0
    for share, one, other in pairs:
        if one in left and other in right:
            left.remove(one)
            right.remove(other)
            agreed += share * min(one[1], other[1])
    return agreed


def _same_letters(left: list[Token], right: list[Token]) -> bool:
    """Whether the words, run together, are the same but for one slip."""
    one, other = "".join([word for word, _ in left]), "".join([word for word, _ in right])
    longest = max(len(one), len(other))
    return (
        longest > 5 and abs(len(one) - len(other)) < 2 and _distance(one, other, score_cutoff=1) < 2
    )


def _bits(tokens: Sequence[Token]) -> int:
    return sum([bits for _, bits in tokens])


def _class(net_bits: float) -> int:
    return min(TOP_CLASS, int(net_bits) // CLASS_BITS)
