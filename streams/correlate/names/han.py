"""Han characters: one form for traditional, simplified and Japanese ones; names cut and read.

A personal name in Han has no blanks and several readings. As Chinese it is a family name of one or
two characters and the rest, read as Pinyin; as Japanese both parts are read by `han.json`.
"""

import json
from pathlib import Path
from typing import Final

import anyascii

_TABLE: Final = json.loads(Path(__file__).with_name("han.json").read_bytes())
_SIMPLIFIED: Final = str.maketrans(_TABLE["traditional"], _TABLE["simplified"])
_FAMILY_NAMES: Final = {
    name.translate(_SIMPLIFIED): reading
    for reading, listed in reversed(_TABLE["japanese_family_names"].items())
    for name in listed.split()
}
_GIVEN: Final = {
    character.translate(_SIMPLIFIED): reading
    for reading, listed in _TABLE["japanese_given_readings"].items()
    for character in listed
}
_SURNAMES: Final = frozenset(_TABLE["chinese_family_names"].translate(_SIMPLIFIED).split())
_LONGEST_FAMILY_NAME: Final = 3
_LONGEST_NAME: Final = 4


def simplified(text: str) -> str:
    """Every character in its simplified form."""
    return text.translate(_SIMPLIFIED)


def chinese_parts(run: str) -> list[str]:
    """Family name and given name of a simplified Chinese name, or the run as it is."""
    length = 2 if run[:2] in _SURNAMES else 1
    if length < len(run) <= _LONGEST_NAME and run[:length] in _SURNAMES:
        return [run[:length], run[length:]]
    return [run]


def pinyin(run: str) -> str:
    """The Mandarin reading, without tones."""
    return anyascii.anyascii(run).lower()


def japanese_readings(run: str) -> list[str]:
    """Family name and given name as a Japanese reads them, in Hepburn; empty where none is known.

    A given name is read character by character, each in its commonest way.
    """
    for length in range(min(len(run), _LONGEST_FAMILY_NAME), 0, -1):
        family = _FAMILY_NAMES.get(run[:length])
        if family is not None:
            given = _given(run[length:])
            if given or length == len(run):
                return [family, given] if given else [family]
    given = _given(run)
    return [given] if given else []


def _given(run: str) -> str:
    readings = [_GIVEN.get(each, "") for each in run]
    return "".join(readings) if all(readings) else ""
