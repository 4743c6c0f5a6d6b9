"""Blocking keys: the composites of its attributes that bring an entity together with another.

Two entities are compared only where they share a key. A composite is a tuple of strings; its first
part names its kind, so that no value of one kind meets a value of another. `features` hashes them
(`schemas.digest.keyed_hash64`): no name and no number is ever a Kafka key.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from schemas.identifiers import IDENTIFIERS, Canonical, Strength

from .names import LEGAL_FORMS, PARTICLES, skeleton, token_bits

Composite = tuple[str, ...]

NAMES_PER_ENTITY: Final = 3
_RAREST: Final = 3
_COMMON_BITS: Final = 6
"""A token this common or commoner (one person in 64) makes no composite with a nationality."""


def splits(composite: Composite) -> bool:
    """Return whether the key of a composite may be split where too many different people hold it.

    A strong identifier never is. A cell is only where its entity brings finer keys for it: two
    operations that share one cell need not share another.
    """
    kind, *parts = composite
    if kind == "cell":
        return False
    return kind != "id" or IDENTIFIERS[parts[0]].strength is not Strength.STRONG


def identifier_key(canonical: Canonical) -> Composite:
    """One key for one valid identifier, whatever kind of entity carries it."""
    return ("id", canonical.scheme, canonical.issuer or "", canonical.value)


def person_keys(
    names: Sequence[Sequence[str]], birth_date: str | None, nationalities: Sequence[str]
) -> set[Composite]:
    """Up to eight composites for a name: pairs of its rarest tokens, these with year and country.

    A slip in one token leaves the others; a wrong birth date leaves the pairs; vowels, doubled
    letters and scripts leave the skeletons.
    """
    keys: set[Composite] = set()
    year, country = (birth_date or "")[:4], next(iter(nationalities), "")
    for tokens in names[:NAMES_PER_ENTITY]:
        bones = _by_rarity(tokens, PARTICLES)
        keys.update(_pairs(bones))
        if year:
            keys.update(("name+year", bone, year) for bone, _ in bones[:2])
        if country:
            keys.update(
                ("name+country", bone, country) for bone, bits in bones[:2] if bits > _COMMON_BITS
            )
    if birth_date is not None and len(birth_date) == 10:
        keys.add(("born", birth_date, country))
    return keys


def organization_keys(names: Sequence[Sequence[str]], countries: Sequence[str]) -> set[Composite]:
    """The whole name without legal forms, its pairs of rarest tokens, the rarest with a country."""
    keys: set[Composite] = set()
    for tokens in names[:NAMES_PER_ENTITY]:
        bones = _by_rarity(tokens, LEGAL_FORMS)
        keys.update(_pairs(bones))
        keys.update(("name+country", bones[0][0], country) for country in countries[:2] if bones)
    return keys


def named_thing_keys(kind: str, names: Sequence[Sequence[str]]) -> set[Composite]:
    """A vessel or another named thing meets its like by the whole name only."""
    return {(kind, *sorted(tokens)) for tokens in names[:NAMES_PER_ENTITY] if tokens}


def place_time_key(cell: int, day: int) -> Composite:
    """One H3 cell on one UTC day."""
    return ("cell", str(cell), str(day))


def _by_rarity(tokens: Sequence[str], without: frozenset[str]) -> list[tuple[str, int]]:
    """Distinct skeletons with their bits, rarest first; the words left out stay if nothing else."""
    meaning = [token for token in tokens if token not in without] or tokens
    bits = {skeleton(token): token_bits(token) for token in sorted(meaning)}
    return sorted(bits.items(), key=lambda item: (-item[1], item[0]))


def _pairs(bones: list[tuple[str, int]]) -> Iterator[Composite]:
    if not bones:
        return
    rarest = sorted(bone for bone, _ in bones[:_RAREST])
    if len(rarest) == 1:
        yield ("name", *rarest)
    for pair in combinations(rarest, 2):
        yield ("name", *pair)
