"""The many records that match nothing, and the slips that clerks make in all of them."""

from random import Random
from typing import Final

from producers.sdk import MarkingFields, identifier, name
from producers.world.cast import THING_KINDS, Human
from producers.world.marks import EXPORT
from producers.world.names import mistype, other_spelling
from producers.world.operations import Planner
from producers.world.records import (
    BIS,
    LOS_ANGELES,
    MIAMI,
    SKR,
    VICTIM_CENTER,
    Owner,
    Registry,
)
from schemas.event import Entity, Event, Name

_OWNERS: Final = (MIAMI, LOS_ANGELES, BIS, SKR, VICTIM_CENTER)
_OWNER_WEIGHTS: Final = (30, 28, 26, 8, 8)
_CRIMES: Final = (EXPORT, EXPORT, "sanctions_evasion", "trafficking_and_smuggling", "financial")
_FLAVOURS: Final = ("plain", "plain", "les", "les", "free", "noforn", "doubtful", "bis_only")
_RARE: Final = 0.7
_THINGS: Final = tuple(THING_KINDS)
_COMMODITIES: Final = ("3A001", "5A002", "9A610", "EAR99")


class Background:
    """Writes records of people whom only one office knows, many of them gathered in cases."""

    def __init__(self, registry: Registry, planner: Planner) -> None:
        self._registry = registry
        self._planner = planner
        self._rng = registry.rng
        self._open: dict[Owner, tuple[str, list[Human]]] = {}

    def write(self) -> None:
        """One more record, mostly a report on people; sometimes a case or an operation."""
        rng = self._rng
        (owner,) = rng.choices(_OWNERS, _OWNER_WEIGHTS)
        files = owner.source in {"hsi.field", "bis.oee"}
        kind = rng.random()
        if files and kind < 0.06:
            self._planner.alone(owner)
        elif files and (kind < 0.18 or owner not in self._open):
            self._open_case(owner)
        else:
            self._report(owner)

    def _open_case(self, owner: Owner) -> None:
        human = self._registry.cast.human(rare=_RARE)
        case = self._registry.case(owner)
        self._open[owner] = (case, [human])
        self._registry.opened(owner, self._people(human, owner), self._mark(owner), case)

    def _report(self, owner: Owner) -> None:
        case, known = self._open.get(owner, ("", []))
        inside = bool(case) and self._rng.random() < 0.5
        again = inside and self._rng.random() < 0.3
        human = self._rng.choice(known) if again else self._registry.cast.human(rare=_RARE)
        if inside and not again:
            known.append(human)
        entities = self._people(human, owner)
        self._registry.subject(owner, entities, self._mark(owner), [case] if inside else [])

    def _mark(self, owner: Owner) -> MarkingFields:
        flavour = "victim" if owner is VICTIM_CENTER else self._rng.choice(_FLAVOURS)
        return self._registry.mark(flavour, self._rng.choice(_CRIMES))

    def _people(self, human: Human, owner: Owner) -> list[Entity]:
        """The subject and, at random, an associate of the same household, a company, a thing."""
        rng, cast = self._rng, self._registry.cast
        role = "victim" if owner is VICTIM_CENTER else "subject"
        schemes = tuple(
            scheme
            for scheme, share in (
                ("phone", 0.6),
                ("passport", 0.45),
                ("email", 0.3),
                ("a_number", 0.1),
            )
            if rng.random() < share
        )
        entities = [cast.person(human, "p1", role, schemes, rng.choice((0, 0, 0, 1)))]
        if rng.random() < 0.55:
            relative = cast.human(human.country, rare=_RARE)
            other = cast.person(relative, "p2", "associate", ("national_id",))
            if "phone" in schemes and rng.random() < 0.3:
                other["identifiers"].append(cast.number_of(human, "phone"))
            entities.append(other)
        if rng.random() < 0.6:
            entities.append(cast.company("c1"))
        if rng.random() < 0.35:
            thing = cast.thing("t1", cast.number(rng.choice(_THINGS)))
            if thing["kind"] == "shipment":
                thing["identifiers"].append(identifier("eccn", rng.choice(_COMMODITIES)))
            entities.append(thing)
        return entities


def misspelt(rng: Random, event: Event) -> Event:
    """The event with one slip: a name transliterated anew or mistyped, or a mistyped number."""
    entities = list(event["entities"])
    candidates = [i for i, each in enumerate(entities) if each["names"] or each["identifiers"]]
    if not candidates:
        return event
    index = rng.choice(candidates)
    chosen = entities[index]
    if chosen["identifiers"] and (not chosen["names"] or rng.random() < 0.25):
        numbers = list(chosen["identifiers"])
        at = rng.randrange(len(numbers))
        numbers[at] = {**numbers[at], "value": mistype(rng, numbers[at]["value"])}
        entities[index] = {**chosen, "identifiers": numbers}
    else:
        first, *others = chosen["names"]
        entities[index] = {**chosen, "names": [_respelt(rng, first), *others]}
    return {**event, "entities": entities}


def _respelt(rng: Random, old: Name) -> Name:
    if not old["family"]:
        return {**old, "full": mistype(rng, old["full"])}
    if rng.random() < 0.5:
        given, family = other_spelling(rng, old["given"]), other_spelling(rng, old["family"])
    else:
        given, family = old["given"], mistype(rng, old["family"])
    return name(f"{given} {family}", given=given, family=family)
