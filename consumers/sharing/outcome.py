"""What a decision is: a value, with its reasons, and never an exception."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from consumers.sharing.records import RecordHistory
from schemas.match import Match
from schemas.party import Channel
from schemas.record import Rank


class Outcome(StrEnum):
    """What one recipient may know of one match now."""

    FULL = "FULL"
    TEAR = "TEAR"
    POINTER = "POINTER"
    HOLD = "HOLD"
    SILENT = "SILENT"
    DENY = "DENY"
    PARK = "PARK"


TOLD: Final = frozenset({Outcome.FULL, Outcome.TEAR, Outcome.POINTER, Outcome.SILENT})
"""Outcomes in which the recipient is told something."""


ALARMING: Final = frozenset(
    {
        "EMPTY_AUDIENCE",
        "NO_AGREEMENT",
        "TWO_KEYS",
        "UNBARRED_CAVEAT",
        "UNKNOWN_MARKING",
        "UNKNOWN_PARTY",
        "UNKNOWN_WORD",
    }
)
"""Rules that fail closed: somebody published or signed less than a decision needs."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a decision, for operators: no payload value, only ids of rules and records."""

    rule: str
    effect: str
    subject: str
    sentence: str


class Consent(NamedTuple):
    """A party's consent that one recipient is told of one match; who asks has checked its scope.

    `by` is the word of a hold, `FBI` of HOLD(FBI). `fields`: the fields it is limited to; None: all
    that the documents let the recipient see, and the existence of the match.
    """

    id: str
    by: str
    until: datetime
    fields: frozenset[str] | None = None


class Clock(NamedTuple):
    """A must-share that runs for a match: by which rule, and how long after it was found."""

    rule: str
    within: timedelta


@dataclass(frozen=True)
class Question:
    """May this channel's office know of this match now, and what?

    `records` by record key, as far as the vault holds the lineage. `shown`: record keys of the
    support that the recipient's last content rests on, empty where it holds nothing; None where
    the caller does not say, and then a parked support may be the one shown. `consents` that have
    run out by `now` are not looked at.
    """

    match: Match
    records: Mapping[str, RecordHistory]
    closed_sides: frozenset[str]
    channel: Channel
    now: datetime
    shown: frozenset[str] | None = None
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True)
class Decision:
    """The answer. `content` is exactly what the recipient would see (notice `data`), or None.

    `lineage` names the record versions the answer rests on: those of the support that is shown,
    or of every support where none is. `exempt`: the release stays inside one agency as 5 USC
    552a(b)(1) has it, and needs no accounting, though a log entry. `clocks` are the must-shares
    that run, for the owner's eyes alone where the match is withheld; `consents` the ids that the
    release relies on; `override` the rule that passed a bar for imminent danger, to be logged.
    """

    outcome: Outcome
    hold_for: str | None
    match_class: str
    band: str
    content: Mapping[str, Any] | None
    lineage: tuple[tuple[str, Rank], ...]
    obligations: tuple[str, ...]
    reasons: tuple[Reason, ...]
    policy_version: str
    valid_until: datetime | None
    exempt: bool = False
    clocks: tuple[Clock, ...] = ()
    consents: tuple[str, ...] = ()
    override: str = ""

    @property
    def alarms(self) -> tuple[str, ...]:
        """Rules by which the match was withheld that operators must look into, sorted."""
        return tuple(sorted({r.rule for r in self.reasons if r.rule in ALARMING}))
