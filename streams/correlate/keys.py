"""Blocking keys: the composites of its attributes that bring an entity together with another.

Two entities are compared only where they share a key. A composite is a tuple of strings; its first
part names its kind, so that no value of one kind meets a value of another. `features` hashes them
(`schemas.digest.keyed_hash64`): no name and no number is ever a Kafka key.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from schemas.identifiers import Canonical

from .names import bones, name_of

Composite = tuple[str, ...]

NAMES_PER_ENTITY: Final = 3
_RAREST: Final = 3
_COMMON_BITS: Final = 6
"""A token this common or commoner (one person in 64) makes no composite with a nationality."""


def identifier_key(canonical: Canonical) -> Composite:
    """One key for one valid identifier, whatever kind of entity carries it."""
    return ("id", canonical.scheme, canonical.issuer or "", canonical.value)


def person_keys(
    names: Sequence[str], birth_date: str | None, nationalities: Sequence[str]
) -> set[Composite]:
    """Up to eight composites for a name: pairs of its rarest tokens, these with year and country.

    A slip in one token leaves the others; a wrong birth date leaves the pairs; vowels, doubled
    letters and scripts leave the skeletons.
    """
    keys: set[Composite] = set()
    year, country = (birth_date or "")[:4], next(iter(nationalities), "")
    for wire in names[:NAMES_PER_ENTITY]:
        rarest = bones(name_of(wire))
        keys.update(_pairs(rarest))
        if year:
            keys.update(("name+year", bone, year) for bone, _ in rarest[:2])
        if country:
            keys.update(
                ("name+country", bone, country) for bone, bits in rarest[:2] if bits > _COMMON_BITS
            )
    if birth_date is not None and len(birth_date) == 10:
        keys.add(("born", birth_date, country))
    return keys


def organization_keys(names: Sequence[str], countries: Sequence[str]) -> set[Composite]:
    """The whole name without legal forms, its pairs of rarest tokens, the rarest with a country."""
    keys: set[Composite] = set()
    for wire in names[:NAMES_PER_ENTITY]:
        rarest = bones(name_of(wire))
        keys.update(_pairs(rarest))
        keys.update(("name+country", rarest[0][0], country) for country in countries[:2] if rarest)
    return keys


def named_thing_keys(kind: str, names: Sequence[str]) -> set[Composite]:
    """A vessel or another named thing meets its like by the whole name only."""
    return {(kind, *sorted(name_of(wire).key)) for wire in names[:NAMES_PER_ENTITY]}


def place_time_key(cell: int, day: int) -> Composite:
    """One H3 cell on one UTC day."""
    return ("cell", str(cell), str(day))


def _pairs(found: list[tuple[str, int]]) -> Iterator[Composite]:
    if not found:
        return
    rarest = sorted(bone for bone, _ in found[:_RAREST])
    if len(rarest) == 1:
        yield ("name", *rarest)
    for pair in combinations(rarest, 2):
        yield ("name", *pair)
