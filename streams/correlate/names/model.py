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
    BUSINESS,
    GENERIC,
    GEOGRAPHIC,
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

Sort = Literal[
    "word",
    "weak",
    "generic",
    "business",
    "place",
    "number",
    "initial",
    "particle",
    "title",
    "legal",
]
"""What a word does in a name. Particles, titles and legal forms tell no name from another."""

KINDS: Final = {"person": "P", "organization": "O", "vessel": "V"}
_KIND_LETTERS: Final = frozenset("POVT")
_ROLES: Final = frozenset("GMF")
_UNTOLD: Final = frozenset(("particle", "title", "legal"))
_COMPANY: Final[dict[str, Sort]] = {
    **dict.fromkeys(BUSINESS, "business"),
    **dict.fromkeys(GENERIC, "generic"),
    **dict.fromkeys(GEOGRAPHIC, "place"),
}
_SORTS: Final[dict[str, dict[str, Sort]]] = {
    "P": {
        **dict.fromkeys(WEAK, "weak"),
        **dict.fromkeys(TITLES, "title"),
        **dict.fromkeys(PARTICLES, "particle"),
    },
    "O": {**_COMPANY, **dict.fromkeys(LEGAL, "legal")},
    "V": {**_COMPANY, **dict.fromkeys(VESSEL_PREFIXES, "legal")},
    "T": _COMPANY,
}
_WITH_PARTICLES: Final = frozenset(("", "R", "A"))
"""Scripts whose particles the tables hold."""
_FRAME: Final = str.maketrans("vfdjhmr", "bbtsknl")
_COMMON: Final = frozenset(("generic", "business", "place"))
_COMMON_BITS: Final = 5
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
    wire: str
    """What it was read from; names of one wire form are equal."""
    drawn: bool
    """Whether any word brings the characters it is written in."""

    def __hash__(self) -> int:
        return hash(self.wire)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Name) and self.wire == other.wire


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
    told: list[Token] = []
    untold: list[Token] = []
    roles: list[str] = []
    for word in filter(None, words):
        role = word[0] if word[0] in _ROLES else ""
        token = token_of(word[1:] if role else word, kind)
        if token.sort in _UNTOLD:
            untold.append(token)
        else:
            told.append(token)
            roles.append(role)
    if not told:
        told, untold, roles = untold, [], [""] * len(untold)
    key = sorted([each.id for each in told])
    bits = sum([each.bits for each in told])
    return Name(
        kind,
        tuple(told),
        bits,
        tuple(key),
        tuple(untold),
        tuple(roles),
        wire,
        any(each.native for each in told),
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
    if kind == "P" and len(text) == 1 and not mark:
        return "initial"
    sort = _SORTS[kind].get(text, "word")
    return "word" if sort == "particle" and mark not in _WITH_PARTICLES else sort


def _bits(text: str, bone: str, sort: Sort, kind: str) -> int:
    if sort in _UNTOLD:
        return 1
    if sort == "initial":
        return 2
    if sort == "number":
        return _NUMBER_BITS
    bits = word_bits(text, bone, kind == "P")
    if sort in _COMMON:
        return min(bits, _COMMON_BITS)
    return min(bits, _WEAK_BITS) if sort == "weak" else bits


def bones(name: Name) -> list[tuple[str, int]]:
    """Distinct bones of the telling words with their bits, rarest first."""
    found: dict[str, int] = {}
    for each in name.tokens:
        found[each.bone] = max(each.bits, found.get(each.bone, 0))
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))
