"""Agreements and bars as frozen values: what documents say, not how they are written."""

from dataclasses import dataclass
from datetime import date, timedelta

Direction = tuple[str, str]
"""(owner's agency, recipient's agency)."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question about one field with the answer the lawyers expect, asked when policy is loaded.

    `day` is the day of asking; None: the day the agreement comes into force.
    """

    at: str
    owner: str
    recipient: str
    office_class: str
    crime_type: str
    purpose: str
    entity: str
    role: str
    field: str
    us_person: bool | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One permission: these fields, up to this level, to these recipients, under obligations."""

    at: str
    id: str
    text: str
    directions: tuple[Direction, ...]
    fields: tuple[str, ...]
    level: str
    entities: tuple[str, ...]
    roles: tuple[str, ...]
    purposes: tuple[str, ...]
    crime_types: tuple[str, ...]
    office_classes: tuple[str, ...]
    match_classes: tuple[str, ...]
    us_person: bool | None
    keep_last: int
    obligations: tuple[str, ...]
    must_release: tuple[Example, ...]
    must_withhold: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Suspension:
    """From a day, and until the day of resumption where there is one, by the order cited."""

    start: date
    end: date | None
    order: str


@dataclass(frozen=True, slots=True)
class MustShare:
    """A clock on what must be shared: matches of a class, within a time."""

    match_class: str
    within: timedelta
    basis: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """One MOU, or the rule inside one agency (a single party)."""

    id: str
    title: str
    version: int
    basis: str
    parties: tuple[str, ...]
    directions: tuple[Direction, ...]
    start: date
    end: date | None
    suspensions: tuple[Suspension, ...]
    crime_types: tuple[str, ...]
    purposes: tuple[str, ...]
    retention_days: int
    onward: str
    third_agency: str
    exempt: bool
    must_share: tuple[MustShare, ...]
    clauses: tuple[Clause, ...]

    def rule(self, part: str) -> str:
        """Return the rule id of a clause or part: `HSI-BIS-2024/4.2`."""
        return f"{self.id}/{part}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A rule above every agreement: when it holds, and what then becomes of the release.

    `scope` says how far a mark on one field reaches: `field`: that field, and every support that
    rests on it; `support`: every support that has the record in its lineage. A mark on the record
    reaches both ways. `silent`: where the bar withholds, the record's owner may still learn that
    there is a hit. Conditions are joined by "and"; an empty tuple is no condition.
    """

    at: str
    id: str
    text: str
    basis: str
    scope: str
    caveats: tuple[str, ...]
    third_agency: bool
    match_classes: tuple[str, ...]
    bands: tuple[str, ...]
    grades: tuple[str, ...]
    outcome: tuple[tuple[str, str], ...]
    silent: bool
    obligations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statute:
    """The document of bars, always in force."""

    id: str
    title: str
    version: int
    bars: tuple[Bar, ...]


Document = Agreement | Statute
