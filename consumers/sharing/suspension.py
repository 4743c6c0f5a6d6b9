"""Operators' acts on agreements, applied to the documents in force; pure.

A suspension is in force from its second on, whatever the document says of days, and until an act
of resumption. It goes through every engine that reads documents, and explains itself by its order.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Final, Literal, NamedTuple

from consumers.sharing.compiler import compile_documents
from consumers.sharing.documents import Agreement, Suspension
from consumers.sharing.outcome import Decision
from consumers.sharing.policy import Policy, assemble
from schemas.digest import canonical_json
from schemas.record import microseconds

Deed = Literal["suspend", "resume"]

_RELEASE: Final = "release"


class Act(NamedTuple):
    """One operator's act; `order` is what it cites."""

    agreement: str
    deed: Deed
    order: str
    at: datetime


def under(policy: Policy, acts: Iterable[Act], now: datetime) -> Policy:
    """Return the policy with acts applied in their order; without acts, the policy itself.

    An act never waits for a clock that is behind: it counts from `now` at the latest.
    """
    known = {each.id for each in policy.agreements}
    here = [act for act in acts if act.agreement in known]
    said = [[*act[:3], act.at.isoformat()] for act in here]
    changed = {each.id: with_acts(each, here, now) for each in policy.agreements}
    return _with(policy, changed, said) if said else policy


def with_acts(agreement: Agreement, acts: Iterable[Act], now: datetime) -> Agreement:
    """Return an agreement with its own acts applied in their order."""
    for act in acts:
        if act.agreement == agreement.id:
            agreement = _applied(agreement, act, min(act.at, now))
    return agreement


def unsuspended(policy: Policy, now: datetime) -> Policy | None:
    """Return the policy as if no agreement were suspended; None where none is, now or later."""
    suspended = {
        each.id: replace(each, suspensions=())
        for each in policy.agreements
        if any(s.end is None or moment(s.end) > now for s in each.suspensions)
    }
    return _with(policy, suspended, "unsuspended") if suspended else None


def running(agreement: Agreement, now: datetime) -> Suspension | None:
    """Return the suspension an agreement is under now; None: it is in force as far as that goes."""
    return next(
        (
            each
            for each in agreement.suspensions
            if moment(each.start) <= now and (each.end is None or now < moment(each.end))
        ),
        None,
    )


def resumed_us(policy: Policy, decision: Decision, now: datetime) -> int:
    """Return when the last agreement that a release rests on was resumed, in µs; 0: none was."""
    used = {r.rule.partition("/")[0] for r in decision.reasons if r.effect.startswith(_RELEASE)}
    ends = [
        moment(suspension.end)
        for agreement in policy.agreements
        if agreement.id in used
        for suspension in agreement.suspensions
        if suspension.end is not None
    ]
    return max((microseconds(end) for end in ends if end <= now), default=0)


def next_boundary(policy: Policy, now: datetime) -> datetime | None:
    """Return the next moment at which an agreement begins, ends, is suspended or resumed."""
    days = {day for each in policy.agreements for day in (each.start, each.end)}
    days |= {d for each in policy.agreements for s in each.suspensions for d in (s.start, s.end)}
    moments = [moment(day) for day in days if day is not None]
    return min((each for each in moments if each > now), default=None)


def moment(day: date) -> datetime:
    """Return a moment as it is, and of a day its beginning, UTC."""
    return day if isinstance(day, datetime) else datetime.combine(day, time.min, UTC)


def _applied(agreement: Agreement, act: Act, at: datetime) -> Agreement:
    if act.deed == "suspend":
        added = Suspension(at, None, act.order)
        return replace(agreement, suspensions=(*agreement.suspensions, added))
    ended = tuple(
        replace(each, end=at) if each.end is None or moment(each.end) > at else each
        for each in agreement.suspensions
    )
    return replace(agreement, suspensions=ended)


def _with(policy: Policy, changed: dict[str, Agreement], why: object) -> Policy:
    documents = tuple(changed.get(each.id, each) for each in policy.documents)
    compiled = compile_documents(documents)
    text = canonical_json({"policy": policy.version, "changed": why})
    version = hashlib.sha256(text).hexdigest()
    return assemble(documents, compiled, version, policy.register, policy.secrets)
