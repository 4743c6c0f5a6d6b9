"""Names as comparable tokens: fold, transliterate, skeleton, and how many bits a token carries.

Bits are log2(1/frequency) of a token's consonant skeleton over names of all regions, from the
versioned table `name_bits.json` (its `source` says where the counts are from). A common name
weighs little, whatever it is spelt like; a token the table does not hold weighs by its length.
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import anyascii

MAX_CHARACTERS: Final = 160
MAX_TOKENS: Final = 10
_CACHE_TOKENS: Final = 65_536

_WORDS: Final = re.compile(r"[a-z0-9]+")
_CASE_BREAK: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_JOINERS: Final = str.maketrans("", "", "'`\u2019\u2018\u02bc\u02bb\u02bf\u02be\u00b4\"")
_DOUBLED: Final = re.compile(r"(.)\1+")
_DIGRAPHS: Final = (
    ("ph", "f"), ("sch", "s"), ("tch", "k"), ("sh", "s"), ("kh", "k"), ("gh", "g"), ("th", "t"),
    ("dh", "d"), ("zh", "s"), ("ch", "k"), ("ts", "s"), ("ks", "x"), ("dj", "j"), ("ou", "u"),
)  # fmt: skip
_LETTERS: Final = str.maketrans("cqgzp", "kkksb")
_SILENT: Final = str.maketrans("", "", "aeiouyw")


class Name(NamedTuple):
    """One name, ready to compare: its distinct words, in no order, and their bits in all."""

    words: frozenset[str]
    bits: int


def _table(part: str) -> dict[str, int]:
    return {word: int(bits) for bits, line in _CONTENT[part].items() for word in line.split()}


_CONTENT: Final = json.loads(Path(__file__).with_name("name_bits.json").read_bytes())
PARTICLES: Final = frozenset(_CONTENT["particles"].split())
"""Words of personal names that tell nobody apart."""
LEGAL_FORMS: Final = frozenset(_CONTENT["legal_forms"].split())
PLACE_WORDS: Final = frozenset(_CONTENT["place_words"].split())
_TOKENS: Final = _table("tokens")
_REGIONAL: Final = _table("regional")
_BITS_BY_LENGTH: Final = (0, 1, 5, 8, 10, 11, 12, 13)


def fold(text: str) -> str:
    """Lower-case Latin letters and digits, apostrophes joined; at most MAX_CHARACTERS of input."""
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = _CASE_BREAK.sub(" ", anyascii.anyascii(text.translate(_JOINERS)))
    if "'" in text or "`" in text or '"' in text:
        text = text.translate(_JOINERS)
    return text.lower()


def words(text: str) -> list[str]:
    """The words of a text, folded, in order, at most MAX_TOKENS."""
    return _WORDS.findall(fold(text))[:MAX_TOKENS]


@lru_cache(_CACHE_TOKENS)
def skeleton(token: str) -> str:
    """Consonants that survive transliteration: `mohamed` and `muhammad` are both `mhmd`."""
    text = token
    for old, new in _DIGRAPHS:
        if old in text:
            text = text.replace(old, new)
    text = _DOUBLED.sub(r"\1", text.translate(_LETTERS))
    if text[:1] == "w":
        text = "v" + text[1:]
    return _DOUBLED.sub(r"\1", text.translate(_SILENT)).rstrip("h") or token


@lru_cache(_CACHE_TOKENS)
def token_bits(token: str) -> int:
    """How much agreement on this token tells, in bits: 1 (a particle) to 13."""
    if token in PARTICLES or token in LEGAL_FORMS:
        return 1
    by_length = _BITS_BY_LENGTH[min(len(token), len(_BITS_BY_LENGTH) - 1)]
    regional = _REGIONAL.get(skeleton(token), by_length)
    return min(by_length, _TOKENS.get(token, by_length), regional)


@lru_cache(_CACHE_TOKENS)
def name_of(text: str) -> Name:
    """A name from its folded words, split by blanks."""
    distinct = frozenset(text.split())
    return Name(distinct, sum(map(token_bits, distinct)))


MATCH_SCORE: Final = 0.5
"""STAND-IN, as are the two functions below: the package `names` replaces this module."""


def score(kind: str, left: str, right: str) -> float:
    """STAND-IN: how likely two written names of a kind are one name, 0 to 1."""
    del kind
    one, other = frozenset(words(left)), frozenset(words(right))
    return len(one & other) / len(one | other) if one and other else 0.0


def explain(kind: str, left: str, right: str) -> list[str]:
    """STAND-IN: what agrees, in plain sentences."""
    shared = sorted(frozenset(words(left)) & frozenset(words(right)))
    return [f"Both have {word!r}." for word in shared] or [f"No word of the {kind} agrees."]
