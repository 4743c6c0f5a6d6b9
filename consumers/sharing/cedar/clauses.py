"""Agreements as Cedar: each clause permits, in each of its directions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from consumers.sharing.cedar.language import (
    Statement,
    all_of,
    any_of,
    instant,
    one_of,
    quoted,
    some,
    within,
)
from consumers.sharing.documents import Agreement, Clause, Direction

MATCH_FIELDS: Final = frozenset({"existence", "class", "contact"})
"""What a clause may release of the match itself: it then speaks of no entity."""


def permits(agreement: Agreement) -> Iterator[Statement]:
    """Yield what an agreement's clauses permit."""
    for clause in agreement.clauses:
        for owner, recipient in clause.directions:
            if clause.agencies and recipient not in clause.agencies:
                continue
            terms = [*_subject(clause), *_recipient(clause), *_scope(agreement, clause)]
            terms.append(f"resource.owner == {quoted(owner)}")
            terms += in_force(agreement)
            rule, actions = agreement.rule(clause.id), ("disclose", "ask")
            pair = (owner, recipient)
            yield Statement(rule, "", True, actions, tuple(terms), pair=pair)  # noqa: FBT003


def _subject(clause: Clause) -> Iterator[str]:
    """Yield whom a clause speaks of; never of a caller, whatever it names.

    A clause on the match itself speaks of nobody, so that one for some persons only permits none.
    """
    if not MATCH_FIELDS.isdisjoint(clause.fields):
        if clause.us_person is not None:
            yield "false"
        return
    yield one_of("context.entity", clause.entities)
    yield one_of("context.role", clause.roles)
    yield 'context.role != "caller"'
    if clause.us_person is not None:
        yield f'context.us_person == "{"yes" if clause.us_person else "no"}"'


def _recipient(clause: Clause) -> Iterator[str]:
    yield one_of("principal.office_class", clause.office_classes)
    if clause.offices:
        yield one_of("principal.office", clause.offices)
    if clause.duties:
        yield some("principal.duties", clause.duties)
    if clause.listed:
        yield LISTED_OFFICER


def _scope(agreement: Agreement, clause: Clause) -> Iterator[str]:
    """Yield purposes, crime types, class and age; a clause only narrows its agreement."""
    yield one_of("context.match_class", clause.match_classes)
    yield within("resource.crimes", _common(clause.crime_types, agreement.crime_types))
    yield one_of("principal.purpose", _common(clause.purposes, agreement.purposes))
    if clause.newer_than_months:
        yield f"resource.informed + {31 * clause.newer_than_months} > context.today"


def _common(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return [word for word in one if word in other]


LISTED_OFFICER: Final = (
    "(!resource.matters.isEmpty() && principal.matters.containsAll(resource.matters))"
)
"""Every court matter of the record lists the officer who receives."""


def in_force(agreement: Agreement) -> Iterator[str]:
    """Yield conditions under which an agreement is in force and not suspended."""
    yield f"context.now >= {instant(agreement.start)}"
    if agreement.end is not None:
        yield f"context.now < {instant(agreement.end)}"
    for each in agreement.suspensions:
        outside = [f"context.now < {instant(each.start)}"]
        if each.end is not None:
            outside.append(f"context.now >= {instant(each.end)}")
        yield any_of(outside)


def covered(agreements: Sequence[Agreement]) -> str:
    """Say that one of the agreements covers this owner, recipient, crime type and purpose."""
    return any_of(
        [
            all_of(
                [
                    between,
                    *in_force(each),
                    within("resource.crimes", each.crime_types),
                    one_of("principal.purpose", each.purposes),
                ]
            )
            for each in agreements
            if (between := _between(each))
        ]
    )


def standing(agreements: Sequence[Agreement]) -> str:
    """Say that one of the agreements is in force in this direction."""
    return any_of(
        [all_of([between, *in_force(each)]) for each in agreements if (between := _between(each))]
    )


def owed(agreements: Sequence[Agreement]) -> str:
    """Say that an agreement obliges the owner to share a match of this class."""
    found = []
    for each in agreements:
        if each.must_share:
            classes = [clock.match_class for clock in each.must_share]
            found.append(all_of([covered([each]), one_of("context.match_class", classes)]))
    return any_of(found)


def _between(agreement: Agreement) -> str:
    """Say that owner and recipient are of a direction in which some clause permits anything."""
    found: dict[Direction, str] = {}
    for clause in agreement.clauses:
        for owner, recipient in clause.directions:
            parts = f"resource.owner == {quoted(owner)} && principal.agency == {quoted(recipient)}"
            found[owner, recipient] = f"({parts})"
    return any_of(list(found.values())) if found else ""
