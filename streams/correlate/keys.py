"""Blocking keys: the composites of its attributes that bring an entity together with another.

Two entities are compared only where they share a key. A composite is a tuple of strings; its first
part names its kind, so that no value of one kind meets a value of another. `features` hashes them
(`schemas.digest.keyed_hash64`): no name and no number is ever a Kafka key.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from schemas.identifiers import IDENTIFIERS, Strength

from .bags import word_bits
from .blob import Features, Home, IdentifierFeature
from .cells import PlaceKey
from .names import bones

Composite = tuple[str, ...]

CELL: Final = "cell"
"""First part of the composite of a place and time."""

NAMES_PER_ENTITY: Final = 3
HOMES_PER_ENTITY: Final = 2
_RAREST: Final = 3
_MOST_TELLING: Final = 2
"""Words of a name that go into pairs with each other, and with what else is known."""
_WHOLE_DATE: Final = 10
_COMMON_BITS: Final = 6
"""A word this common or commoner (one person in 64) makes no composite with a nationality."""
_SOUND: Final = 4
"""Letters of a place or street that a key holds: most slips come later in a word."""


def composites(features: Features) -> set[Composite]:
    """Every composite of an entity."""
    keys = set(map(identifier_key, features.identifiers))
    keys.update(_mailbox_keys(features.identifiers))
    if features.kind == "person":
        keys.update(_person_keys(features))
    elif features.kind == "organization":
        keys.update(_organization_keys(features))
    else:
        keys.update((features.kind, *_bones(features, 0)[:_RAREST]) for _ in features.names[:1])
    return keys


def identifier_key(identifier: IdentifierFeature) -> Composite:
    """One key for one valid identifier, whatever kind of entity carries it."""
    return ("id", identifier.scheme, identifier.value)


def may_split(composite: Composite) -> bool:
    """Whether the key of a composite may be split: that of a strong identifier never is."""
    kind, *parts = composite
    if kind != "id":
        return True
    scheme = IDENTIFIERS.get(parts[0])
    return scheme is None or scheme.strength is not Strength.STRONG


def place_time_key(key: PlaceKey) -> Composite:
    """One share of one H3 cell in one span of time, whose length the cell's resolution tells."""
    return (CELL, *map(str, key))


def _person_keys(features: Features) -> Iterator[Composite]:
    """Words of the name in pairs; each with a part of the birth date, a place, a home; these alone.

    A slip in one word leaves the others; a wrong birth date leaves the pairs; vowels, doubled
    letters and scripts leave the bones; a name quite changed leaves date with place or home.
    """
    born = features.birth_date
    for number in range(len(features.names[:NAMES_PER_ENTITY])):
        found = _bones(features, number)
        yield from _pairs(found)
        for bone in found[:_MOST_TELLING]:
            yield from _with_origin(bone, features)
            for home in features.homes[:HOMES_PER_ENTITY]:
                yield from _at_home(bone, home)
        if features.nationalities and not born:
            for bone in _rare(features, number)[:_MOST_TELLING]:
                yield ("name+country", bone, features.nationalities[0])
    if len(born) == _WHOLE_DATE:
        yield ("born", born, next(iter(features.nationalities), ""))
    for home in features.homes[:HOMES_PER_ENTITY]:
        if born and home.postcode:
            yield ("year+postcode", born[:4], home.postcode)
        if door := _door(home):
            yield ("door", *door)


def _with_origin(bone: str, features: Features) -> Iterator[Composite]:
    """A word of the name with the year or the day of birth, where from, and what one belongs to."""
    born = features.birth_date
    if born:
        yield ("name+year", bone, born[:4])
    if len(born) == _WHOLE_DATE and not born.endswith("-01-01"):
        yield ("name+day", bone, born[5:])
    if features.birth_place:
        yield ("name+origin", bone, _sound(features.birth_place.words))
    for kind, found in features.affiliations:
        yield ("name+" + kind, bone, _sound(found.words))


def _at_home(bone: str, home: Home) -> Iterator[Composite]:
    if home.postcode:
        yield ("name+postcode", bone, home.postcode)
    elif home.city.words:
        yield ("name+city", bone, _sound(home.city.words))
    if home.street.words:
        yield ("name+street", bone, _sound(home.street.words))


def _organization_keys(features: Features) -> Iterator[Composite]:
    """Pairs of the rarest words, the rarest with country, city and postcode; the door."""
    homes = features.homes[:HOMES_PER_ENTITY]
    countries = features.nationalities or tuple({h.country for h in homes if h.country})
    for number in range(len(features.names[:NAMES_PER_ENTITY])):
        found = _bones(features, number)
        yield from _pairs(found)
        for bone in found[:1]:
            yield from (("name+country", bone, country) for country in countries[:2])
        for bone in found[:2]:
            for home in homes:
                yield from _at_home(bone, home)
    for home in homes:
        if door := _door(home):
            yield ("door", *door)


def _mailbox_keys(identifiers: Sequence[IdentifierFeature]) -> Iterator[Composite]:
    """The name before the @: people keep it when they change their provider."""
    for each in identifiers:
        if each.scheme == "email":
            yield ("mailbox", each.value.partition("@")[0])


def _bones(features: Features, number: int) -> list[str]:
    return [bone for bone, _ in bones(features.names[number])]


def _rare(features: Features, number: int) -> list[str]:
    return [bone for bone, bits in bones(features.names[number]) if bits > _COMMON_BITS]


def _pairs(found: Sequence[str]) -> Iterator[Composite]:
    if len(found) == 1:
        yield ("name", *found)
    for pair in combinations(sorted(found[:_RAREST]), 2):
        yield ("name", *pair)


def _sound(words: Sequence[str]) -> str:
    """The most telling word, cut short."""
    return max(words, key=lambda word: (word_bits(word), word))[:_SOUND] if words else ""


def _door(home: Home) -> tuple[str, ...] | None:
    """House number and street, or a box: what two people of one household share."""
    numbers = [word for word in home.street.words if word[0].isdigit()]
    letters = [word for word in home.street.words if not word[0].isdigit()]
    return (numbers[0], _sound(letters), home.postcode[:3]) if numbers and letters else None
