"""The timeline of a scenario, read strictly: each step a moment, at most one act, expectations."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, get_args

from consumers.sharing import form, suspension
from consumers.sharing.form import Spot
from consumers.sharing.suspension import Deed, running, with_acts
from deploy.scenario.documents import Texts, agreement_of, change
from deploy.scenario.expectations import Readers
from deploy.scenario.moments import length, moment, written
from deploy.scenario.parties import RECIPIENT, recipients_of
from deploy.scenario.records import Records
from deploy.scenario.story import Act, Fault, Happening, Order, Part, Probe, Publish, Rewrite, Step
from producers.sdk import entity, identifier
from schemas.catalogue import SOURCES
from schemas.identifiers import IDENTIFIERS

_MOST_PROBES: Final = 2_000


@dataclass(slots=True)
class Timeline:
    """Reads steps one after the other; keeps what later ones may name."""

    records: Records
    readers: Readers
    texts: Texts
    now: datetime
    last: datetime = field(init=False)
    orders: list[suspension.Act] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.last = self.now

    def steps(self, spot: Spot) -> Iterator[Step]:
        """Read `timeline:`; times never go back."""
        for number, each in enumerate(form.listing(lambda one: one)(spot), 1):
            yield self._step(each, number)

    def _step(self, spot: Spot, number: int) -> Step:
        found = form.keys(spot)
        if "at" in found:
            at = moment(self.now)(found["at"])
            if at < self.last:
                raise found["at"].refuse(
                    f"{at:%Y-%m-%d %H:%M:%S} is before the step above ({self.last:%H:%M:%S}); "
                    "`+10 min` counts from the start of the scenario"
                )
            self.last = at
        verbs = [key for key in found if key in _VERBS]
        if len(verbs) > 1:
            raise spot.refuse(f"one act a step; this one has {', '.join(verbs)}")
        rest = _without(spot, ("at", "expect", "note", "fast_only"))
        if not verbs and (beside := form.keys(rest)):
            key, value = next(iter(beside.items()))
            raise value.refuse(f"unknown key {key!r}; acts: {', '.join(sorted(_VERBS))}")
        happenings = tuple(_VERBS[verbs[0]](self, rest)) if verbs else ()
        expected = None
        if "expect" in found:
            expected = self.readers.expectations(found["expect"])
        if not happenings and expected is None and "at" not in found:
            raise spot.refuse("a step has a moment, an act or an expectation")
        unbuilt = form.text(found["fast_only"]) if "fast_only" in found else None
        return Step(number, spot.at, self.last, happenings, expected, unbuilt)

    def publish(self, verb: str, spot: Spot) -> Iterator[Happening]:
        """Read an act that publishes a version of a record."""
        read: Callable[[Spot, datetime], Publish] = getattr(self.records, verb)
        yield read(spot, self.last)

    def probe(self, spot: Spot) -> Iterator[Happening]:
        """Read an act in which a source publishes many guessed identifiers."""
        said = form.mapping(
            spot,
            {
                "probe": form.word(SOURCES),
                "count": form.number,
                "scheme": form.word(IDENTIFIERS),
                "first": written,
                "every": length,
            },
            {"crime_types": form.listing(form.text)},
        )
        if not said["first"].lstrip("+").isdigit() or said["count"] > _MOST_PROBES:
            raise spot.refuse(f"`first` is a number to count up from, `count` <= {_MOST_PROBES}")
        source, every = said["probe"], said["every"]
        yield Probe(tuple(self._guesses(source, said)), every)
        self.last += every * said["count"]

    def _guesses(self, source: str, said: Mapping[str, Any]) -> Iterator[Any]:
        first, sign = int(said["first"].lstrip("+")), "+" if said["first"][0] == "+" else ""
        for number in range(said["count"]):
            guess = identifier(said["scheme"], f"{sign}{first + number}")
            yield self.records.guess(
                source,
                f"guess-{uuid.uuid5(uuid.NAMESPACE_OID, f'{source}/{first + number}').hex[:12]}",
                [entity("person", "e1", role="subject", identifiers=[guess])],
                self.last + said["every"] * number,
                said.get("crime_types"),
            )

    def order(self, verb: Deed, spot: Spot) -> Iterator[Happening]:
        """Read the suspension or resumption of an agreement."""
        said = form.mapping(spot, {verb: form.text}, {"order": form.text})
        agreement = agreement_of(self.texts, spot, said[verb])
        acts = (each for each in self.orders if each.agreement == agreement.id)
        under = running(with_acts(agreement, acts, self.last), self.last)
        if (under is None) == (verb == "resume"):
            state = "is not suspended" if under is None else f"is suspended by {under.order}"
            raise spot.refuse(f"{agreement.id} {state} at this moment")
        order = said.get("order", "order of the scenario")
        self.orders.append(suspension.Act(agreement.id, verb, order, self.last))
        yield Order(agreement.id, verb, order)

    def amend(self, spot: Spot) -> Iterator[Happening]:
        """Read a new version of a document: keys that are replaced."""
        said = form.mapping(spot, {"amend": form.text, "change": lambda each: each}, {})
        change(self.texts, said["change"], said["amend"])
        yield Rewrite(dict(self.texts))

    def fault(self, verb: str, spot: Spot) -> Iterator[Happening]:
        """Read a part that breaks or works again."""
        said = form.mapping(spot, {verb: form.word(get_args(Part))}, {})
        yield Fault(said[verb], verb == "break")

    def act(self, verb: str, spot: Spot) -> Iterator[Happening]:
        """Read what an office or an agency does about a match."""
        required, optional = _ACTS[verb]
        said = form.mapping(
            spot,
            {verb: _WHO[verb], **{name: self._reader(name) for name in required}},
            {name: self._reader(name) for name in optional},
        )
        who = said.pop(verb)
        office = said.pop("by", who)
        if verb == "verdict":
            said["word"] = who
        for name in (office, said.get("to", office)):
            if "/" in name and name not in recipients_of(self.readers.register):
                raise spot.refuse(f"{name!r} is no recipient of the register")
        yield Act(verb, office, said.pop("match", None), said)

    def _reader(self, name: str) -> form.Reader[Any]:
        return {
            "match": self.readers.pair,
            "to": RECIPIENT,
            "by": RECIPIENT,
            "for": length,
            "fields": form.listing(form.text),
            "of": self.readers.known,
        }[name]


def _without(spot: Spot, keys: tuple[str, ...]) -> Spot:
    node = spot.node
    kept = [pair for pair in node.value if pair[0].value not in keys]
    return Spot(spot.source, type(node)(node.tag, kept, node.start_mark, node.end_mark))


_HOLDER: Final = form.matching(r"[A-Za-z0-9_]{2,32}", "who is asked, as in HOLD(x)")
_WHO: Final[Mapping[str, form.Reader[str]]] = {
    "grant": _HOLDER,
    "refuse": _HOLDER,
    "acknowledge": RECIPIENT,
    "verdict": form.word({"same", "different", "unsure"}),
    "onward": RECIPIENT,
    "purged": RECIPIENT,
    "release": RECIPIENT,
}
_ACTS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "grant": (("to", "match"), ("for", "fields")),
    "refuse": (("to", "match"), ()),
    "acknowledge": ((), ("match",)),
    "verdict": (("by", "match"), ()),
    "onward": (("to", "match"), ()),
    "purged": (("match",), ()),
    "release": (("match",), ()),
}
"""Of each act what must and what may be said beside whose act it is."""

_Verb = Callable[[Timeline, Spot], Iterator[Happening]]


def _publishing(verb: str) -> _Verb:
    return lambda timeline, spot: timeline.publish(verb, spot)


def _breaking(verb: str) -> _Verb:
    return lambda timeline, spot: timeline.fault(verb, spot)


def _acting(verb: str) -> _Verb:
    return lambda timeline, spot: timeline.act(verb, spot)


_VERBS: Final[Mapping[str, _Verb]] = {
    **{verb: _publishing(verb) for verb in ("report", "correct", "withdraw", "repeat")},
    **{verb: _breaking(verb) for verb in ("break", "mend")},
    **{verb: _acting(verb) for verb in _ACTS},
    "probe": Timeline.probe,
    "suspend": lambda timeline, spot: timeline.order("suspend", spot),
    "resume": lambda timeline, spot: timeline.order("resume", spot),
    "amend": Timeline.amend,
}
