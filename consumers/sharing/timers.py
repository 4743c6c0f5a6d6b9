"""Which timers a standing needs, and what its people must look to; pure.

A timer only asks for another decision. What that decision finds then, it would find at any time.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple

from consumers.sharing.inspection import UNPROVEN
from consumers.sharing.outcome import TOLD, Decision, Outcome
from consumers.sharing.records import RecordHistory
from consumers.sharing.standing import Standing
from schemas.match import Match
from schemas.record import from_microseconds, microseconds

KINDS: Final = {
    "expiry": "an agreement that a notice rests on ends or is to be suspended",
    "consent": "a consent that a notice relies on runs out before its receipt",
    "validation": "five years have passed since the predicate was validated (28 CFR 23.20(h))",
    "retention": "the recipient may keep what it holds no longer",
    "escalation": "a notice of two operations that meet is not acknowledged",
    "must_share": "an agreement's clock on what must be shared has run down",
    "imminence": "two operations that meet are about to begin, or one has ended",
    "policy": "some agreement begins, ends, is suspended or resumed; concerns every match",
}

DOCUMENT: Final = "agreement"
"""The alarm of a document instead of a match."""
ALARMS: Final = {
    "escalation": "not acknowledged in time: the watch desk calls",
    "must_share": "what must be shared has not arrived in time",
    "conflict": "what must be shared may not be: a human decides; for the owner's eyes alone",
    "override": "imminent danger has passed a bar, to a minimal pointer; logged",
    "fail_closed": "an empty audience, or a word or party nobody knows, withheld it",
    "unproven": "redaction could not prove its own output: nothing was sent",
    DOCUMENT: "a document came on the agreement topic and was refused: the one in force stays",
}

ESCALATION: Final = timedelta(minutes=2)
"""Domain section 5, `space_time`."""
IMMINENT: Final = timedelta(minutes=30)
"""Catalogue row 10."""
VALIDATION_YEARS: Final = 5
"""28 CFR 23.20(h)."""
_SPACE_TIME: Final = "space_time"
_NO_AGREEMENT: Final = "NO_AGREEMENT"
"""Alarms nobody: desks are asked about by class, whether or not somebody shares with them."""


class Timer(NamedTuple):
    """When a thread is to be decided again, and why."""

    kind: str
    due_us: int


class Alarm(NamedTuple):
    """What somebody must look to; `owner` is the office that may see it, empty: operators."""

    kind: str
    owner: str
    basis: str


@dataclass(frozen=True, slots=True)
class Thread:
    """One standing with its decision and all that its timers depend on.

    `consents_end`: when the first consent relied on runs out; None: none is. `seen`: an officer has
    acknowledged the last notice held.
    """

    standing: Standing
    decision: Decision
    match: Match
    records: Mapping[str, RecordHistory]
    office: str
    consents_end: datetime | None = None
    seen: bool = False

    @property
    def received(self) -> bool:
        """Whether the recipient is known to hold what it may be told."""
        held = self.standing.held
        return bool(held) and held[-1].action != "recall" and self.standing.acknowledged

    @property
    def told(self) -> bool:
        """Whether the decision lets the recipient be told."""
        return self.decision.outcome in TOLD


def timers_of(thread: Thread, now: datetime) -> tuple[Timer, ...]:
    """Return the timers that a standing needs, each kind at its next moment after `now`."""
    due: dict[str, datetime] = {}
    for kind, at in _moments(thread, now):
        if at > now:
            due[kind] = min(at, due.get(kind, at))
    return tuple(Timer(kind, microseconds(at)) for kind, at in sorted(due.items()))


def _moments(thread: Thread, now: datetime) -> Iterator[tuple[str, datetime]]:
    standing, decision = thread.standing, thread.decision
    if thread.told:
        if decision.valid_until is not None:
            yield "expiry", decision.valid_until
        if thread.consents_end is not None and not thread.received:
            yield "consent", thread.consents_end
        for day in _lapses(decision, thread.records):
            lapse = datetime.combine(day, time.min, UTC)
            # Past its day and still told: the rule counts otherwise; look again at midnight.
            yield "validation", lapse if lapse > now else _midnight(now)
    if standing.held and standing.retain_until_us:
        yield "retention", from_microseconds(standing.retain_until_us)
    if (at := _unseen_since(thread)) is not None:
        yield "escalation", at + ESCALATION
    if not (thread.told and thread.received):
        yield from (("must_share", at) for at, _ in _clocks(thread))
    if thread.match.family == _SPACE_TIME and thread.match.status == "live":
        yield from (("imminence", at) for at in _windows(thread.records))


def alarms_of(thread: Thread, now: datetime) -> frozenset[Alarm]:
    """Return what must be looked to now, by whom."""
    found = set()
    if (since := _unseen_since(thread)) is not None and since + ESCALATION <= now:
        found.add(Alarm("escalation", "", thread.match.match_class))
    if thread.decision.outcome is not Outcome.PARK:
        for due, rule in _clocks(thread):
            if not thread.told:
                owners = {h.owner for h in thread.records.values()} - {thread.office}
                found.update(Alarm("conflict", owner, rule) for owner in owners)
            elif due <= now and not thread.received:
                found.add(Alarm("must_share", "", rule))
        closed = set(thread.decision.alarms) - {_NO_AGREEMENT}
        found.update(Alarm("fail_closed", "", rule) for rule in closed)
    found.update(
        Alarm("unproven", "", reason.subject)
        for reason in thread.decision.reasons
        if reason.rule == UNPROVEN
    )
    if thread.decision.override:
        found.add(Alarm("override", "", thread.decision.override))
    return frozenset(found)


def _unseen_since(thread: Thread) -> datetime | None:
    standing = thread.standing
    meets = thread.match.match_class == _SPACE_TIME and thread.received
    return from_microseconds(standing.cleared_us) if meets and not thread.seen else None


def _clocks(thread: Thread) -> Iterator[tuple[datetime, str]]:
    found = datetime.fromtimestamp(thread.match.published_ms / 1_000, UTC)
    for clock in thread.decision.clocks:
        yield found + clock.within, clock.rule


def _lapses(decision: Decision, records: Mapping[str, RecordHistory]) -> Iterator[date]:
    """Yield for each record it rests on the day five years after its last validation."""
    for record in {record for record, _ in decision.lineage} & records.keys():
        history = records[record]
        predicate = history.markings[history.newest_rank]["predicate"]
        if predicate is not None:
            yield five_years_after(predicate["validated_on"])


def five_years_after(day: date) -> date:
    """Return the same day five years on; of 29 February, 1 March."""
    try:
        return day.replace(year=day.year + VALIDATION_YEARS)
    except ValueError:
        return date(day.year + VALIDATION_YEARS, 3, 1)


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time.min, UTC)


def _windows(records: Mapping[str, RecordHistory]) -> Iterator[datetime]:
    """Yield when the later of the operations is near, and when the first of them has ended."""
    windows = [
        (min(p["starts_at"] for p in places), max(p["ends_at"] for p in places))
        for places in _places(records.values())
        if places
    ]
    if windows:
        yield max(start for start, _ in windows) - IMMINENT
        yield min(end for _, end in windows)


def _places(histories: Collection[RecordHistory]) -> Iterator[list[dict[str, datetime]]]:
    for history in histories:
        if history.newest is not None:
            yield [
                {"starts_at": place["starts_at"], "ends_at": place["ends_at"]}
                for place in history.newest["places"]
            ]
