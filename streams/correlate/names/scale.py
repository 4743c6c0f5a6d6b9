"""One scale for names of all kinds: how likely two names are one, 0 to 1, and why in sentences."""

from functools import lru_cache
from typing import Final

from .alignment import Alignment, Pair, align
from .model import Name, Token, name_of, wire_forms
from .nearness import is_patronymic

MATCH_SCORE: Final = 0.5
"""At or above it two names match, on all data."""

_CONFLICT_CAP: Final = 0.45
_EXTRA_PENALTY: Final = {"P": 0.06, "O": 0.35, "V": 0.4, "T": 0.35}


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
        return 0.0
    if left.kind == "P":
        return _person(found)
    return _thing(found, left.kind)


def _weight(tokens: tuple[Token, ...] | list[Token]) -> float:
    return float(sum([max(each.bits, 2) for each in tokens]))


def _agreement(pairs: list[Pair]) -> tuple[float, float, float]:
    """Weight of matched words, their mean share, and the least share."""
    weight = agreed = 0.0
    least = 1.0
    for pair in pairs:
        each = (_weight(pair.left) + _weight(pair.right)) / 2
        weight += each
        agreed += each * pair.share
        if pair.reason != "initial":
            least = min(least, pair.share)
    return weight, agreed / weight, least


def _person(found: Alignment) -> float:
    weight, mean, least = _agreement(found.pairs)
    base = 0.5 * mean + 0.5 * least
    left, right = _weight(found.left), _weight(found.right)
    fewer, more = min(left, right), max(left, right)
    if fewer > 3:
        return _CONFLICT_CAP * base * weight / (weight + 2 * fewer)
    if more <= 3:
        return base
    matched = [pair for pair in found.pairs if pair.reason != "initial"]
    rest = [each for each in found.left or found.right if not is_patronymic(each.text)]
    if len(matched) < 2 and rest:
        return base * 0.42
    return base * (1 - 0.06 * len(rest))


def _thing(found: Alignment, kind: str) -> float:
    weight, mean, least = _agreement(found.pairs)
    base = 0.5 * mean + 0.5 * least
    left, right = _weight(found.left), _weight(found.right)
    if any(each.sort == "number" for each in (*found.left, *found.right)):
        return _CONFLICT_CAP * base * weight / (weight + left + right)
    fewer, more = min(left, right), max(left, right)
    if fewer > 0:
        return _CONFLICT_CAP * base * weight / (weight + fewer)
    return base * (1 - min(0.8, more / (weight + more) * 1.6))


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
