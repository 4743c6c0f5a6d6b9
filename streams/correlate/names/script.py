"""Scripts: a word of any writing as Latin letters, and the mark that says how to hear them.

Every script but Latin has a mark. R are those that write vowels (Cyrillic, Greek, Armenian,
Georgian, Ge'ez): they become the usual romanisation. Scripts that leave sounds out or fold several
into one have a Latin spelling of their own, one fixed piece for one sign, so that `sounds` can
price what each sign may stand for: A Arabic (Persian, Urdu too), H Hebrew, K kana, N hangul,
C Han read as Pinyin, I Indic and Thai.
"""

import unicodedata
from functools import lru_cache
from typing import Final

import anyascii

_HANGUL_FIRST: Final = 0xAC00
_HANGUL_LAST: Final = 0xD7A3
_INITIALS: Final = "g kk n d tt r m b pp s ss _ j jj ch k t p h".replace("_", "").split(" ")
_VOWELS: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_FINALS: Final = "_ k k k n n n t l k m l l l p l m p p t t ng t t k t p t".replace("_", "").split(
    " "
)
_ARABIC: Final = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئپچژگکیەۆڤۀےٱڕڵېۇۈہھںٹڈڑڭ",
        (
            "a b t th j h kh d dh r z s sh s d t z e gh f q k l m n h w y a h - a a a w y"
            " p ch zh g k y h w v h y a r l y w w h h n t d r ng"
        ).replace("-", "").split(" "),
        strict=False,
    )
)  # fmt: skip
_HEBREW: Final = dict(
    zip(
        "אבגדהוזחטיכךלמםנןסעפףצץקרשת\u05ef\u05f0",
        "a b g d h w z x t y k k l m m n n s e p p c c q r sh t j ch".split(),
        strict=True,
    )
)
_CYRILLIC: Final = dict(
    zip(
        "щёюяьъыэйцчшжхєїґіўђћџљњјѓќѕңғқһәөүұҷҳ",
        (
            "shch yo yu ya _ _ y e y ts ch sh zh kh ye yi g i u dj c dz lj nj j gj kj dz ng gh q h"
            " a o u u j h"
        ).replace("_", "").split(" "),
        strict=True,
    )
)  # fmt: skip
_GREEK: Final = (
    ("ου", "u"), ("αι", "e"), ("ει", "i"), ("οι", "i"), ("μπ", "b"), ("ντ", "d"), ("γκ", "g"),
    ("γγ", "ng"), ("τζ", "dz"), ("τσ", "ts"), ("γχ", "nch"), ("αυ", "av"), ("ευ", "ev"),
    ("χ", "ch"), ("φ", "f"), ("β", "v"), ("η", "i"), ("υ", "y"), ("ω", "o"),
)  # fmt: skip
_KANA_SMALL: Final = str.maketrans("ァィゥェォャュョヮ", "aiueoauoa")
_KANA_LONG: Final = "ー・"


def mark_of(character: str) -> str:
    """The mark of one character: A, H, K, N, C, I, or "" for alphabets that write vowels."""
    code = ord(character)
    if code < 0x370:
        return ""
    for last, mark in _BLOCKS:
        if code <= last:
            return mark
    return ""


_BLOCKS: Final = (
    (0x58F, "R"), (0x5FF, "H"), (0x77F, "A"), (0x89F, ""), (0x8FF, "A"), (0xEFF, "I"), (0x10FF, "R"),
    (0x11FF, "N"), (0x177F, "R"), (0x17FF, "I"), (0x1DFF, ""), (0x1EFF, ""), (0x1FFF, "R"), (0x303F, ""), (0x30FF, "K"), (0x318F, ""),
    (0x33FF, ""), (0x9FFF, "C"), (0xABFF, "R"), (0xD7A3, "N"), (0xF8FF, ""), (0xFAFF, "C"),
    (0xFB1C, ""), (0xFB4F, "H"), (0xFDFF, "A"), (0xFE6F, ""), (0xFEFF, "A"), (0x1FFFF, ""),
    (0x3FFFF, "C"),
)  # fmt: skip
"""Last code point of each run of Unicode blocks, from U+0590 on."""


@lru_cache(65_536)
def latin(word: str, mark: str) -> str:
    """A word of one script, lower case, as Latin letters of its mark's spelling."""
    if mark in ("", "R"):
        return _alphabet(word) if mark else word
    if mark == "K":
        return _kana(word)
    if mark == "N":
        return "".join(map(_syllable, word))
    if mark == "C":
        return anyascii.anyascii(word).lower()
    table = _ARABIC if mark == "A" else _HEBREW if mark == "H" else None
    if table is None:
        return anyascii.anyascii(word).lower()
    if mark == "H":
        word = word.replace("וו", "ו").replace("יי", "י")
    return "".join([table.get(each, "") for each in word])


def _alphabet(word: str) -> str:
    first = ord(word[0])
    if 0x400 <= first < 0x530:
        return "".join([_CYRILLIC.get(each, each) for each in word])
    if 0x370 <= first < 0x400 or 0x1F00 <= first < 0x2000:
        plain = unicodedata.normalize("NFD", word)
        word = "".join([each for each in plain if not unicodedata.combining(each)])
        for old, new in _GREEK:
            word = word.replace(old, new)
    return word


def _syllable(character: str) -> str:
    code = ord(character)
    if not _HANGUL_FIRST <= code <= _HANGUL_LAST:
        return anyascii.anyascii(character).lower()
    block, final = divmod(code - _HANGUL_FIRST, 28)
    initial, vowel = divmod(block, 21)
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]


def _kana(word: str) -> str:
    """Hepburn, long vowels single: small kana replace the vowel before them."""
    found: list[str] = []
    for each in word:
        if each in _KANA_LONG or each in "っッ":
            continue
        if "\u3041" <= each <= "\u3096":
            each = chr(ord(each) + 0x60)
        vowel = each.translate(_KANA_SMALL)
        if vowel != each and found:
            stem = found[-1][:-1] if found[-1][-1:] in tuple("aiueo") else found[-1]
            glide = "y" if each in "ャュョ" and stem not in ("sh", "ch", "j") else ""
            found[-1] = (stem or "w") + glide + vowel
        else:
            found.append(anyascii.anyascii(each).lower())
    return "".join(found)
