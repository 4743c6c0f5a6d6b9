"""The letters of a document: UTF-8, Latin, and nothing that looks like what it is not."""

import unicodedata
from typing import Final

from schemas.errors import ConfigError

_TYPOGRAPHY: Final = frozenset("\u2013\u2014\u2018\u2019\u201c\u201d\u2026§·")


def decode(data: bytes, source: str) -> str:
    """Return a document's text; ConfigError with the place where it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        detail = f"{source}:{line}:{column}: this is not UTF-8"
        raise ConfigError("AGREEMENT_FORM", detail) from None


def foreign_character(text: str) -> str | None:
    """Return where a letter stands that looks like another, or a mark that nobody sees.

    Agreements are written in Latin letters; a Cyrillic letter in a word, a zero-width or a
    bidirectional mark makes a reader see what the machine does not.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if line.isascii() and line.isprintable():
            continue
        for column, character in enumerate(line, 1):
            if character in _TYPOGRAPHY or (character.isascii() and character.isprintable()):
                continue
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            if not (character.isalpha() and name.startswith("LATIN ")) or "FULLWIDTH" in name:
                return f"{number}:{column}: {name} is refused: Latin letters are expected"
    return None
