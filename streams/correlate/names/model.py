"""A name ready to compare: its words as tokens, each with its rarity, its bones and its part.

On the wire a name is its kind (P person, O organisation, V vessel, T anything else) and its words,
split by blanks. A word is Latin letters and digits, with a capital before it where its part is
known (G given, M middle, F family) and one behind it where its script is not an alphabet
(`script`): `P Gbarack Fobama`, `P mhmdA`.
"""

from functools import lru_cache
from typing import Final, Literal, NamedTuple

from .rarity import word_bits
from .sounds import skeleton
from .words import (
    EXPANDED,
    GENERIC,
    LEGAL,
    PARTICLES,
    PHRASE,
    PHRASES,
    TITLES,
    VESSEL_PREFIXES,
    WEAK,
    spelled,
)

Sort = Literal["word", "weak", "generic", "number", "initial", "particle", "title", "legal"]
"""What a word does in a name. Particles, titles and legal forms tell no name from another."""

KINDS: Final = {"person": "P", "organization": "O", "vessel": "V"}
_KIND_LETTERS: Final = frozenset("POVT")
_ROLES: Final = frozenset("GMF")
_UNTOLD: Final = frozenset(("particle", "title", "legal"))
_WEAK_BITS: Final = 3
_NUMBER_BITS: Final = 4


class Token(NamedTuple):
    """One word of a name."""

    id: str
    """The word with its mark: equal ids are equal words."""
    text: str
    mark: str
    bits: int
    """How much agreement on it tells."""
    bone: str
    """Its consonants, alike in most spellings."""
    sort: Sort


class Name(NamedTuple):
    """One name: the words that tell it from others, in order, and those that do not."""

    kind: str
    tokens: tuple[Token, ...]
    bits: int
    key: frozenset[str]
    """Ids of the telling words: equal keys are equal names."""
    untold: tuple[Token, ...]
    roles: tuple[str, ...]
    """Part of each telling word: G, M, F or ""."""


def wire_forms(kind: str, full: str, given: str, middle: str, family: str) -> tuple[str, ...]:
    """A name as it travels: one form, and others where its script has several readings.

    `kind` is the entity's. The full name speaks where parts are not given. Empty when no word
    of it can be read.
    """
    letter = KINDS.get(kind, "T")
    parts = {
        word: role
        for role, text in (("F", family), ("M", middle), ("G", given))
        for word in (spelled(text) if text else ())
    }
    words = _spelled_full(letter, full) if full else []
    if not words or any(word in parts for word in words):
        words = list(dict.fromkeys((*words, *reversed(parts))))
    if letter == "P":
        words = [f"{parts.get(word, '')}{word}" for word in words]
    return (" ".join((letter, *words)),) if words else ()


def _spelled_full(letter: str, full: str) -> list[str]:
    words = spelled(full)
    if letter == "P" or not words:
        return words
    text = PHRASE.sub(lambda found: PHRASES[found[0]], " ".join(words))
    return [EXPANDED.get(word, word) for word in text.split(" ")]


@lru_cache(65_536)
def name_of(wire: str) -> Name:
    """A name from its wire form; a text without a kind is read as a person's words."""
    words = wire.split(" ")
    kind = words.pop(0) if words[0] in _KIND_LETTERS else "P"
    roles: dict[str, str] = {}
    for word in words:
        role = word[:1] if word[:1] in _ROLES else ""
        roles.setdefault(word[1:] if role else word, role)
    tokens = [token_of(word, kind) for word in roles if word]
    telling = [each for each in tokens if each.sort not in _UNTOLD] or tokens
    return Name(
        kind,
        tuple(telling),
        sum([each.bits for each in telling]),
        frozenset([each.id for each in telling]),
        tuple([each for each in tokens if each not in telling]),
        tuple([roles[each.id] for each in telling]),
    )


@lru_cache(65_536)
def token_of(word: str, kind: str) -> Token:
    """A token from its word and mark."""
    mark = word[-1] if word[-1].isupper() else ""
    text = word[:-1] if mark else word
    bone = skeleton(text, mark)
    sort = _sort(text, mark, kind)
    return Token(word, text, mark, _bits(text, bone, sort, kind), bone, sort)


def _sort(text: str, mark: str, kind: str) -> Sort:
    if text.isdigit():
        return "number"
    if kind == "P":
        if text in PARTICLES and len(text) > (0 if mark else 1):
            return "particle"
        if len(text) == 1 and not mark:
            return "initial"
        return "title" if text in TITLES else "weak" if text in WEAK else "word"
    if kind == "O" and text in LEGAL:
        return "legal"
    if kind == "V" and text in VESSEL_PREFIXES:
        return "legal"
    return "generic" if text in GENERIC else "word"


def _bits(text: str, bone: str, sort: Sort, kind: str) -> int:
    if sort in _UNTOLD:
        return 1
    if sort == "initial":
        return 2
    if sort == "number":
        return _NUMBER_BITS
    bits = word_bits(text, bone, kind == "P")
    if sort == "generic":
        return min(bits, 5)
    return min(bits, _WEAK_BITS) if sort == "weak" else bits


def bones(name: Name) -> list[tuple[str, int]]:
    """Distinct bones of the telling words with their bits, rarest first."""
    found: dict[str, int] = {}
    for each in name.tokens:
        found[each.bone] = max(each.bits, found.get(each.bone, 0))
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))
