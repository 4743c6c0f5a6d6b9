"""Every property: those of the laws, and for each attribute and caveat that it fails closed."""

from collections.abc import Iterator
from typing import Any

import z3

from consumers.sharing.prove.laws import PROPERTIES
from consumers.sharing.prove.logic import FALSE, TRUE, all_of, any_of, no
from consumers.sharing.prove.premises import (
    Formula,
    Property,
    both,
    known,
    no_consent,
    person_field,
    shown,
    told,
)
from consumers.sharing.prove.release import View
from consumers.sharing.prove.world import UNKNOWN
from consumers.sharing.vocabulary import CAVEATS


def unknowns() -> Iterator[Property]:
    """Yield for each attribute that an unknown word in it tells nothing."""
    for name in ("purpose", "office_class", "match_class", "band"):
        yield _unknown(name, _unknown_one(name), known)
    for name in ("entity", "role"):
        yield _unknown(name, both(_unknown_one(name), person_field), shown)
    for name in ("caveats", "grades", "handling", "onwards", "fields", "crimes"):
        yield _unknown(name, _unknown_in(name), known if name == "crimes" else told)
    yield _unknown("originator", lambda v: v.world.fact("unnamed_originator"), told)
    yield _unknown("owner", lambda v: no(v.world.fact("registered")), told)


def _unknown(name: str, premise: Formula, never: Formula) -> Property:
    sentence = f"An unknown word in {name} releases nothing: unknown denies."
    return Property(f"unknown denies: {name}", "fail closed", sentence, premise, never)


def monotone() -> Iterator[Property]:
    """Yield for each caveat that adding it releases nothing more, danger apart."""
    for word in (*CAVEATS.words, UNKNOWN):
        yield Property(
            f"monotone: {word}",
            "strictest marking counts",
            f"Adding the caveat {word} to a record never releases more.",
            no_consent,
            _gained_by(word),
        )


def _gained_by(word: str) -> Formula:
    """Say that what one key permits is barred without the caveat, and not with it."""

    def gained(view: View) -> Any:
        switch = view.world.many["caveats"][word]
        marked, unmarked = (switch, TRUE), (switch, FALSE)
        return any_of(
            all_of(
                key.permitted,
                z3.substitute(key.barred, unmarked),
                no(z3.substitute(key.barred, marked)),
            )
            for key in (view.first, view.second)
        )

    return gained


def _unknown_one(name: str) -> Formula:
    return lambda view: view.world.one[name][UNKNOWN]


def _unknown_in(name: str) -> Formula:
    return lambda view: view.world.many[name][UNKNOWN]


def all_properties() -> tuple[Property, ...]:
    """Return every property, in the order of reading."""
    return (*PROPERTIES, *unknowns(), *monotone())
