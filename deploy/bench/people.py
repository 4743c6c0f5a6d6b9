"""Invented people without end for speed and memory: seeded, cheap, with repeats and slips."""

import random
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from schemas.event import Entity, Name

REPEATS: Final = 0.1
"""Share of records that tell again, with a slip, of a person of the last thousand."""
_RECENT: Final = 1_000
_SYLLABLES: Final = (
    *("ba", "be", "bo", "da", "de", "do", "fa", "ga", "go", "ha", "ja", "ka", "ke", "ko", "la"),
    *("le", "lo", "ma", "me", "mo", "na", "ne", "no", "pa", "ra", "re", "ro", "sa", "se", "so"),
    *("ta", "te", "to", "va", "vi", "za", "zo", "el", "an", "ar", "en", "il", "or", "us", "al"),
    *("is", "mar", "san", "ten", "ker", "lin", "ber", "nov", "chen"),
)
_GIVEN, _FAMILY, _STREETS, _CITIES = 4_000, 60_000, 20_000, 2_000


class People:
    """Records in an order that the seed alone decides."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._given = self._words(_GIVEN, 2, 3)
        self._family = self._words(_FAMILY, 2, 4)
        self._streets = self._words(_STREETS, 2, 4)
        self._cities = self._words(_CITIES, 2, 3)
        # Names are as unequal as in life: the n-th is 1/n as common as the first.
        weights = list(accumulate(1 / (rank + 8) for rank in range(_FAMILY)))
        self._weights = {size: weights[:size] for size in (_GIVEN, _FAMILY, _STREETS, _CITIES)}

    def records(self, count: int, *, phone: str | None = None) -> Iterator[Entity]:
        """Yield `count` people; `phone` is one number that all of them share."""
        recent: list[Entity] = []
        for _ in range(count):
            if recent and phone is None and self._random.random() < REPEATS:
                yield self._again(self._random.choice(recent))
                continue
            person = self._person(phone)
            if len(recent) < _RECENT:
                recent.append(person)
            else:
                recent[self._random.randrange(_RECENT)] = person
            yield person

    def _person(self, phone: str | None) -> Entity:
        draw = self._random
        given, family = self._drawn(self._given), self._drawn(self._family)
        year, month, day = draw.randint(1930, 2008), draw.randint(1, 12), draw.randint(1, 28)
        number = phone or f"+1415{draw.randrange(2_000_000, 10_000_000)}"
        return {
            "id": "e",
            "kind": "person",
            "role": "subject",
            "names": [
                {"full": f"{given} {family}", "given": given, "middle": "", "family": family,
                 "alias": False}
            ],
            "birth_date": f"{year}-{month:02d}-{day:02d}",
            "sex": draw.choice("FM"),
            "nationalities": ["US"],
            "identifiers": [{"scheme": "phone", "issuer": None, "value": number}],
            "addresses": [
                {"line": f"{draw.randint(1, 900)} {self._drawn(self._streets)} Street",
                 "city": self._drawn(self._cities), "region": "",
                 "postcode": f"{draw.randrange(10_000, 99_999)}", "country": "US"}
            ],
            "birth_place": None,
            "us_person": None,
            "associations": [],
            "attachments": [],
            "affiliations": [],
        }  # fmt: skip

    def _again(self, person: Entity) -> Entity:
        """The same person with one letter of the family name gone."""
        (name,) = person["names"]
        at = self._random.randrange(1, len(name["family"]))
        family = name["family"][:at] + name["family"][at + 1 :]
        slipped: Name = {**name, "family": family, "full": f"{name['given']} {family}"}
        return {**person, "names": [slipped]}

    def _drawn(self, words: list[str]) -> str:
        (word,) = self._random.choices(words, cum_weights=self._weights[len(words)])
        return word

    def _words(self, count: int, fewest: int, most: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < count:
            length = self._random.randint(fewest, most)
            found["".join(self._random.choices(_SYLLABLES, k=length)).capitalize()] = None
        return list(found)
