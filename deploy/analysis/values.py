"""Single cells read: blanks, sexes, countries, lists, numbers."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from phonenumbers.geodata.locale import LOCALE_DATA

from schemas.countries import ALPHA_2, ALPHA_3

PLACEHOLDERS: Final = frozenset(
    {
        "-", "--", "?", ".", "\\N", "NULL", "null", "NaN", "nan", "NaT", "None", "<NA>", "#N/A",
        "N/A", "n/a", "unknown", "Unknown", "UNKNOWN",
    }
)  # fmt: skip
"""What files write for nothing. Not `NA` and `Null`: people are called so."""

_SEXES: Final[Mapping[str, str]] = {
    word: sex
    for sex, words in {
        "F": "f female w woman weiblich femme femenino 2",
        "M": "m male man männlich homme masculino 1",
        "X": "x other nonbinary non-binary diverse",
    }.items()
    for word in words.split()
}
_SPLIT: Final = re.compile(r"[;|\n]")
_BLANKS: Final = re.compile(r"[^\w]+")


def sex_of(text: str) -> str | None:
    """Return F, M or X; None where the text is no sex."""
    return _SEXES.get(text.lower())


def split_values(text: str, separator: str | None) -> list[str]:
    """Return the values of a cell: split by the mapping's separator, else by ; | and new line."""
    if separator is None:
        if _SPLIT.search(text) is None:
            return [text]
        parts = _SPLIT.split(text)
    else:
        parts = text.split(separator)
    return [part for each in parts if (part := each.strip())]


@lru_cache(16_384)
def country_code(text: str) -> str | None:
    """Return the alpha-2 code of a code or of a country's name in any language; None if unknown."""
    code = text.strip().upper()
    if code in ALPHA_3:
        return code
    return ALPHA_2.get(code) or _names().get(_folded(text))


@lru_cache(1)
def _names() -> Mapping[str, str]:
    """Names of countries to alpha-2, from the CLDR names that `phonenumbers` carries."""
    names: dict[str, str] = {
        "usa": "US", "united states of america": "US", "uk": "GB", "great britain": "GB",
        "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "uae": "AE",
        "russian federation": "RU", "ussr": "RU", "iran islamic republic of": "IR",
        "syrian arab republic": "SY", "korea republic of": "KR",
        "democratic peoples republic of korea": "KP", "czech republic": "CZ", "burma": "MM",
        "ivory coast": "CI", "turkey": "TR", "holland": "NL", "palestine": "PS",
    }  # fmt: skip
    doubtful = set()
    for code, by_language in LOCALE_DATA.items():
        for name in by_language.values():
            folded = _folded(name)
            if code not in ALPHA_3 or name.startswith("*"):
                continue
            if names.setdefault(folded, code) != code:
                doubtful.add(folded)
    return {name: code for name, code in names.items() if name and name not in doubtful}


def _folded(text: str) -> str:
    return _BLANKS.sub(" ", text.replace("'", "").casefold()).strip()


def number(text: str) -> float | None:
    """Return a finite decimal number, with a point or a comma; None where it is none."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < 1e12 else None
