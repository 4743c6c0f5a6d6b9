"""What a step expects, read strictly: of each office by its id, and of the whole."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from consumers.sharing import form
from consumers.sharing.form import OBLIGATION, Spot
from consumers.sharing.vocabulary import BANDS, FIELDS, LEVELS
from deploy.scenario.moments import written
from deploy.scenario.parties import recipients_of
from deploy.scenario.story import (
    Expectations,
    FieldExpectation,
    Pair,
    RecipientExpectation,
    Refusal,
)
from schemas.errors import Reason
from schemas.match import MATCH_CLASSES
from schemas.party import Register

OUTCOMES: Final = ("FULL", "TEAR", "POINTER", "SILENT", "HOLD", "DENY", "NOTHING")
_HOLD: Final = re.compile(r"HOLD\(([A-Za-z0-9_]+(?:\+[A-Za-z0-9_]+)*)\)")
_FIELD: Final = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)\.([A-Za-z0-9_:-]+)\.([a-z_]+)")
_COUNTS: Final[Mapping[str, str]] = {
    "notices": "notice",
    "updates": "update",
    "corrections": "correction",
    "recalls": "recall",
    "messages": "all",
    "open": "open",
}


@dataclass(frozen=True, slots=True)
class Readers:
    """What expectations may name: the offices of the register and the records reported so far."""

    register: Register
    known: Callable[[Spot], str]

    def expectations(self, spot: Spot) -> Expectations:
        """Read `expect:`."""
        found = form.keys(spot)
        recipients: list[RecipientExpectation] = []
        values: dict[str, Any] = {}
        for name, each in found.items():
            if name in _WHOLE:
                values[name] = _WHOLE[name](self, each)
            elif name in recipients_of(self.register):
                recipients += self._recipient(name, each)
            else:
                offices = ", ".join(sorted(recipients_of(self.register)))
                whole = ", ".join(sorted(_WHOLE))
                raise each.refuse(f"{name!r} is neither a recipient ({offices}) nor one of {whole}")
        return Expectations(at=spot.at, recipients=tuple(recipients), **values)

    def _recipient(self, office: str, spot: Spot) -> list[RecipientExpectation]:
        if isinstance(spot.node, yaml.SequenceNode):
            spots = [Spot(spot.source, node) for node in spot.node.value]
            if not spots:
                raise spot.refuse("the list is empty")
            return [each for one in spots for each in self._recipient(office, one)]
        if isinstance(spot.node, yaml.ScalarNode):
            return [RecipientExpectation(at=spot.at, office=office, **_outcome(spot))]
        said = form.mapping(spot, {}, self._readers())
        outcome = said.pop("outcome", {})
        counts = {word: said.pop(key) for key, word in _COUNTS.items() if key in said}
        says = {key: said.pop(key) for key in _SAYS if key in said}
        if "hold_for" in said and outcome.get("outcome", "HOLD") != "HOLD":
            raise spot.refuse("hold_for goes with the outcome HOLD")
        if "hold_for" in said:
            outcome = {"outcome": "HOLD", "hold_for": said.pop("hold_for")}
        if "class" in said:
            said["match_class"] = said.pop("class")
        if "match" in said:
            said["pair"] = said.pop("match")
        if "no_other_fields" in said:
            said["only"] = said.pop("no_other_fields")
        return [
            RecipientExpectation(
                at=spot.at, office=office, counts=counts, says=says, **outcome, **said
            )
        ]

    def _readers(self) -> dict[str, form.Reader[Any]]:
        return {
            "match": self.pair,
            "family": form.word({"identity", "space_time", "network"}),
            "outcome": _outcome,
            "hold_for": _parties,
            "class": form.word(MATCH_CLASSES),
            "band": form.word(BANDS.words),
            "fields": self._fields,
            "no_other_fields": form.flag,
            "obligations": form.listing(OBLIGATION),
            "no_obligations": form.listing(OBLIGATION),
            "absent": form.listing(written),
            "present": form.listing(written),
            "rules": form.listing(form.text),
            **dict.fromkeys(_COUNTS, _count),
            **_SAYS,
        }

    def pair(self, spot: Spot) -> Pair:
        """Read `[A, B]`: a record of each side of a match."""
        names = form.listing(self.known)(spot)
        if len(names) != 2:
            raise spot.refuse("two records are expected, one of each side: `[A, B]`")
        return names[0], names[1]

    def _fields(self, spot: Spot) -> tuple[FieldExpectation, ...]:
        return tuple(self._field(name, each) for name, each in form.keys(spot).items())

    def _field(self, name: str, spot: Spot) -> FieldExpectation:
        found = _FIELD.fullmatch(name)
        if found is None or found[3] not in FIELDS.words:
            raise spot.refuse(
                f"{name!r} is not record.entity.field, such as `A.e1.phone`; fields: "
                f"{', '.join(FIELDS.words)}"
            )
        self.known(Spot(spot.source, _scalar(spot, found[1])))
        where = (spot.at, found[1], found[2], found[3])
        if isinstance(spot.node, yaml.ScalarNode):
            word = form.word((*LEVELS[1:], "absent"))(spot)
            if word == "absent":
                return FieldExpectation(*where, absent=True)
            return FieldExpectation(*where, level=word)
        said = form.mapping(spot, {}, {"level": form.word(LEVELS[1:]), "value": written})
        if not said:
            raise spot.refuse("a level, a value or both are expected")
        return FieldExpectation(*where, level=said.get("level"), value=said.get("value"))

    def refusals(self, spot: Spot) -> tuple[Refusal, ...]:
        """Read a list of refused events, or `none`."""
        if _none(spot):
            return ()

        def read(each: Spot) -> Refusal:
            said = form.mapping(
                each,
                {"record": self.known, "reason": form.word(list(Reason))},
                {"bytes": form.word({"kept", "digest"})},
            )
            kept = {"kept": True, "digest": False}.get(said.get("bytes", ""))
            return Refusal(said["record"], said["reason"], kept)

        return tuple(read(Spot(spot.source, node)) for node in _items(spot))

    def pairs(self, spot: Spot) -> tuple[Pair, ...]:
        """Read a list of pairs of records, or `none`."""
        return () if _none(spot) else form.listing(self.pair)(spot)

    def ledger(self, spot: Spot) -> dict[str, Any]:
        """Read what the ledger must hold: entries in all, exempt ones, and by recipient."""

        def by_office(each: Spot) -> dict[str, int]:
            for name, value in form.keys(each).items():
                if name not in recipients_of(self.register):
                    raise value.refuse(f"{name!r} is no recipient of the register")
            return {name: _count(value) for name, value in form.keys(each).items()}

        readers: dict[str, form.Reader[Any]] = {
            "entries": _count,
            "exempt": _count,
            "accounted": by_office,
            "not_sent": _count,
        }
        return form.mapping(spot, {}, readers)


_WHOLE: Final[Mapping[str, Callable[[Readers, Spot], Any]]] = {
    "quarantine": Readers.refusals,
    "queue": Readers.pairs,
    "matches": lambda _readers, spot: _count(spot),
    "unmatched": lambda readers, spot: form.listing(readers.known)(spot),
    "alarms": lambda _readers, spot: () if _none(spot) else form.listing(form.text)(spot),
    "ledger": Readers.ledger,
}


def _outcome(spot: Spot) -> dict[str, Any]:
    word = form.text(spot)
    if (held := _HOLD.fullmatch(word)) is not None:
        return {"outcome": "HOLD", "hold_for": tuple(sorted(held[1].split("+")))}
    if word.upper() == "NOTHING":
        return {"outcome": "NOTHING"}
    return {"outcome": form.word(OUTCOMES)(spot)}


def _parties(spot: Spot) -> tuple[str, ...]:
    if isinstance(spot.node, yaml.ScalarNode):
        return (form.text(spot),)
    return tuple(sorted(form.listing(form.text)(spot)))


def _count(spot: Spot) -> int:
    if not re.fullmatch(r"\d+", written(spot)):
        raise spot.refuse("a whole number is expected")
    return int(written(spot))


def _none(spot: Spot) -> bool:
    return isinstance(spot.node, yaml.ScalarNode) and spot.node.value == "none"


def _items(spot: Spot) -> list[yaml.Node]:
    if not isinstance(spot.node, yaml.SequenceNode) or not spot.node.value:
        raise spot.refuse("a list is expected, or `none`")
    return list(spot.node.value)


def _scalar(spot: Spot, value: str) -> yaml.ScalarNode:
    """A text that stood in a key, at the place of its value."""
    node = spot.node
    return yaml.ScalarNode("tag:yaml.org,2002:str", value, node.start_mark, node.end_mark)


_SAYS: Final[dict[str, form.Reader[Any]]] = {
    "exempt": form.flag,
    "acknowledged": form.flag,
    "purge_acknowledged": form.flag,
    "tear_line": form.text,
    "banner": form.text,
    "lead": form.text,
    "parties": lambda spot: tuple(sorted(form.listing(form.text)(spot))),
    "shared": lambda spot: tuple(sorted(form.listing(form.text, empty=True)(spot))),
}
"""What else a notice or its accounting may say, by the word of the format."""
