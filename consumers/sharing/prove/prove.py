"""Properties proved, both keys proved equal, and what a change would newly release."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Final

import z3

from consumers.sharing.documents import Document
from consumers.sharing.prove.logic import all_of, any_of, no
from consumers.sharing.prove.premises import Property
from consumers.sharing.prove.properties import all_properties
from consumers.sharing.prove.python_rules import Untranslatable
from consumers.sharing.prove.release import Released, View, view_of
from consumers.sharing.prove.wording import describe
from consumers.sharing.prove.world import World
from schemas.errors import ConfigError

PROVED: Final = "proved"
BROKEN: Final = "broken"
VACUOUS: Final = "vacuous"
UNDECIDED: Final = "undecided"

COUNT: Final = 1 + len(all_properties())
"""Proofs of one go: that both keys are equal, and every property."""

_TIMEOUT_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of a property: `example` is a request that breaks it, in words."""

    name: str
    law: str
    sentence: str
    outcome: str
    milliseconds: float
    example: str = ""


def prove(documents: Iterable[Document]) -> Iterator[Proof]:
    """Prove every property of both keys, and that they are equal.

    Raises ConfigError where a compiled rule has a form that no formula stands for: what cannot be
    proved is refused.
    """
    try:
        view = view_of(documents)
    except Untranslatable as error:
        raise ConfigError("AGREEMENT_UNPROVABLE", str(error)) from None
    yield from Prover(view).proofs()


class Prover:
    """One solver over one view: what the keys release is stated once, and asked of many times."""

    def __init__(self, view: View) -> None:
        self._solver = z3.Solver()
        self._solver.set("timeout", _TIMEOUT_MS)
        self._solver.add(*view.world.domain)
        self.view = View(
            view.world,
            view.documents,
            self._named("first", view.first),
            self._named("second", view.second),
            view.on_match,
        )

    def proofs(self) -> Iterator[Proof]:
        """Yield each proof as it is made."""
        yield self._equal()
        for each in all_properties():
            yield self._prove(each)

    def _named(self, key: str, released: Released) -> Released:
        names = {}
        for part in ("known", "shown", "overridden", "permitted"):
            names[part] = z3.Bool(f"{key} {part}")
            self._solver.add(names[part] == getattr(released, part))
        return replace(released, **names)

    def _prove(self, each: Property) -> Proof:
        begin = perf_counter()
        premise = each.premise(self.view)
        outcome, example = self._never(all_of(premise, each.never(self.view)))
        if outcome == PROVED and self._solver.check(premise) != z3.sat:
            outcome = VACUOUS
        milliseconds = (perf_counter() - begin) * 1_000
        return Proof(each.name, each.law, each.sentence, outcome, milliseconds, example)

    def _equal(self) -> Proof:
        begin, first, second = perf_counter(), self.view.first, self.view.second
        differ = any_of(
            getattr(first, part) != getattr(second, part)
            for part in ("known", "shown", "overridden")
        )
        outcome, example = self._never(differ)
        sentence = "Python and Cedar release the same, field by field, for every request."
        name, law = "both keys are equal", "two keys"
        return Proof(name, law, sentence, outcome, (perf_counter() - begin) * 1_000, example)

    def _never(self, formula: Any) -> tuple[str, str]:
        answer = self._solver.check(formula)
        if answer == z3.unsat:
            return PROVED, ""
        if answer != z3.sat:
            return UNDECIDED, ""
        return BROKEN, describe(
            self.view.world, plain_model(self._solver, self.view.world, formula)
        )


def plain_model(solver: Any, world: World, formula: Any) -> Any:
    """Return a model with as few words set as can be: each is left out where it may be."""
    kept = [formula, z3.BoolVal(True)]  # noqa: FBT003 - a solver's constant
    sets = (switch for words in world.many.values() for switch in words.values())
    quiet = ("restricted", "limited", "third_free", "third_asking", "third_foreign", "matters")
    facts = (world.fact(name) for name in quiet)
    solver.check(*kept)
    model = solver.model()
    for switch in (*world.consents.values(), *facts, *sets):
        if z3.is_true(model.eval(switch)) and solver.check(*kept, no(switch)) == z3.sat:
            kept.append(no(switch))
            model = solver.model()
    return model


def newly_released(
    old: Iterable[Document], new: Iterable[Document], *, examples: int = 5
) -> tuple[str, ...]:
    """Return requests, in words, that new documents release and old ones do not; empty: none.

    Documents are whole sets, bars included: without any, nothing is released. Where the solver
    gives up, the last sentence says so. Raises ConfigError for a rule that no formula stands for.
    """
    old, new = tuple(old), tuple(new)
    world = World((*old, *new))
    try:
        before, after = view_of(old, world), view_of(new, world)
    except Untranslatable as error:
        raise ConfigError("AGREEMENT_UNPROVABLE", str(error)) from None
    solver = z3.Solver()
    solver.set("timeout", _TIMEOUT_MS)
    solver.add(*world.domain, after.first.shown, no(before.first.shown))
    found: list[str] = []
    while len(found) < examples:
        answer = solver.check()
        if answer == z3.unknown:
            found.append("The solver gave up: there may be more.")
        if answer != z3.sat:
            break
        model = plain_model(solver, world, z3.BoolVal(True))  # noqa: FBT003 - no further condition
        found.append(describe(world, model))
        field = world.one["field"]
        shown = next((s for s in field.values() if z3.is_true(model.eval(s))), None)
        if shown is None:
            break
        solver.add(no(all_of(shown, world.owner == model.eval(world.owner))))
    return tuple(found)
