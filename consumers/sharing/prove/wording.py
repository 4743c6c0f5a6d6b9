"""A request that breaks a property, in words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import z3

from consumers.sharing.prove.world import UNKNOWN, World

_FACTS: Final = {
    "listed_country": "every REL TO list names the recipient's country",
    "limited": "the owner limits the record's purposes",
    "restricted": "the owner names an audience",
    "named": "the audience names the recipient",
    "nobody": "the audience is empty",
    "unnamed_originator": "an originator has no name",
    "third_free": "a third agency's information that it set free is in it",
    "third_asking": "a third agency's information is in it",
    "third_prohibiting": "a third agency's information that may not be passed on is in it",
    "third_foreign": "a foreign partner's information is in it",
    "consent_of_thirds": "every third originator has consented",
    "consent_of_owner": "the owner has consented as originator",
}
_LATEST: Final = 4_102_444_800


def describe(world: World, model: Any) -> str:
    """Return the request of a model as a sentence; symbols without a value are left out."""
    return " ".join(f"{part}." for part in _parts(_Reader(world, model)))


class _Reader:
    """Reads words out of a model."""

    def __init__(self, world: World, model: Any) -> None:
        self.world = world
        self._model = model

    def holds(self, formula: Any) -> bool:
        return bool(z3.is_true(self._model.eval(formula, model_completion=True)))

    def number(self, name: str) -> int:
        value = self._model.eval(self.world.numbers[name], model_completion=True)
        return int(value.as_long())

    def agency(self, symbol: Any) -> str:
        index = int(self._model.eval(symbol, model_completion=True).as_long())
        return self.world.agencies[min(index, len(self.world.agencies) - 1)]

    def one(self, name: str) -> str:
        found = (word for word, switch in self.world.one[name].items() if self.holds(switch))
        word = next(found, UNKNOWN)
        return f"an unknown {name.replace('_', ' ')}" if word == UNKNOWN else word

    def many(self, name: str) -> str:
        words = [word for word, switch in self.world.many[name].items() if self.holds(switch)]
        return ", ".join(f"an unknown word of {name}" if w == UNKNOWN else w for w in words)


def _parts(read: _Reader) -> Iterator[str]:
    world = read.world
    owner, recipient = read.agency(world.owner), read.agency(world.recipient)
    yield (
        f"{owner} discloses {read.one('field')} to {recipient} ({read.one('class')},"
        f" office class {read.one('office_class')}, purpose {read.one('purpose')})"
    )
    if not read.holds(world.fact("national")):
        yield "The officer who receives is a national of another country"
    elif not read.holds(world.fact("domestic")):
        yield "The recipient's country is not the United States"
    yield f"Entity {read.one('entity')} as {read.one('role')}, US person: {read.one('us_person')}"
    yield f"Match of class {read.one('match_class')}, band {read.one('band')}"
    yield from _record(read)
    yield from _moment(read)


def _record(read: _Reader) -> Iterator[str]:
    world = read.world
    yield f"Record: crime types {read.many('crimes') or 'none'}"
    yield f"Caveats {read.many('caveats') or 'none'}"
    yield f"Handling {read.many('handling') or 'none'}, grades {read.many('grades') or 'none'}"
    if duties := read.many("duties"):
        yield f"The officer's duties: {duties}"
    if read.holds(world.fact("matters")):
        listed = "lists" if read.holds(world.listed_officer) else "does not list"
        yield f"Its court matter {listed} the officer"
    if not read.holds(world.fact("registered")):
        yield "The owner is in no register"
    for name, said in _FACTS.items():
        if read.holds(world.fact(name)):
            yield said[0].upper() + said[1:]
    for who, switch in world.consents.items():
        if read.holds(switch):
            yield f"{who} has consented"


def _moment(read: _Reader) -> Iterator[str]:
    moment = datetime.fromtimestamp(min(read.number("now"), _LATEST), UTC)
    yield f"On {moment:%Y-%m-%d at %H:%M} UTC"
    imminence = read.number("imminence")
    if imminence < 1 << 40:
        yield f"Operations meet in {imminence} seconds"
