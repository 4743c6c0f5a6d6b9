"""Names of schemes as tables write them: Passport No., passport_number, SSN, Mobile Phone 2."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from schemas.identifiers.scheme import Scheme

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD: Final = re.compile(r"[a-z]+|[0-9]+")
_FILLERS: Final = frozenset(
    {
        *("no", "nr", "num", "number", "numbers", "id", "ids", "identifier", "code", "value"),
        *("the", "of", "ref", "reference", "address"),
    }
)
_QUALIFIERS: Final = frozenset(
    {
        *("home", "work", "business", "office", "primary", "main", "secondary", "other"),
        *("alternate", "personal", "subject", "person", "party", "owner", "full", "raw", "us"),
    }
)
MAX_CHARACTERS: Final = 128
"""A longer heading names nothing."""


def titles_of(schemes: Iterable[Scheme]) -> Mapping[str, str]:
    """Return every spelling of the schemes' names, folded; what two schemes claim names neither.

    A whole name weighs more than one that lost its fillers (`national id`, `national`).
    """
    whole: dict[str, str | None] = {}
    short: dict[str, str | None] = {}
    for scheme in schemes:
        for title in (scheme.name, *scheme.titles):
            for table, words in ((whole, _words(title)), (short, _telling(_words(title)))):
                if key := "".join(words):
                    table[key] = scheme.name if table.get(key, scheme.name) == scheme.name else None
    return {key: name for key, name in (short | whole).items() if name is not None}


def scheme_of(text: str, titles: Mapping[str, str]) -> str | None:
    """Return the scheme that a heading names, None where it names none or could name several."""
    if len(text) > MAX_CHARACTERS:
        return None
    words = _words(text)
    while len(words) > 1 and words[-1].isdigit() and "".join(words) not in titles:
        words = words[:-1]
    bare = _telling(words)
    tries = (words, bare, [word for word in bare if word not in _QUALIFIERS])
    return next((titles[key] for each in tries if (key := "".join(each)) in titles), None)


def _words(text: str) -> list[str]:
    folded = _CAMEL.sub(" ", unicodedata.normalize("NFKC", text).replace("'", ""))
    return _WORD.findall(folded.casefold())


def _telling(words: list[str]) -> list[str]:
    return [word for word in words if word not in _FILLERS]
