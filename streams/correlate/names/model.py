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
    GEOGRAPHIC,
    GENERIC,
    LEGAL,
    PARTICLES,
    TITLES,
    VESSEL_PREFIXES,
    WEAK,
    Reading,
    corporate,
    has_readings,
    personal,
)

Sort = Literal["word", "weak", "generic", "place", "number", "initial", "particle", "title", "legal"]
"""What a word does in a name. Particles, titles and legal forms tell no name from another."""

KINDS: Final = {"person": "P", "organization": "O", "vessel": "V"}
_KIND_LETTERS: Final = frozenset("POVT")
_ROLES: Final = frozenset("GMF")
_UNTOLD: Final = frozenset(("particle", "title", "legal"))
_FRAME: Final = str.maketrans("vfdjhmr", "bbtsknl")
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
    frame: str
    """Its bones, coarser: alike where two scripts hear one sound differently."""
    front: str
    """The first letter of its frame, sibilants and velars as one, which spellings interchange."""
    sort: Sort
    native: str
    """Its Han characters, simplified; empty in other scripts."""


class Name(NamedTuple):
    """One name: the words that tell it from others, in order, and those that do not."""

    kind: str
    tokens: tuple[Token, ...]
    bits: int
    key: tuple[str, ...]
    """Ids of the telling words, sorted: equal keys are equal names."""
    untold: tuple[Token, ...]
    roles: tuple[str, ...]
    """Part of each telling word: G, M, F or ""."""


def wire_forms(kind: str, full: str, given: str, middle: str, family: str) -> tuple[str, ...]:
    """A name as it travels: one form, and others where its script has several readings.

    `kind` is the entity's. The full name speaks where parts are not given. Empty when no word
    of it can be read.
    """
    letter = KINDS.get(kind, "T")
    read = _read_personal if letter == "P" else _read_corporate
    words = read("parts", full, given, middle, family)
    forms = [words]
    if has_readings(words):
        forms += [read(reading, full, given, middle, family) for reading in ("whole", "japanese")]
    return tuple(dict.fromkeys([" ".join((letter, *each)) for each in forms if each]))


def _read_corporate(reading: Reading, full: str, given: str, middle: str, family: str) -> list[str]:
    return corporate(full or f"{given} {middle} {family}", reading)


def _read_personal(reading: Reading, full: str, given: str, middle: str, family: str) -> list[str]:
    uncut: Reading = "whole" if reading == "parts" else reading
    parts = {
        word: role
        for role, text in (("F", family), ("M", middle), ("G", given))
        for word in (personal(text, uncut) if text else ())
    }
    words = personal(full, reading) if full else []
    if not words or any(word in parts for word in words):
        whole = " ".join(words)
        words += [word for word in reversed(parts) if word not in whole]
    return [parts.get(word, "") + word for word in words]


@lru_cache(65_536)
def name_of(wire: str) -> Name:
    """A name from its wire form; a text without a kind is read as a person's words."""
    words = wire.split(" ")
    kind = words.pop(0) if words[0] in _KIND_LETTERS else "P"
    roles = [word[:1] if word[:1] in _ROLES else "" for word in words]
    tokens = [
        token_of(word[1:] if role else word, kind)
        for word, role in zip(words, roles, strict=True)
        if word
    ]
    telling = [each.sort not in _UNTOLD for each in tokens]
    if True not in telling:
        telling = [True] * len(tokens)
    told = tuple([each for each, tells in zip(tokens, telling, strict=True) if tells])
    return Name(
        kind,
        told,
        sum([each.bits for each in told]),
        tuple(sorted([each.id for each in told])),
        tuple([each for each, tells in zip(tokens, telling, strict=True) if not tells]),
        tuple([role for role, tells in zip(roles, telling, strict=False) if tells]),
    )


@lru_cache(65_536)
def token_of(word: str, kind: str) -> Token:
    """A token from its word and mark."""
    text, mark, native = word, "", ""
    if not word.isascii():
        text, mark, native = word.partition("C")
    elif word[-1].isupper():
        text, mark = word[:-1], word[-1]
    bone = skeleton(text, mark)
    sort = _sort(text, mark, kind)
    frame = bone.translate(_FRAME)
    front = "s" if frame[0] == "k" else frame[0]
    bits = _bits(text, bone, sort, kind)
    return Token(word, text, mark, bits, bone, frame, front, sort, native)


def _sort(text: str, mark: str, kind: str) -> Sort:
    if text.isdigit():
        return "number"
    if kind == "P":
        if text in PARTICLES and (len(text) > 1 or mark):
            return "particle"
        if len(text) == 1 and not mark:
            return "initial"
        return "title" if text in TITLES else "weak" if text in WEAK else "word"
    if kind == "O" and text in LEGAL:
        return "legal"
    if kind == "V" and text in VESSEL_PREFIXES:
        return "legal"
    if text in GEOGRAPHIC:
        return "place"
    return "generic" if text in GENERIC else "word"


def _bits(text: str, bone: str, sort: Sort, kind: str) -> int:
    if sort in _UNTOLD:
        return 1
    if sort == "initial":
        return 2
    if sort == "number":
        return _NUMBER_BITS
    bits = word_bits(text, bone, kind == "P")
    if sort in ("generic", "place"):
        return min(bits, 5)
    return min(bits, _WEAK_BITS) if sort == "weak" else bits


def bones(name: Name) -> list[tuple[str, int]]:
    """Distinct bones of the telling words with their bits, rarest first."""
    found: dict[str, int] = {}
    for each in name.tokens:
        found[each.bone] = max(each.bits, found.get(each.bone, 0))
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))
