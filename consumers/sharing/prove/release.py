"""What each key releases, as formulas over one symbolic request.

The frame around the compiled rules (existence first, then each field; what the owner narrows; what
danger passes) is restated here for each key; that it is the frame that runs is tested by generated
requests.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import z3

from consumers.sharing.cedar.policies import statements
from consumers.sharing.compiler import compile_documents
from consumers.sharing.documents import Agreement, Bar, Clause, Document
from consumers.sharing.prove.cedar_rules import policies_of
from consumers.sharing.prove.logic import FALSE, TRUE, all_of, any_of, no
from consumers.sharing.prove.python_rules import rules_of
from consumers.sharing.prove.world import UNKNOWN, World

MATCH_FIELDS: Final = ("existence", "class", "contact")


@dataclass(frozen=True, slots=True)
class Released:
    """What one key releases of the request's field: by clauses, and by an override.

    `barred`: something withholds the match; `permitted`: clauses permit match and field.
    """

    known: Any
    shown: Any
    overridden: Any
    barred: Any
    permitted: Any


@dataclass(frozen=True, slots=True)
class View:
    """One symbolic request, and what both keys make of it.

    `on_match`: what bars that reach a whole match would withhold, by the marking of this record.
    """

    world: World
    documents: tuple[Document, ...]
    first: Released
    second: Released
    on_match: Any

    @property
    def shown(self) -> Any:
        """Whether either key would show the field."""
        return any_of((self.first.shown, self.second.shown))

    @property
    def told(self) -> Any:
        """Whether either key would tell anything at all, overrides included."""
        every = (self.first, self.second)
        return any_of([each for key in every for each in (key.known, key.overridden)])

    @property
    def agreements(self) -> Sequence[Agreement]:
        """The agreements among the documents."""
        return [each for each in self.documents if isinstance(each, Agreement)]


def view_of(documents: Iterable[Document], world: World | None = None) -> View:
    """Compile documents for both keys and translate both; raises Untranslatable."""
    documents = tuple(documents)
    world = world or World(documents)
    first, on_match = _first(documents, world)
    return View(world, documents, first, _second(documents, world), on_match)


def _first(documents: tuple[Document, ...], world: World) -> tuple[Released, Any]:
    compiled = compile_documents(documents)
    rules = rules_of(compiled, world)
    withheld, standing, on_match = [], [], []
    for number, effect, when in rules.bars:
        bar = compiled.bars[number] if number >= 0 else None
        stops = all_of(when, _stops(bar, effect, world))
        withheld.append(stops)
        if bar is None or not bar.yields:
            standing.append(stops)
        if bar is not None and bar.scope == "match":
            on_match.append(stops)
    unknown = any_of(
        (
            world.has("onwards", UNKNOWN),
            world.has("fields", UNKNOWN),
            world.fact("unnamed_originator"),
            no(world.fact("registered")),
            world.fact("nobody"),
        )
    )
    purposes, purpose = world.many["purposes"], world.one["purpose"]
    meant = any_of([all_of(purposes[word], purpose[word]) for word in purposes])
    limited = any_of(
        (
            all_of(world.fact("limited"), no(meant)),
            all_of(world.fact("restricted"), no(world.fact("named"))),
        )
    )
    clauses = [clause for _, clause in compiled.clauses]
    granting = [
        (clauses[n].fields, _bare(when, clauses[n], world)) for n, when in rules.granted.items()
    ]
    barred = any_of([*withheld, unknown, limited])
    overridden = all_of(any_of(list(rules.overrides.values())), no(any_of([*standing, unknown])))
    caller = world.is_("role", "caller")
    return _released(granting, barred, overridden, caller, world), any_of(on_match)


def _bare(when: Any, clause: Clause, world: World) -> Any:
    """Return a clause's condition; where it is on the match itself, nobody is spoken of."""
    if clause.us_person is None or set(MATCH_FIELDS).isdisjoint(clause.fields):
        return when
    nobody = [(switch, FALSE) for switch in world.one["us_person"].values()]
    return z3.substitute(when, *nobody)


def _stops(bar: Bar | None, effect: str, world: World) -> Any:
    """Say that an effect withholds: DENY, or a hold that no consent has lifted."""
    if effect == "release":
        return FALSE
    if effect == "DENY" or bar is None:
        return TRUE
    by = effect[len("HOLD(") : -1]
    if by == "originator":
        return world.waiting(spare_owner=bool(bar.originator))
    return no(world.consented(by))


def _second(documents: tuple[Document, ...], world: World) -> Released:
    policies = policies_of(statements(documents), world)
    fields = {
        each.rule(clause.id): clause.fields
        for each in documents
        if isinstance(each, Agreement)
        for clause in each.clauses
    }
    granting = [(fields[rule], any_of(when)) for rule, when in policies.permits.items()]
    overridden = all_of(
        any_of(term for each in policies.overrides.values() for term in each),
        no(any_of(policies.standing)),
    )
    barred, nobody = any_of(policies.forbids), FALSE
    return _released(granting, barred, overridden, nobody, world)


def _released(
    granting: Sequence[tuple[Sequence[str], Any]],
    barred: Any,
    overridden: Any,
    caller: Any,
    world: World,
) -> Released:
    """Frame a key's rules: the match must be known before a field of it is."""
    by_field: dict[str, list[Any]] = {}
    for fields, when in granting:
        for each in fields:
            by_field.setdefault(each, []).append(when)
    existence = any_of(by_field.get("existence", []))
    known = all_of(no(barred), existence)
    field = world.one["field"]
    anybody = no(caller)
    permitted = any_of(
        all_of(field[name], any_of(terms), TRUE if name in MATCH_FIELDS else anybody)
        for name, terms in by_field.items()
    )
    danger = all_of(no(known), overridden)
    shown = all_of(known, permitted)
    return Released(known, shown, danger, barred, all_of(existence, permitted))
