"""Diminutives and forms of given names: `Bill` and `William`, `Sasha` and `Alexander`."""

import json
from pathlib import Path
from typing import Final

_GROUPS: Final[list[str]] = json.loads(Path(__file__).with_name("nicknames.json").read_bytes())[
    "groups"
]


def _members() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS):
        for word in line.split():
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


_MEMBERS: Final = _members()


def same_given_name(one: str, other: str) -> bool:
    """Whether both are forms of one given name."""
    groups = _MEMBERS.get(one)
    return groups is not None and not groups.isdisjoint(_MEMBERS.get(other, frozenset()))
