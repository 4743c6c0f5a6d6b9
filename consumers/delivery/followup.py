"""What a decision asks of others, in its transaction: consents, reviews, timers, alarms."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection

from consumers.consent.requests import ask_for
from consumers.delivery.decider import Judgement, Situation
from consumers.sharing import timers
from consumers.sharing.consents import wishes
from consumers.sharing.policy import Policy
from consumers.sharing.standing import Standing
from consumers.sharing.suspension import next_boundary
from consumers.store.standings import Thread, forget
from consumers.store.timers import EVERYTHING, put_alarms, put_review, put_timers, seen
from schemas.party import Channel
from schemas.record import microseconds

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A decision on a thread, and what the recipient stands at once it was written."""

    situation: Situation
    channel: Channel
    standing: Standing
    judgement: Judgement


def follow_up(connection: Connection, thread: Thread, after: FollowUp, now: datetime) -> None:
    """Write what a decision asks for, and take away what an earlier one asked for."""
    judgement, now_us = after.judgement, microseconds(now)
    review = judgement.transition.request == "review"
    put_review(connection, thread, now_us if review else None)
    ask_for(connection, thread.match, after.channel, wishes(judgement.decision), now_us)
    facts = _facts(connection, after)
    put_timers(connection, thread, timers.timers_of(facts, now))
    for alarm in put_alarms(connection, thread, timers.alarms_of(facts, now), now_us):
        log.error("standing_alarm", kind=alarm.kind, basis=alarm.basis)


def drop(connection: Connection, thread: Thread) -> None:
    """Forget a thread that concerns nobody any more."""
    forget(connection, thread)
    settle_nothing(connection, thread)


def settle_nothing(connection: Connection, thread: Thread) -> None:
    """Take away what a thread waited for."""
    put_review(connection, thread, None)
    put_timers(connection, thread, ())
    put_alarms(connection, thread, (), 0)


def watch_boundaries(connection: Connection, policy: Policy, now: datetime) -> None:
    """Have everything decided again when an agreement next begins, ends, pauses or resumes."""
    at = next_boundary(policy, now)
    timer = [] if at is None else [timers.Timer("policy", microseconds(at))]
    put_timers(connection, EVERYTHING, timer)


def _facts(connection: Connection, after: FollowUp) -> timers.Thread:
    standing, judgement = after.standing, after.judgement
    held = standing.held[-1].notice_id if standing.held else None
    return timers.Thread(
        standing=standing,
        decision=judgement.decision,
        match=after.situation.match,
        records=after.situation.records,
        office=after.channel.office,
        consents_end=judgement.consents_end,
        seen=held is not None and seen(connection, held),
    )
