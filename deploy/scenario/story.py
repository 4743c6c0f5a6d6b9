"""A scenario as values: who takes part, what happens when, and what must then be true."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from schemas.event import Event
from schemas.party import Register

Pair = tuple[str, str]
"""Names of two records of the story, one on each side of a match."""

Part = Literal["ledger", "deliver", "inbox", "vault"]
"""What can be broken: the ledger's signer, the deliver process, the inbox, the vault's records."""


@dataclass(frozen=True, slots=True)
class Publish:
    """A version of a record reaches its agency topic.

    `forged`: signed by a stranger. `sdk`: through the SDK, which refuses and strips, not past it.
    """

    record: str
    event: Event
    forged: bool = False
    sdk: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """Many records of one source in a row, each `every` after the one before."""

    events: tuple[Event, ...]
    every: timedelta


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Documents in force from now on, by file name."""

    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """What an office does about a match: `verb` of `reading_acts`, with its words."""

    verb: str
    office: str
    pair: Pair | None
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """A part breaks, or works again."""

    part: Part
    broken: bool


@dataclass(frozen=True, slots=True)
class Order:
    """An operator suspends or resumes an agreement, citing an order."""

    agreement: str
    deed: Literal["suspend", "resume"]
    order: str


Happening = Publish | Probe | Rewrite | Order | Act | Fault


@dataclass(frozen=True, slots=True)
class FieldExpectation:
    """What a recipient sees of `record.entity.field`; no level and no value: nothing (`absent`)."""

    at: str
    record: str
    entity: str
    field: str
    level: str | None = None
    value: str | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class RecipientExpectation:
    """What must be true of one office; None: not said.

    `counts` by action (`notice`, `update`, `correction`, `recall`, `open`, `all`); `outcome` also
    `NOTHING`: not one byte has ever left for it.
    """

    at: str
    office: str
    pair: Pair | None = None
    family: str | None = None
    outcome: str | None = None
    hold_for: tuple[str, ...] | None = None
    match_class: str | None = None
    band: str | None = None
    fields: tuple[FieldExpectation, ...] = ()
    only: bool = False
    obligations: tuple[str, ...] = ()
    no_obligations: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    says: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event in quarantine; `bytes`: whether its content is kept there."""

    record: str
    reason: str
    bytes: bool | None = None


@dataclass(frozen=True, slots=True)
class Expectations:
    """What must be true at one moment; None: not said, an empty tuple: none at all."""

    at: str
    recipients: tuple[RecipientExpectation, ...] = ()
    quarantine: tuple[Refusal, ...] | None = None
    matches: int | None = None
    unmatched: tuple[str, ...] = ()
    queue: tuple[Pair, ...] | None = None
    alarms: tuple[str, ...] | None = None
    ledger: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the timeline: the clock goes to `at`, things happen, then rest, then the look.

    `fast_only`: the part still to be built without which the step is passed over for real.
    """

    number: int
    spot: str
    at: datetime
    happenings: tuple[Happening, ...]
    expected: Expectations | None = None
    fast_only: str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story ready to run."""

    name: str
    folder: Path
    title: str
    law: str
    row: int | None
    start: datetime
    register: Register
    documents: Mapping[str, str]
    records: Mapping[str, str]
    sides: Mapping[str, tuple[str, ...]]
    steps: tuple[Step, ...]

    @property
    def fast_only(self) -> str | None:
        """The part still to be built without which some step does not run for real."""
        return next((step.fast_only for step in self.steps if step.fast_only), None)
