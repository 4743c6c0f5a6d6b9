"""The words that properties are made of: of a request, and of what is released."""

from collections.abc import Callable
from typing import Any, NamedTuple

import z3

from consumers.sharing.compiler import seconds_of
from consumers.sharing.documents import Agreement
from consumers.sharing.prove.logic import all_of, any_of, no
from consumers.sharing.prove.release import View
from consumers.sharing.prove.world import World

Formula = Callable[[View], Any]


class Property(NamedTuple):
    """`premise` and `never`: formulas that no request fulfils together."""

    name: str
    law: str
    sentence: str
    premise: Formula
    never: Formula


def told(view: View) -> Any:
    """Say that either key tells anything at all, an override included."""
    return view.told


def known(view: View) -> Any:
    """Say that by either key the match may be known, danger apart."""
    return any_of((view.first.known, view.second.known))


def shown(view: View) -> Any:
    """Say that either key shows the field."""
    return view.shown


def overridden(view: View) -> Any:
    """Say that danger passes what withholds, in either key."""
    return any_of((view.first.overridden, view.second.overridden))


def caveat(*words: str) -> Formula:
    """Return that the record has one of the caveats."""
    return lambda view: view.world.has("caveats", *words)


def both(*formulas: Formula) -> Formula:
    """Join formulas by "and"."""
    return lambda view: all_of(*(each(view) for each in formulas))


def abroad(view: View) -> Any:
    """Say that the recipient is foreign to the owner."""
    return view.world.abroad


def industry(view: View) -> Any:
    """Say that the recipient is a company."""
    return view.world.industry


def other_agency(view: View) -> Any:
    """Say that the recipient is of another agency."""
    return view.world.owner != view.world.recipient


def no_consent(view: View) -> Any:
    """Say that nobody has consented to anything."""
    return view.world.no_consent


def not_own(view: View) -> Any:
    """Say that it leaves the owner's agency or nation."""
    return no(view.world.own)


def purpose_not(*words: str) -> Formula:
    """Return that the channel has another purpose than these."""
    return lambda view: no(view.world.is_("purpose", *words))


def person_field(view: View) -> Any:
    """Say that the field is of an entity, and no place of an operation."""
    return no(view.world.is_("field", "existence", "class", "contact", "place_time"))


def of_role(*words: str) -> Formula:
    """Return that the entity has one of the roles."""
    return lambda view: view.world.is_("role", *words)


def uncovered(view: View, *, crimes: bool, purposes: bool) -> Any:
    """Say that no agreement in that direction, in force now, covers what is asked."""
    return no(any_of(covers(view.world, a, crimes, purposes) for a in view.agreements))


def covers(world: World, agreement: Agreement, crimes: bool, purposes: bool) -> Any:
    """Say that an agreement, in force now, covers the direction, and what else is looked at."""
    terms = [
        any_of(
            all_of(world.owner_is(owner), world.recipient_is(recipient))
            for owner, recipient in agreement.directions
        ),
        in_force(world, agreement),
    ]
    if crimes:
        outside = set(world.many["crimes"]) - set(agreement.crime_types)
        terms += [no(world.has("crimes", *sorted(outside))), world.some("crimes")]
    if purposes:
        terms.append(world.is_("purpose", *agreement.purposes))
    return all_of(*terms)


def in_force(world: World, agreement: Agreement) -> Any:
    """Say that an agreement is in force and not suspended, in words of its own dates."""
    now = world.numbers["now"]
    terms = [now >= seconds_of(agreement.start)]
    if agreement.end is not None:
        terms.append(now < seconds_of(agreement.end))
    for each in agreement.suspensions:
        inside = [now >= seconds_of(each.start)]
        if each.end is not None:
            inside.append(now < seconds_of(each.end))
        terms.append(no(all_of(*inside)))
    return all_of(*terms)


def suspended(view: View) -> Any:
    """Say that whatever agreement there is in that direction is suspended."""
    world = view.world
    suspended = [a for a in view.agreements if a.suspensions]
    here = any_of(
        all_of(world.owner_is(owner), world.recipient_is(recipient))
        for each in suspended
        for owner, recipient in each.directions
    )
    return all_of(here, uncovered(view, crimes=False, purposes=False))


def silenced(view: View) -> Any:
    """Say that a record of another support withholds what this one may tell, by its caveats."""
    fresh = [
        (switch, z3.Bool(f"other support:{word}"))
        for word, switch in view.world.many["caveats"].items()
    ]
    return all_of(view.first.known, z3.substitute(view.on_match, *fresh))
