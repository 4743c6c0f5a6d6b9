"""Names that are one by custom: `Bill` and `William`, `Sasha` and `Alexander`, `Park` and `Pak`.

Given names have diminutives and forms in many languages; family names of Korea and China are
romanised in ways that neither letters nor sounds bring together. Hangul carries its mark.
"""

import json
from pathlib import Path
from typing import Final

_TABLE: Final[dict[str, list[str]]] = json.loads(
    Path(__file__).with_name("nicknames.json").read_bytes()
)


def _members(groups: list[str]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(groups):
        for word in line.split():
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


_GIVEN: Final = _members(_TABLE["groups"])
_FAMILY: Final = _members(_TABLE["family_names"])
_NONE: Final[frozenset[int]] = frozenset()


def same_given_name(one: str, other: str) -> bool:
    """Whether both are forms of one given name."""
    return not _GIVEN.get(one, _NONE).isdisjoint(_GIVEN.get(other, _NONE))


def same_family_name(one: str, other: str) -> bool:
    """Whether both romanise one family name; words with their marks."""
    return not _FAMILY.get(one, _NONE).isdisjoint(_FAMILY.get(other, _NONE))
