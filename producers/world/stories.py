"""The stories the world tells on purpose: a plot is written down, and fate has its way with it.

The truth is not written here: it is computed from what is published.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from producers.sdk import MarkingFields
from producers.world.cast import THING_KINDS, Human
from producers.world.plots import Plot
from producers.world.records import Chain, Owner, Registry
from schemas.event import Entity, Identifier

FATES: Final = (
    "none",
    "vanish",
    "none",
    "move_case",
    "none",
    "appear",
    "none",
    "close_case",
    "none",
    "withdraw",
    "none",
    "raise_marking",
    "none",
    "rename",
    "none",
    "restore",
    "none",
    "second",
    "none",
    "two_cases",
)
"""Dealt in turn, so that each occurs: half of the stories simply stand."""


class Storyteller:
    """Plays plots into a registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._rng = registry.rng
        self._played = 0
        self._files: dict[tuple[Owner, str], Chain] = {}
        self._fates: dict[str, Callable[[Plot, Chain, Chain], None]] = {
            "none": self._stand,
            "two_cases": self._stand,
            "vanish": self._vanish,
            "appear": self._appear,
            "restore": self._restore,
            "withdraw": self._withdraw,
            "move_case": self._move_case,
            "raise_marking": self._raise_marking,
            "rename": self._rename,
            "close_case": self._close_case,
            "second": self._second,
        }

    def play(self, plot: Plot) -> None:
        """Write both sides' records and what becomes of them."""
        fate = FATES[self._played % len(FATES)]
        self._played += 1
        human = self._registry.cast.human(plot.country)
        shared = self._shared(plot, human)
        left = self._report(plot, 0, shared, fate)
        right = self._report(plot, 1, self._other_spelling(plot, human, shared), fate)
        for chain in (left, right):
            if shared["kind"] == "person":
                self._registry.is_person(chain, "e1", human.id)
        self._fates[fate](plot, left, right)

    def play_fuzzy(self, plot: Plot) -> None:
        """Two offices report the same person, each with numbers of its own."""
        human = self._registry.cast.human(plot.country)
        for end in (0, 1):
            own = replace(human, numbers={})
            spelling = 0 if end == 0 else self._rng.randrange(1, 3)
            who = self._registry.cast.person(own, "e1", plot.role, ("phone",), spelling)
            self._registry.is_person(self._report(plot, end, who, "none"), "e1", human.id)

    def _shared(self, plot: Plot, human: Human) -> Entity:
        cast = self._registry.cast
        if plot.scheme in THING_KINDS:
            return cast.thing("e1", cast.number(plot.scheme, plot.country), plot.country)
        beside = ("phone",) if "fbi_phone" in plot.marks and plot.scheme != "phone" else ()
        return cast.person(human, "e1", plot.role, (plot.scheme, *beside))

    def _other_spelling(self, plot: Plot, human: Human, shared: Entity) -> Entity:
        if shared["kind"] != "person":
            return shared
        role = "subject" if plot.role == "victim" else plot.role
        return self._registry.cast.person(
            human, "e1", role, (plot.scheme,), self._rng.choice((0, 0, 0, 1))
        )

    def _report(self, plot: Plot, end: int, shared: Entity, fate: str) -> Chain:
        """One office's record; every second story, and those that need one, have a case."""
        registry, owner = self._registry, plot.owners[end]
        mark = registry.mark(plot.marks[end], plot.crime)
        others = [registry.cast.company("e2")] if self._rng.random() < 0.6 else []
        cases: list[str] = []
        needs = fate in {"close_case", "second"} or (
            fate in {"move_case", "two_cases"} and end == 0
        )
        if needs or self._rng.random() < 0.4:
            cases = [registry.case(owner)]
            if owner.source in {"hsi.field", "bis.oee"}:
                subject = registry.cast.company("c1", role="subject")
                self._files[owner, cases[0]] = registry.opened(
                    owner, [subject], {**mark, "fields": []}, cases[0]
                )
        if fate == "two_cases" and end == 0:
            cases.append(registry.case(owner))
        return registry.subject(owner, [shared, *others], mark, cases)

    def _stand(self, _plot: Plot, _left: Chain, _right: Chain) -> None:
        """Both records stay as they are."""

    def _renumbered(self, chain: Chain, numbers: list[Identifier]) -> list[Entity]:
        first, *others = chain.last.event["entities"]
        return [{**first, "identifiers": numbers}, *others]

    def _vanish(self, plot: Plot, left: Chain, _right: Chain) -> None:
        """A correction takes the common number away: the match must go."""
        fresh = self._registry.cast.number(plot.scheme, plot.country)
        self._registry.amend(left, entities=self._renumbered(left, [fresh]))

    def _appear(self, plot: Plot, _left: Chain, right: Chain) -> None:
        """The number was wrong at first; its correction makes the match."""
        true = right.last.event["entities"]
        wrong = self._registry.cast.number(plot.scheme, plot.country)
        right.last.event["entities"] = self._renumbered(right, [wrong])
        self._registry.amend(right, entities=true)

    def _restore(self, plot: Plot, left: Chain, right: Chain) -> None:
        """A correction that was itself wrong: gone, then back."""
        true = left.last.event["entities"]
        self._vanish(plot, left, right)
        self._registry.amend(left, entities=true)

    def _withdraw(self, _plot: Plot, _left: Chain, right: Chain) -> None:
        self._registry.withdraw(right)

    def _move_case(self, plot: Plot, left: Chain, _right: Chain) -> None:
        """The record goes over to another case of its office: the match moves with it."""
        self._registry.amend(left, cases=[self._registry.case(plot.owners[0])])

    def _raise_marking(self, _plot: Plot, left: Chain, _right: Chain) -> None:
        """The owner restricts what it had published: to nobody, or to its own consent."""
        old = left.last.event["marking"]
        change: MarkingFields = (
            {"audience": []} if self._rng.random() < 0.5 else {"caveats": ["ORCON"]}
        )
        self._registry.amend(left, marking={**old, **change})

    def _rename(self, _plot: Plot, left: Chain, _right: Chain) -> None:
        """A disclosed detail changes while the match stands."""
        first, *others = left.last.event["entities"]
        changed: Entity = {**first, "birth_place": "Not recorded", "us_person": False}
        if first["names"]:
            changed["names"] = [{**first["names"][0], "middle": "R."}]
        self._registry.amend(left, entities=[changed, *others])

    def _close_case(self, plot: Plot, left: Chain, _right: Chain) -> None:
        """The left office closes its case; only HSI field offices publish that."""
        if plot.owners[0].source != "hsi.field":
            return
        (case,) = left.last.event["header"]["cases"]
        self._registry.amend(self._files[plot.owners[0], case], "CaseClosed")

    def _second(self, plot: Plot, left: Chain, right: Chain) -> None:
        """Both cases come to share a second person: one match, two supports."""
        registry = self._registry
        human = registry.cast.human(plot.country)
        for owner, chain, flavour in zip(plot.owners, (left, right), plot.marks, strict=True):
            who = registry.cast.person(human, "e1", "associate", ("passport",))
            cases = chain.last.event["header"]["cases"]
            registry.is_person(
                registry.subject(owner, [who], registry.mark(flavour, plot.crime), cases),
                "e1",
                human.id,
            )
