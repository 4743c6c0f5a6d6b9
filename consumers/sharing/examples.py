"""The examples of clauses, run: what the lawyers expect is what the generated function answers."""

from collections.abc import Iterator
from typing import NamedTuple

from consumers.sharing.compiler import Compiled, seconds_of
from consumers.sharing.documents import Agreement, Clause, Example
from consumers.sharing.request import NEVER, Request
from consumers.sharing.vocabulary import (
    BANDS,
    CRIME_TYPES,
    DUTIES,
    GRADES,
    HANDLINGS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    ORIGINS,
    PURPOSES,
    RECIPIENT_KINDS,
    UNLIMITED,
    calendar,
)


class Outcome(NamedTuple):
    """An example that was run: what was expected, and whether it came out so."""

    rule: str
    at: str
    expected: str
    passed: bool


def run(compiled: Compiled) -> Iterator[Outcome]:
    """Run the examples of every clause.

    An example asks its own agreement only, with no caveat: `must_release` holds when this very
    clause grants the field, `must_withhold` when no clause of the agreement does.
    """
    for number, (agreement, clause) in enumerate(compiled.clauses):
        rule = agreement.rule(clause.id)
        for example in clause.must_release:
            found = granting(compiled, agreement, clause, example)
            yield Outcome(rule, example.at, "must_release", number in found)
        for example in clause.must_withhold:
            found = granting(compiled, agreement, clause, example)
            yield Outcome(rule, example.at, "must_withhold", not found)


def failures(compiled: Compiled) -> tuple[str, ...]:
    """Return the examples that did not come out, as `document:line:column: what`."""
    return tuple(
        f"{outcome.at}: {outcome.expected} of {outcome.rule} does not hold"
        for outcome in run(compiled)
        if not outcome.passed
    )


def granting(
    compiled: Compiled, agreement: Agreement, clause: Clause, example: Example
) -> set[int]:
    """Return the numbers of the agreement's clauses that grant the example's field."""
    asked = example.day or agreement.start
    listed = RECIPIENT_KINDS.bit("listed_officer") if clause.listed and example.duty else 0
    request = Request(
        owner=example.owner,
        recipient=example.recipient,
        office=example.office,
        nation="",
        kind=RECIPIENT_KINDS.bit(RECIPIENT_KINDS.words[0]) | listed,
        office_class=OFFICE_CLASSES.bit(example.office_class),
        duties=DUTIES.bit(example.duty) if example.duty else 0,
        purpose=PURPOSES.bit(example.purpose),
        crimes=CRIME_TYPES.bit(example.crime_type),
        caveats=0,
        origin=ORIGINS.bit("own"),
        handling=HANDLINGS.bit("H0"),
        entity=0,
        role=0,
        us_person=0,
        match_class=MATCH_CLASS_WORDS.bit(example.match_class or clause.match_classes[0]),
        band=BANDS.bit("confirmed"),
        grades=GRADES.bit("A1"),
        validated=UNLIMITED,
        informed=calendar(example.informed or asked),
        imminence=NEVER,
        today=calendar(asked),
        now=seconds_of(asked),
    )
    if example.entity:
        request = request.about(example.entity, example.role, example.us_person)
    return {
        number
        for number in compiled.grants(request)[0]
        if compiled.clauses[number][0] is agreement
        and example.field in compiled.clauses[number][1].fields
    }
