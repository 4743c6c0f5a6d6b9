"""Words: a text folded, split into words of one script each, and the tables of telling words."""

import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

import anyascii

from . import han
from .script import latin, mark_of

Reading = Literal["parts", "whole", "japanese"]
"""How names in Han and hangul are read: cut into family and given name, uncut, or as Japanese."""

MAX_CHARACTERS: Final = 160
MAX_TOKENS: Final = 12

_TABLES: Final = json.loads(Path(__file__).with_name("words.json").read_bytes())


def _words_of(part: str) -> frozenset[str]:
    return frozenset(_TABLES[part].split())


TITLES: Final = _words_of("titles")
PARTICLES: Final = _words_of("particles")
"""Words of personal names that tell nobody apart."""
WEAK: Final = _words_of("weak")
GENERIC: Final = _words_of("generic")
GEOGRAPHIC: Final = _words_of("geographic")
"""Places that companies add to their names to say where a branch is."""
VESSEL_PREFIXES: Final = _words_of("vessel")
PLACE_WORDS: Final = _words_of("place_words")
LEGAL: Final[dict[str, str]] = {
    word: family for family, listed in _TABLES["legal"].items() for word in listed.split()
}
"""Legal form or stop word of an organisation, to its family: joint, limited or bare."""
EXPANDED: Final[dict[str, str]] = _TABLES["expanded"]
PHRASES: Final[dict[str, str]] = _TABLES["phrases"]
PHRASE: Final = re.compile(
    r"(?<![a-z0-9])(?:" + "|".join(sorted(PHRASES, key=len, reverse=True)) + r")(?![a-z0-9])"
)
_HANGUL_FAMILY_NAMES: Final = frozenset(_TABLES["hangul_family_names"])

_WORDS: Final = re.compile(r"[a-z0-9]+")
_CASE_BREAK: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_JOINERS: Final = dict.fromkeys(
    map(ord, "'`\u2019\u2018\u02bc\u02bb\u02bf\u02be\u00b4\"\u05f3\u05f4\u2032")
)
_SILENT: Final = _JOINERS | dict.fromkeys(
    [*range(0x591, 0x5C8), *range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, 0x640]
    + [*range(0x6D6, 0x6ED), *range(0x200B, 0x2010), 0xAD, 0xFEFF]
)
"""Joiners, vowel points of Arabic and Hebrew, and what is not seen."""
_GERESH: Final = re.compile("([גזצץ])['\u05f3\u2019`]")
_GERESH_LETTERS: Final = {"ג": "\u05ef", "ז": "\u05ef", "צ": "\u05f0", "ץ": "\u05f0"}
"""Letters with a geresh stand for foreign sounds; two rare code points carry them to `script`."""
_RUNS: Final = re.compile(
    r"[^\W_\u0590-\uffff\U00010000-\U0003ffff]+|[\u0590-\u05ff]+|[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]+"
    r"|[\u0900-\u0eff\u1780-\u17ff]+|[\u1100-\u11ff\uac00-\ud7a3]+|[\u3041-\u3096\u30a1-\u30fa\u30fc]+"
    r"|[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
    r"|[\u10a0-\u10ff\u1200-\u139f\u1c90-\u1cbf\u2d30-\u2d7f\u1e00-\u1fff]+"
)
_ARTICLE: Final = "ال"
_SERVANT: Final = _words_of("servant")
"""`Servant of`, the first part of a compound given name in Arabic, by its spellings."""
_ARTICLES: Final = _words_of("articles")
_SERVANT_OF: Final = re.compile(r"abd[aeiou]{1,2}(?:l|([rsndztk])(?=\1))([a-z]{3,})")
_DOTTED: Final = re.compile(r"\b(?:[^\W\d_]\.)+[^\W\d_]\b")
_LETTERS: Final = re.compile(r"\b[a-z](?: [a-z])+\b")
"""Initialisms, dotted or spaced: `U.S.A.`, `A B C`."""
_TENS: Final = dict(
    zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True)
)


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


