"""Who lives in the world: people, companies and things, and how a record describes them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from producers.sdk import address, entity, identifier, name
from producers.world.names import CULTURES, Culture, Spellings, company_name, invented
from producers.world.numbers import NumberOffice
from schemas.event import Entity, Identifier, Name

_FIRST_BIRTH: Final = date(1950, 1, 1)
_STREETS: Final = (
    "Calle Olmo",
    "Harbor Road",
    "Lindenweg",
    "Mill Lane",
    "Avenida Sur",
    "Quay Street",
)

THING_KINDS: Final = {
    "imo": "vessel",
    "vin": "vehicle",
    "lei": "organization",
    "iban": "account",
    "account": "account",
    "container": "shipment",
    "bill_of_lading": "shipment",
    "itn": "shipment",
}
"""Kind of the entity that bears an identifier; every other scheme belongs to a person."""


@dataclass(frozen=True, slots=True)
class Human:
    """One person of flesh and blood, whatever the agencies write; `id` is the truth's name."""

    id: str
    given: Spellings
    family: Spellings
    sex: str
    birth_date: str
    country: str
    city: str
    street: str
    numbers: dict[str, Identifier] = field(default_factory=dict)


class Cast:
    """Brings people and things into the world; every number is dealt once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._office = NumberOffice(rng)
        self._people = 0

    def human(self, country: str | None = None, *, rare: float = 0.0) -> Human:
        """A new person; `country` overrides the nationality of the culture drawn.

        `rare` is the chance of a family name that hardly anybody else bears.
        """
        rng = self._rng
        self._people += 1
        culture: Culture = rng.choice(CULTURES)
        sex = rng.choice("MMMF")
        born = _FIRST_BIRTH + timedelta(days=rng.randrange(20_000))
        return Human(
            id=f"human-{self._people:06d}",
            given=rng.choice(culture.given[sex]),
            family=(invented(rng),) if rng.random() < rare else rng.choice(culture.family),
            sex=sex,
            birth_date=born.isoformat(),
            country=country or rng.choice(culture.nationalities),
            city=rng.choice(culture.cities),
            street=f"{rng.randrange(1, 9000)} {rng.choice(_STREETS)}",
        )

    def number(self, scheme: str, country: str = "US") -> Identifier:
        """A fresh identifier that nobody else bears."""
        issuer, value = self._office.deal(scheme, country)
        return identifier(scheme, value, issuer)

    def number_of(self, human: Human, scheme: str) -> Identifier:
        """The person's own identifier of `scheme`, the same each time."""
        if scheme not in human.numbers:
            human.numbers[scheme] = self.number(scheme, human.country)
        return human.numbers[scheme]

    def person(
        self,
        human: Human,
        local_id: str,
        role: str,
        schemes: tuple[str, ...] = (),
        spelling: int = 0,
    ) -> Entity:
        """Describe a person as one office does, under the `spelling`-th way to write the name."""
        return entity(
            "person",
            local_id,
            role=role,
            names=[written(human, spelling)],
            birth_date=human.birth_date,
            sex=human.sex,
            nationalities=[human.country],
            birth_place=human.city,
            us_person=human.country == "US",
            identifiers=[self.number_of(human, scheme) for scheme in schemes],
            addresses=[address(human.country, line=human.street, city=human.city)],
        )

    def thing(self, local_id: str, number: Identifier, country: str = "US") -> Entity:
        """Describe the vessel, vehicle, company, account or shipment that bears `number`."""
        kind = THING_KINDS[number["scheme"]]
        named = kind in {"vessel", "organization"}
        return entity(
            kind,
            local_id,
            role="consignee" if kind in {"shipment", "organization"} else "subject",
            names=[name(company_name(self._rng))] if named else [],
            nationalities=[country] if named else [],
            identifiers=[number],
            addresses=[address(country)] if kind == "shipment" else [],
        )

    def company(self, local_id: str, role: str = "associate") -> Entity:
        """Describe a company of its own, known by its name alone in half of the cases."""
        rng = self._rng
        country = rng.choice(("US", "US", "MX", "AE", "HK", "TR"))
        numbers = [self.number("lei")] if rng.random() < 0.3 else []
        if rng.random() < 0.4:
            numbers.append(self.number("phone", country))
        return entity(
            "organization",
            local_id,
            role=role,
            names=[name(company_name(rng))],
            nationalities=[country],
            identifiers=numbers,
            addresses=[address(country, line=f"{rng.randrange(1, 900)} {rng.choice(_STREETS)}")],
        )


def written(human: Human, spelling: int = 0) -> Name:
    """The name in its `spelling`-th form; beyond the last form the last is used."""
    given = human.given[min(spelling, len(human.given) - 1)]
    family = human.family[min(spelling, len(human.family) - 1)]
    full = f"{family}, {given}" if spelling == 1 else f"{given} {family}"
    return name(full, given=given, family=family)


def bears(entity_kind: str) -> tuple[str, ...]:
    """The schemes that an entity of this kind bears in the world."""
    return tuple(scheme for scheme, kind in THING_KINDS.items() if kind == entity_kind)
