"""A sound event of the SDK's making, and the ways to spoil it."""

from datetime import date
from typing import Any

from producers.sdk import event, identifier, person, predicate
from schemas.event import Event


def report(**changes: Any) -> Event:
    """A sound report on one person with two identifiers."""
    subject = person(
        "p1",
        "Ana Ruiz",
        role="subject",
        birth_date="1980-02-03",
        nationalities=["MX"],
        identifiers=[identifier("phone", "+13055550100"), identifier("passport", "E1234567", "MX")],
    )
    subject.update(changes.pop("entity", {}))
    made = event(
        "hsi.field.SubjectReported",
        "R-1",
        office="miami",
        marking={"predicate": predicate("seen at the yard", date(2026, 1, 2))},
        entities=[subject],
    )
    made["header"].update(changes.pop("header", {}))
    made["marking"].update(changes.pop("marking", {}))
    made.update(changes)  # type: ignore[typeddict-item]
    return made
