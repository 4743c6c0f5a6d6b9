"""Words: a text folded, split into words of one script each, and the tables of telling words."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Final

import anyascii

from .script import latin, mark_of

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
_SURNAMES_HAN: Final = frozenset(_TABLES["surnames_han"])
_SURNAMES_HANGUL: Final = frozenset(_TABLES["surnames_hangul"])
_COMPOUND_HAN: Final = frozenset(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 司徒 皇甫 尉迟 公孙 公孫 令狐 慕容".split()
)

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


def spelled(text: str) -> list[str]:
    """The words of a name in order, as Latin letters, each with the mark of its script behind it.

    At most MAX_TOKENS words of MAX_CHARACTERS of input.
    """
    text = text[:MAX_CHARACTERS]
    if text.isascii():
        return _WORDS.findall(text.translate(_JOINERS).lower())[:MAX_TOKENS]
    text = unicodedata.normalize("NFKC", text)[:MAX_CHARACTERS]
    text = _GERESH.sub(lambda found: _GERESH_LETTERS[found[1]], text)
    text = text.translate(_SILENT).casefold()
    found: list[str] = []
    for run in _RUNS.findall(text):
        found.extend(_spelled_run(run))
        if len(found) >= MAX_TOKENS:
            break
    return found[:MAX_TOKENS]


def _spelled_run(run: str) -> list[str]:
    mark = mark_of(run[0])
    if mark == "":
        return _WORDS.findall(anyascii.anyascii(latin(run, "")).translate(_JOINERS).lower())
    pieces = [run]
    if mark == "A" and run.startswith(_ARTICLE) and len(run) > 4:
        pieces = [_ARTICLE, run[2:]]
    elif mark == "C":
        pieces = _split_family(run, 2 if run[:2] in _COMPOUND_HAN else 1, _SURNAMES_HAN, 4)
    elif mark == "N":
        pieces = _split_family(run, 1, _SURNAMES_HANGUL, 3)
    plain = [_WORDS.findall(latin(piece, mark)) for piece in pieces]
    return [f"{''.join(each)}{mark}" for each in plain if each]


def _split_family(run: str, length: int, surnames: frozenset[str], most: int) -> list[str]:
    """A Chinese or Korean name written in one: its family name, then the given name."""
    if length < len(run) <= most and (length == 2 or run[0] in surnames):
        return [run[:length], run[length:]]
    return [run]
