"""Names compared as relatives would bear them: what agrees beside the family name.

A family shares its name, so that name tells nobody of it from another. Where the parts of a name
are not known, the family name is what agrees and is rarest, but never the first word of both.
"""

from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from .names import CLOSE, CONFLICT, EXACT, PARTIAL, Compared, Name
from .names.alignment import Pair, align
from .names.comparison import CLASS_BITS, TOP_CLASS
from .names.model import Token
from .names.rarity import is_known

_FAMILY, _GIVEN = "F", "G"
_BY_LIKENESS: Final = frozenset(("slip", "spelling"))
_LIKE_NAMES: Final = 0.9
_LIKE_CLASS, _USUAL_CLASS, _INITIAL_CLASS = 1, 2, 3
_SHORTEST_LIKE: Final = 4
_LIKE_EDITS: Final = 2
_CACHE_PAIRS: Final = 131_072


def compare_given(left: Name, right: Name) -> Compared | None:
    """Level and class of what two names hold beside the family name; None where one holds nothing.

    Symmetric. Class: the bits of the words that agree, in steps of two, 0 to 15. Conflict: both
    have a word beside the family name that the other lacks, whatever else agrees; class 1 where one
    may be a bad spelling or a short form of the other, 2 where they are usual names that are alike,
    3 where one holds but initials that the other has not.
    """
    return _compare(left, right) if left.wire <= right.wire else _compare(right, left)


@lru_cache(_CACHE_PAIRS)
def _compare(left: Name, right: Name) -> Compared | None:
    found = align(left, right)
    shared = _family(left, right, found.pairs)
    crossed = [pair for pair in found.pairs if _crossed(left, right, pair)]
    pairs = [pair for pair in found.pairs if pair not in shared and pair not in crossed]
    ones = _beside(left, [*found.left, *(pair.left[0] for pair in crossed)])
    others = _beside(right, [*found.right, *(pair.right[0] for pair in crossed)])
    words = [[each for each in rest if each.sort == "word"] for rest in (ones, others)]
    if all(words) and not (
        any(_GIVEN == _part(left, pair.left) == _part(right, pair.right) for pair in pairs)
        and any(
            _GIVEN not in {_part(name, (each,)) for each in rest}
            for name, rest in zip((left, right), words, strict=True)
        )
    ):
        return CONFLICT, max(_like(one.text, other.text) for one in words[0] for other in words[1])
    if not pairs:
        return (CONFLICT, _INITIAL_CLASS) if ones and others else None
    if any(map(_two_names, pairs)):
        return CONFLICT, _USUAL_CLASS
    agreed = sum([pair.share * min(_bits(pair.left), _bits(pair.right)) for pair in pairs])
    frequency_class = min(TOP_CLASS, int(agreed) // CLASS_BITS)
    if (ones and others) or any(words):
        return PARTIAL, frequency_class
    return (EXACT if all(pair.share == 1 for pair in pairs) else CLOSE), frequency_class


def _two_names(pair: Pair) -> bool:
    """Whether both words are usual names that merely sound or look alike: Daniel, Danielle."""
    return (
        pair.reason in _BY_LIKENESS
        and pair.share <= _LIKE_NAMES
        and all(is_known(each.text) for each in (*pair.left, *pair.right))
    )


def _like(one: str, other: str) -> int:
    """Whether a word may be a bad spelling or a short form of another, or another usual name."""
    if min(len(one), len(other)) < _SHORTEST_LIKE:
        return 0
    if is_known(one) and is_known(other):
        return _USUAL_CLASS if OSA.distance(one, other) <= _LIKE_EDITS else 0
    like = one[:3] == other[:3] or one in other or other in one
    return _LIKE_CLASS if like or OSA.distance(one, other) <= _LIKE_EDITS else 0


def _family(left: Name, right: Name, pairs: list[Pair]) -> list[Pair]:
    """The pairs of words that are the shared family name."""
    parts = [{_part(left, pair.left), _part(right, pair.right)} for pair in pairs]
    known = [pair for pair, part in zip(pairs, parts, strict=True) if part == {_FAMILY}]
    if known:
        return known
    likely = [pair for pair, part in zip(pairs, parts, strict=True) if _FAMILY in part] or [
        pair
        for pair, part in zip(pairs, parts, strict=True)
        if "" in part and not (pair.left[0] == left.tokens[0] and pair.right[0] == right.tokens[0])
    ]
    # INVARIANT: a tie is broken by the words themselves, so comparing is symmetric.
    return [max(likely, key=_rarity)] if likely else []


def _crossed(left: Name, right: Name, pair: Pair) -> bool:
    """Whether an initial answers a word of another part of the name."""
    parts = {_part(left, pair.left), _part(right, pair.right)}
    return pair.reason == "initial" and parts == {"G", "M"}


def _rarity(pair: Pair) -> tuple[int, tuple[str, ...]]:
    return min(_bits(pair.left), _bits(pair.right)), tuple(each.id for each in pair.left)


def _beside(name: Name, rest: list[Token]) -> list[Token]:
    """What is left of a name that is no family name."""
    return [each for each in rest if _part(name, (each,)) != _FAMILY]


def _part(name: Name, tokens: tuple[Token, ...]) -> str:
    return name.roles[name.tokens.index(tokens[0])]


def _bits(tokens: tuple[Token, ...]) -> int:
    return sum([each.bits for each in tokens])
