"""Scripts: a word of any writing as Latin letters, and the mark that says how to hear them.

Every script but Latin has a mark. R are those that write vowels (Cyrillic, Greek, Armenian,
Georgian, Ge'ez): they become the usual romanisation. Scripts that leave sounds out or fold several
into one have a Latin spelling of their own, one fixed piece for one sign, so that `sounds` can
price what each sign may stand for: A Arabic (Persian, Urdu too), H Hebrew, K kana, N hangul,
C Han read as Pinyin, I Indic and Thai.
"""

import json
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

import anyascii

_TABLE: Final = json.loads(Path(__file__).with_name("script.json").read_bytes())
_HANGUL_FIRST: Final = 0xAC00
_HANGUL_LAST: Final = 0xD7A3
_HANGUL: Final = _TABLE["hangul"]
_LETTERS: Final[dict[str, dict[str, str]]] = {"A": _TABLE["arabic"], "H": _TABLE["hebrew"]}
_CYRILLIC: Final[dict[str, str]] = _TABLE["cyrillic"]
_CYRILLIC_BLOCK: Final = range(0x400, 0x530)
_SMALL_KANA: Final[dict[str, str]] = _TABLE["kana_small"]
_SILENT_KANA: Final = frozenset("\u30fc\u30fb\u3063\u30c3")
"""Signs of long vowels and doubled consonants, and the middle dot."""
_GLIDING_KANA: Final = frozenset("\u30e3\u30e5\u30e7")
_HIRAGANA: Final = range(0x3041, 0x3097)
_TO_KATAKANA: Final = 0x60


_FIRST_MARKED: Final = 0x370


def mark_of(character: str) -> str:
    """The mark of one character: "" for Latin, else R, A, H, K, N, C or I."""
    code = ord(character)
    if code < _FIRST_MARKED:
        return ""
    return next((mark for last, mark in _BLOCKS if code <= last), "R")


_BLOCKS: Final = (
    (0x58F, "R"), (0x5FF, "H"), (0x77F, "A"), (0x89F, "R"), (0x8FF, "A"), (0x109F, "I"),
    (0x10FF, "R"), (0x11FF, "N"), (0x177F, "R"), (0x17FF, "I"), (0x1DFF, "R"), (0x1EFF, ""),
    (0x1FFF, "R"), (0x303F, "C"), (0x30FF, "K"), (0x318F, "R"), (0x33FF, "R"), (0x9FFF, "C"),
    (0xABFF, "R"), (0xD7A3, "N"), (0xF8FF, "R"), (0xFAFF, "C"), (0xFB1C, "R"), (0xFB4F, "H"),
    (0xFDFF, "A"), (0xFE6F, "R"), (0xFEFF, "A"), (0x1FFFF, "R"), (0x3FFFF, "C"),
)  # fmt: skip
"""Last code point of each run of Unicode blocks from U+0370 on, and its mark."""


@lru_cache(16_384)
def latin(word: str, mark: str) -> str:
    """A word of one script, lower case, as Latin letters of its mark's spelling."""
    if mark == "":
        return word
    if mark == "R":
        return _alphabet(word)
    if mark == "K":
        return _kana(word)
    if mark == "N":
        return "".join(map(_syllable, word))
    letters = _LETTERS.get(mark)
    if letters is None:
        return anyascii.anyascii(word).lower()
    if mark == "H":
        word = _replaced(word, "hebrew_doubled")
    return "".join([letters.get(each, "") for each in word])


def _replaced(word: str, table: str) -> str:
    for old, new in _TABLE[table].items():
        word = word.replace(old, new)
    return word


def _alphabet(word: str) -> str:
    if ord(word[0]) in _CYRILLIC_BLOCK:
        return "".join([_CYRILLIC.get(each, each) for each in word])
    plain = unicodedata.normalize("NFD", word)
    word = "".join([each for each in plain if not unicodedata.combining(each)])
    return anyascii.anyascii(_replaced(word, "greek"))


def _syllable(character: str) -> str:
    code = ord(character)
    if not _HANGUL_FIRST <= code <= _HANGUL_LAST:
        return anyascii.anyascii(character).lower()
    block, final = divmod(code - _HANGUL_FIRST, len(_HANGUL["finals"]))
    initial, vowel = divmod(block, len(_HANGUL["vowels"]))
    pieces = _HANGUL["initials"][initial], _HANGUL["vowels"][vowel], _HANGUL["finals"][final]
    return "".join(pieces)


def _kana(word: str) -> str:
    """Hepburn, long vowels single: small kana replace the vowel before them."""
    found: list[str] = []
    for sign in word:
        if sign in _SILENT_KANA:
            continue
        kana = chr(ord(sign) + _TO_KATAKANA) if ord(sign) in _HIRAGANA else sign
        vowel = _SMALL_KANA.get(kana)
        if vowel and found:
            stem = found[-1].rstrip("aiueo")
            glide = "y" if kana in _GLIDING_KANA and stem not in ("sh", "ch", "j") else ""
            found[-1] = (stem or "w") + glide + vowel
        else:
            found.append(anyascii.anyascii(kana).lower())
    return "".join(found)
