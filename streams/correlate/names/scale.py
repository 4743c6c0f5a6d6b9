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
_CALIBRATED: Final = 0.6
"""The raw likeness that is as likely one name as two; `score` lays it at MATCH_SCORE."""
_ONE_WORD: Final = 0.45
_EXTRA_PERSONAL_WORD: Final = 0.06
_EXTRA_WORDS: Final = 1.2
_EXTRA_BY_SORT: Final = {"place": 0.08, "generic": 0.15}
_SLIGHT: Final = 3.0
"""Weight up to which a word left over says nothing."""


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
        return 0.5 * _ranked(found, left.kind)
    raw = _person(found) if left.kind == "P" else _thing(found)
    if found.left and found.right:
        raw += 0.1 * _ranked(found, left.kind)
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
        if pair.reason not in ("initial", "acronym"):
            least = min(least, pair.share)
    return weight, (agreed / weight + least) / 2


def _person(found: Alignment) -> float:
    weight, agreed = _agreement(found.pairs)
    left, right = _weight(found.left), _weight(found.right)
    fewer, more = min(left, right), max(left, right)
    if fewer > _SLIGHT or _initials_differ(found):
        return _CONFLICT * agreed * weight / (weight + 2 * fewer) + 0.1
    if more <= _SLIGHT:
        return agreed
    matched = [pair for pair in found.pairs if pair.reason not in ("initial", "acronym")]
    rest = [each for each in found.left or found.right if not is_patronymic(each.text)]
    if len(matched) < 2 and rest:
        return agreed * _ONE_WORD
    return agreed * (1 - _EXTRA_PERSONAL_WORD * len(rest))


def _initials_differ(found: Alignment) -> bool:
    return any(each.sort == "initial" for each in found.left) and any(
        each.sort == "initial" for each in found.right
    )


def _thing(found: Alignment) -> float:
    weight, agreed = _agreement(found.pairs)
    rest = (*found.left, *found.right)
    extra = _weight(rest)
    if (found.left and found.right) or any(each.sort == "number" for each in rest):
        return _CONFLICT * agreed * weight / (weight + extra) + 0.1
    telling = [pair for pair in found.pairs if any(each.sort == "word" for each in pair.left)]
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
