"""Agreements and bars as frozen values: what documents say, not how they are written."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

Direction = tuple[str, str]
"""(owner's agency, recipient's agency)."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question about one field with the answer the lawyers expect, asked when policy is loaded.

    `day` is the day of asking; None: the day the agreement comes into force. `informed` is the day
    from which the information is; None: the day of asking. `office` is `AGENCY/office`, `duty` the
    officer's, who is listed for the matter where the clause asks for a listed officer;
    `match_class` empty: the first that the clause speaks of.
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
    office: str = ""
    duty: str = ""
    match_class: str = ""
    informed: date | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One permission: these fields, up to this level, to these recipients, under obligations.

    Conditions are joined by "and". `agencies`, `offices` (`AGENCY/office`) and `duties`: empty is
    no condition; the other tuples hold every word that the clause allows. `listed`: only officers
    listed for every court matter of the record. `newer_than_months`: 0 is no limit; else the
    record's `occurred_at` is less than so many months ago.
    """

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
    agencies: tuple[str, ...]
    office_classes: tuple[str, ...]
    offices: tuple[str, ...]
    duties: tuple[str, ...]
    listed: bool
    newer_than_months: int
    match_classes: tuple[str, ...]
    us_person: bool | None
    keep_last: int
    obligations: tuple[str, ...]
    must_release: tuple[Example, ...]
    must_withhold: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Suspension:
    """From a moment (UTC), by the order cited, until resumed by another order where it was."""

    start: datetime
    end: datetime | None
    order: str
    resumed_by: str = ""


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
    at: str = ""

    def rule(self, part: str) -> str:
        """Return the rule id of a clause or part: `HSI-BIS-2024/4.2`."""
        return f"{self.id}/{part}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A rule above every agreement: when it holds, and what then becomes of the release.

    Conditions are joined by "and"; an empty tuple, an empty word and 0 are no condition. A bar
    about third agencies (`originator`: `third_agency` or `foreign`) is about another agency's
    information; `unvalidated_months`: intelligence last validated so many months ago or earlier.

    `outcome` are (who, effect) pairs. Who: a word of RECIPIENT_KINDS, `party CODE`, `duty WORD`,
    `office_class WORD`, `purpose WORD` (of the receiving channel), or `default`. Effect: `release`
    (under `obligations`), `HOLD(x)` or `DENY`. Every line that fits a recipient counts, of several
    the strictest (DENY, then HOLD, holds for several parties being joined); `default` counts where
    no other line fits. `must_share`: the hold that takes the place of DENY where an agreement
    obliges the owner to share such a match: a must-share is put to a human, it beats no bar.

    `scope` says how far a mark on one field reaches: `field`: that field, and every support that
    rests on it; `support`: every support that has the record in its lineage; `match`: every support
    of a match in whose lineage the record is. A mark on the record reaches at least its support.
    `silent`: where the bar withholds, the record's owner may still learn that there is a hit.
    `yields`: an override for imminent danger may pass it, to a minimal pointer.
    """

    at: str
    id: str
    text: str
    basis: str
    scope: str
    caveats: tuple[str, ...]
    originator: str
    match_classes: tuple[str, ...]
    bands: tuple[str, ...]
    grades: tuple[str, ...]
    handling: tuple[str, ...]
    unvalidated_months: int
    outcome: tuple[tuple[str, str], ...]
    must_share: str
    silent: bool
    yields: bool
    obligations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """The one rule that may relax bars: imminent danger to life (28 CFR 23.20(f)(2)).

    Where two operations meet and the later of their beginnings is less than `within` away or past,
    and neither has ended, whoever fits `kinds` and `office_classes` may know of the match, its
    class, the contact, and the place and window up to `level`; never anything of a person. It
    passes bars that yield, the owner's audience and purpose limits, and the scope of an agreement
    in force in that direction; nothing else.
    """

    at: str
    id: str
    text: str
    basis: str
    match_classes: tuple[str, ...]
    within: timedelta
    kinds: tuple[str, ...]
    office_classes: tuple[str, ...]
    level: str
    retention_days: int
    obligations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statute:
    """The document of bars, always in force."""

    id: str
    title: str
    version: int
    bars: tuple[Bar, ...]
    overrides: tuple[Override, ...] = ()
    at: str = ""


Document = Agreement | Statute
