"""One scale for names of all kinds: how likely two names are one, 0 to 1, and why in sentences."""

from functools import lru_cache
from typing import Final

from .alignment import Alignment, Pair, align
from .model import Name, Token, name_of, wire_forms
from .nearness import is_patronymic, nearness

MATCH_SCORE: Final = 0.5
"""At or above it two names match, on all data."""

_CONFLICT: Final = 0.42
"""Most that names score which both have a word of their own."""
_SOME_AGREE: Final = 0.1
_RANKING: Final = 0.1
_MOST_IN_CONFLICT: Final = 0.58
"""Names that differ in a number alone come nearest to a match without being one."""
_CALIBRATED: Final = 0.6
"""The raw likeness that is as likely one name as two; `score` lays it at MATCH_SCORE."""
_ONE_WORD: Final = 0.45
_EXTRA_PERSONAL_WORD: Final = 0.06
_MEAN_PART: Final = 0.55
_DOUBT: Final = 0.5
"""Of what two names lack to agree fully, what is taken off again where one has words more."""
_EXTRA_WORDS: Final = 1.2
_EXTRA_BY_SORT: Final = {"place": 0.08, "generic": 0.12, "business": 0.42}
_INITIALS: Final = frozenset(("initial", "acronym"))


def score(kind: str, left: str, right: str) -> float:
    """How likely two written names of one kind of entity are one name, 0 to 1. Symmetric."""
    ones, others = _read(kind, left), _read(kind, right)
    return max([_likeness(one, other) for one in ones for other in others], default=0.0)


def explain(kind: str, left: str, right: str) -> list[str]:
    """What answers what in two names, and what is left over, in plain sentences."""
    ones, others = _read(kind, left), _read(kind, right)
    if not ones or not others:
        return ["One of the names has no word that can be read."]
    one, other = max(
        ((one, other) for one in ones for other in others), key=lambda pair: _likeness(*pair)
    )
    found = align(one, other)
    said = [_sentence(pair) for pair in found.pairs]
    for name, rest in (("first", found.left), ("second", found.right)):
        if rest:
            said.append(f"Only the {name} name has {_quoted(tuple(rest))}.")
    return said or ["The names have no word in common."]


@lru_cache(8_192)
def _read(kind: str, text: str) -> tuple[Name, ...]:
    return tuple([name_of(wire) for wire in wire_forms(kind, text, "", "", "")])


def _likeness(left: Name, right: Name) -> float:
    if left.key == right.key:
        return 1.0
    found = align(left, right)
    if not found.pairs:
        return MATCH_SCORE * _ranked(found, left.kind)
    raw = _person(found) if left.kind == "P" else _thing(found)
    if found.left and found.right:
        raw = min(_MOST_IN_CONFLICT, raw + _RANKING * _ranked(found, left.kind))
    if raw < _CALIBRATED:
        return raw * MATCH_SCORE / _CALIBRATED
    return MATCH_SCORE + (raw - _CALIBRATED) * (1 - MATCH_SCORE) / (1 - _CALIBRATED)


def _ranked(found: Alignment, kind: str) -> float:
    """The nearest that words left over come to each other: ranks names that do not match."""
    return max(
        nearness(one.id, other.id, kind).share for one in found.left for other in found.right
    )


def _weight(tokens: tuple[Token, ...] | list[Token]) -> float:
    return float(sum([max(each.bits, 2) for each in tokens]))


def _agreement(pairs: list[Pair]) -> tuple[float, float]:
    """Weight of the matched words, and how well they match: their mean with the least of them."""
    weight = agreed = 0.0
    least = 1.0
    for pair in pairs:
        each = (_weight(pair.left) + _weight(pair.right)) / 2
        weight += each
        agreed += each * pair.share
        if pair.reason not in _INITIALS:
            least = min(least, pair.share)
    mean = agreed / weight
    return weight, _MEAN_PART * mean + (1 - _MEAN_PART) * least


def _person(found: Alignment) -> float:
    weight, agreed = _agreement(found.pairs)
    left, right = _weight(found.left), _weight(found.right)
    if found.left and found.right:
        return _CONFLICT * agreed * weight / (weight + 2 * min(left, right)) + _SOME_AGREE
    matched = sum(pair.reason not in _INITIALS for pair in found.pairs)
    if not matched:
        return _CONFLICT * agreed
    rest = [each for each in found.left or found.right if not _dispensable(each)]
    if matched < 2 and rest:
        return agreed * _ONE_WORD
    doubt = _DOUBT * (1 - agreed) if found.left or found.right else 0.0
    return max(0.0, agreed * (1 - _extra(len(rest), len(found.pairs))) - doubt)


def _dispensable(token: Token) -> bool:
    """Whether a name is as telling without a word: an initial, an honorific, a patronymic."""
    return token.sort in ("initial", "weak") or is_patronymic(token.text)


def _extra(words: int, matched: int) -> float:
    """Penalty of words that one name has more: few are usual, as many as agree are not."""
    return min(0.9, _EXTRA_PERSONAL_WORD * words * max(1.0, words / matched))


def _thing(found: Alignment) -> float:
    weight, agreed = _agreement(found.pairs)
    rest = (*found.left, *found.right)
    extra = _weight(rest)
    if rest and all(each.sort == "number" for each in rest):
        return _MOST_IN_CONFLICT * agreed
    if (found.left and found.right) or any(each.sort == "number" for each in rest):
        return _CONFLICT * agreed * weight / (weight + extra) + _SOME_AGREE
    telling = [
        pair
        for pair in found.pairs
        if all(any(each.sort == "word" for each in side) for side in (pair.left, pair.right))
    ]
    if rest and not telling:
        return _CONFLICT * agreed
    dear = _weight([each for each in rest if each.sort not in _EXTRA_BY_SORT])
    cost = sum(_EXTRA_BY_SORT.get(each.sort, 0.0) for each in rest)
    cost += _EXTRA_WORDS * dear / (weight + dear)
    return agreed * max(0.1, 1 - cost)


_REASONS: Final = {
    "equal": "{} is in both.",
    "initial": "{} answers {}: an initial.",
    "nickname": "{} answers {}: forms of one given name.",
    "romanised": "{} answers {}: one family name, romanised in two ways.",
    "slip": "{} answers {}: a slip of the pen.",
    "spelling": "{} answers {}: they sound alike.",
    "script": "{} answers {}: the same sounds in another script.",
    "inflected": "{} answers {}: one surname in its male and female form.",
    "prefixed": "{} answers {}: a prefix written on.",
    "joined": "{} answers {}: written in one or split.",
    "acronym": "{} answers {}: the first letters.",
}


def _sentence(pair: Pair) -> str:
    return _REASONS[pair.reason].format(_quoted(pair.left), _quoted(pair.right))


def _quoted(tokens: tuple[Token, ...]) -> str:
    return "“" + " ".join([each.text for each in tokens]) + "”"