def spelled(text: str, reading: Reading = "parts") -> list[str]:
    """The words of a name in order, as Latin letters, each with the mark of its script behind it.

    Behind the mark of Han stand the characters, simplified, because many sound alike. At most
    MAX_TOKENS words of MAX_CHARACTERS of input.
    """
    text = text[:MAX_CHARACTERS]
    if text.isascii():
        return _WORDS.findall(text.translate(_JOINERS).lower())[:MAX_TOKENS]
    text = unicodedata.normalize("NFKC", text)[:MAX_CHARACTERS]
    text = _GERESH.sub(lambda found: _GERESH_LETTERS[found[1]], text)
    text = text.translate(_SILENT).casefold()
    found: list[str] = []
    for run in _RUNS.findall(text):
        found.extend(_spelled_run(run, reading))
        if len(found) >= MAX_TOKENS:
            break
    return found[:MAX_TOKENS]


def has_readings(words: Iterable[str]) -> bool:
    """Whether a word of these is Han or hangul, so that other readings may differ."""
    return any("C" in word or word.endswith("N") for word in words)


def personal(text: str, reading: Reading = "parts") -> list[str]:
    """The words of a person's name; `Abd al-Rahman` and `Abdurrahman` are one word, alike."""
    found: list[str] = []
    servant = False
    for word in spelled(text, reading):
        if servant and word in _ARTICLES:
            continue
        if servant and word not in _SERVANT:
            word = f"ebdal{word}" if word.endswith("A") else f"abdul{word}"
            found.pop()
        elif matched := _SERVANT_OF.fullmatch(word):
            word = f"abdul{matched[2]}"
        found.append(word)
        servant = word in _SERVANT
    return found


def corporate(text: str, reading: Reading = "parts") -> list[str]:
    """The words of an organisation's or vessel's name, with abbreviations and numbers written out."""
    plain = _DOTTED.sub(lambda found: found[0].replace(".", ""), text[:MAX_CHARACTERS])
    joined = PHRASE.sub(lambda found: PHRASES[found[0]], " ".join(spelled(plain, reading)))
    joined = _LETTERS.sub(lambda found: found[0].replace(" ", ""), joined)
    found: list[str] = []
    for word in joined.split(" ") if joined else ():
        written = EXPANDED.get(word, word)
        tens = _TENS.get(found[-1], 0) if found else 0
        if tens and written.isdigit() and len(written) == 1:
            found[-1] = str(tens + int(written))
        else:
            found.append(written)
    return [str(_TENS.get(word, word)) for word in found]


def _spelled_run(run: str, reading: Reading) -> list[str]:
    mark = mark_of(run[0])
    if mark in ("", "R"):
        plain = anyascii.anyascii(latin(run, mark)).translate(_JOINERS).lower()
        return [word + mark for word in _WORDS.findall(plain)]
    if mark == "C":
        return _spelled_han(han.simplified(run), reading)
    pieces = [run]
    if mark == "A" and run.startswith(_ARTICLE) and len(run) > 4:
        pieces = [_ARTICLE, run[2:]]
    elif mark == "N" and reading == "parts" and 2 < len(run) < 5 and run[0] in _HANGUL_FAMILY_NAMES:
        pieces = [run[0], run[1:]]
    spelt = ["".join(_WORDS.findall(latin(piece, mark))) for piece in pieces]
    return [f"{each}{mark}" for each in spelt if each]


def _spelled_han(run: str, reading: Reading) -> list[str]:
    if reading == "japanese" and (read := han.japanese_readings(run)):
        return [f"{each}K" for each in read]
    pieces = [run] if reading == "whole" else han.chinese_parts(run)
    spelt = [("".join(_WORDS.findall(han.pinyin(piece))), piece) for piece in pieces]
    return [f"{each}C{piece}" for each, piece in spelt if each]
