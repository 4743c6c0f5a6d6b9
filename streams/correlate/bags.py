"""Values that are words in no order: streets, cities, places of birth, employers, occupations.

What agrees is counted in bits: a word tells the more, the longer and the less usual it is. The
result is a level and a frequency class, as for names: class n is 2 n bits that agree.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from rapidfuzz.distance import OSA

from .names import CLOSE, CONFLICT, EXACT, PARTIAL, Compared

CLASS_BITS: Final = 2
TOP_CLASS: Final = 15
_UNTELLING_BITS: Final = 2
"""What may be left over on one side of a pair that is still called close."""
_CACHE_WORDS: Final = 131_072
_LETTER_BITS: Final = (0, 1, 3, 5, 7, 8, 9)
_DIGIT_BITS: Final = (0, 4, 6, 8, 9, 10)
_COMMON_WORDS: Final = (
    "street road avenue drive lane court place close crescent way boulevard highway parade terrace "
    "circuit square grove gardens park house flat unit apartment building floor box po north south "
    "east west upper lower saint great new old city town village district province county region "
    "state area of the de la le el al da do du van den der and at in on"
)
_COMMON: Final = frozenset(_COMMON_WORDS.split())
"""Words of addresses that tell nobody apart."""
_SHORT: Final = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "dr": "drive",
    "ln": "lane", "ct": "court", "crt": "court", "pl": "place", "cl": "close", "cres": "crescent",
    "blvd": "boulevard", "hwy": "highway", "pde": "parade", "tce": "terrace", "ter": "terrace",
    "sq": "square", "gr": "grove", "gdns": "gardens", "apt": "apartment", "bldg": "building",
    "fl": "floor", "n": "north", "s": "south", "e": "east", "w": "west", "cct": "circuit",
    "cir": "circuit", "no": "", "number": "", "strasse": "street", "ulitsa": "street",
    "ul": "street", "rue": "street", "calle": "street", "via": "street", "rua": "street",
}  # fmt: skip


class Bag(NamedTuple):
    """Distinct words in alphabetical order, and what agreement on all of them tells, in bits."""

    words: tuple[str, ...]
    bits: int


@lru_cache(_CACHE_WORDS)
def word_bits(word: str) -> int:
    """How much agreement on a word of an address or a place tells: 1 to 10 bits."""
    if word in _COMMON:
        return 1
    table = _DIGIT_BITS if word.isdigit() else _LETTER_BITS
    return table[min(len(word), len(table) - 1)]


def bag_of(found: Iterable[str]) -> Bag:
    """The bag of some folded words, usual abbreviations written out."""
    distinct = sorted({_SHORT.get(word, word) for word in found} - {""})
    return Bag(tuple(distinct), sum(map(word_bits, distinct)))


def compare_bags(left: Bag, right: Bag) -> Compared:
    """Agreement of two bags: exact; close but for spelling; one holds the other; conflict."""
    if left.words == right.words:
        return EXACT, _class(left.bits)
    return _unequal(left, right) if left < right else _unequal(right, left)


def _unequal(left: Bag, right: Bag) -> Compared:
    ones, others = left.words, right.words
    rest_left = [word for word in ones if word not in others]
    rest_right = [word for word in others if word not in ones]
    agreed: float = left.bits - sum(map(word_bits, rest_left))
    if rest_left and rest_right:
        agreed += _near(rest_left, rest_right)
    fewer, more = sorted((sum(map(word_bits, rest_left)), sum(map(word_bits, rest_right))))
    if fewer > _UNTELLING_BITS:
        return CONFLICT, _class(agreed)
    return (CLOSE if more <= _UNTELLING_BITS else PARTIAL), _class(agreed)


@lru_cache(_CACHE_WORDS)
def _nearness(one: str, other: str) -> float:
    """Share of a word's bits that a near word is worth; `one` sorts before `other`."""
    if one.isdigit() or other.isdigit():
        return 0.4 if len(one) == len(other) > 1 and OSA.distance(one, other) == 1 else 0.0
    longest = max(len(one), len(other))
    if min(len(one), len(other)) > 3 and other.startswith(one):
        return 0.7
    edits = OSA.distance(one, other, score_cutoff=2)
    if edits == 1:
        return 0.8 if longest > 3 else 0.0
    return 0.6 if edits == 2 and longest > 7 else 0.0


def _near(left: list[str], right: list[str]) -> float:
    """Bits of the words that are near, nearest first; takes them out of both lists.

    A slip leaves a word's first letter or its last: a cheap test that spares most others.
    """
    pairs: list[tuple[Any, ...]] = []
    for one in left:
        first, last = one[0], one[-1]
        for other in right:
            if first == other[0] or last == other[-1]:
                lesser, greater = (one, other) if one < other else (other, one)
                share = _nearness(lesser, greater)
                if share:
                    pairs.append((-share, lesser, greater, one, other))
    agreed = 0.0
    # INVARIANT: ties are broken without knowing left from right, so comparing is symmetric.
    for rank, _, _, one, other in sorted(pairs):
        if one in left and other in right:
            left.remove(one)
            right.remove(other)
            agreed -= float(rank) * min(word_bits(one), word_bits(other))
    if not agreed and len(left) + len(right) > 2 and "".join(left) == "".join(right):
        agreed = 0.8 * sum(map(word_bits, left))
        left.clear()
        right.clear()
    return agreed


def _class(bits: float) -> int:
    return min(TOP_CLASS, int(bits) // CLASS_BITS)
