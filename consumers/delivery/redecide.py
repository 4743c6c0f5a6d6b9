"""Deciding a match again for everybody it concerns, as one step of a vault transaction."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from consumers.consent.reservations import reserve
from consumers.delivery.accounting import Disclosure, account_for
from consumers.delivery.decider import Decider, Judgement, Situation
from consumers.delivery.followup import FollowUp, drop, follow_up
from consumers.delivery.handover import close_row, hand_over
from consumers.sharing.standing import Standing
from consumers.store.matches import seen_us
from consumers.store.outbox import Row, load_rows, put_row
from consumers.store.redecisions import settle
from consumers.store.standings import (
    NOTHING_TOLD,
    Thread,
    decision_inputs,
    load_standings,
    park,
    save_decision,
    save_told,
)
from schemas.notice import Action
from schemas.party import Channel
from schemas.record import microseconds


def redecide(connection: Connection, decider: Decider, match_id: str, now: datetime) -> list[str]:
    """Bring every standing of a match to what it should be now; return the outcomes decided.

    A thread whose attempt is running is left until its deadline or receipt, and the request to
    decide stays for then. A match the vault has not seen yet is decided when it comes.
    """
    situation = decider.situation(connection, match_id)
    if situation is None:
        settle(connection, match_id, None)
        return []
    if situation.match.status == "moved" and situation.match.successor is not None:
        settle(connection, match_id, hand_over(connection, situation.match, now))
        return []
    standings, rows = load_standings(connection, match_id), load_rows(connection, match_id)
    outcomes, deadlines = [], []
    for channel_id in sorted(situation.recipients | standings.keys()):
        row = rows.get(channel_id)
        if row is not None and row.deadline_us > microseconds(now):
            # INVARIANT: nothing supersedes an attempt that may still begin its bytes.
            deadlines.append(row.deadline_us)
            continue
        turn = _Turn(connection, decider, situation, Thread(match_id, channel_id), now)
        outcome = turn.take(standings.get(channel_id, NOTHING_TOLD), row)
        outcomes += [outcome] if outcome else []
    settle(connection, match_id, min(deadlines, default=None))
    return outcomes


@dataclass(frozen=True, slots=True)
class _Turn:
    """One thread's turn to be decided."""

    connection: Connection
    decider: Decider
    situation: Situation
    thread: Thread
    now: datetime

    def take(self, standing: Standing, row: Row | None) -> str | None:
        """Decide and leave the thread with the one open row it needs, or none."""
        if self.thread.channel not in self.situation.recipients and not (
            standing.held or standing.last
        ):
            # INVARIANT: what stands at rest follows from the final match, not from its history.
            if row is not None:
                close_row(self.connection, row, standing, self.now)
            drop(self.connection, self.thread)
            return None
        channel = self.decider.register.channels.get(self.thread.channel)
        if channel is None:
            return None
        now_us = microseconds(self.now)
        if not standing.cleared_us:
            # Since the match is known, not this recipient: whoever joins later needs review too.
            standing = replace(standing, cleared_us=seen_us(self.connection, self.thread.match))
            save_told(self.connection, self.thread, standing)
        judgement = self.decider.judge(self.situation, channel, standing, self.now)
        if judgement.parked:
            park(self.connection, self.thread, now_us)
            return str(judgement.decision.outcome)
        inputs = decision_inputs(self.situation.match, judgement.decision)
        save_decision(self.connection, self.thread, judgement.decision, inputs, now_us)
        if row is None or row.notice_id != judgement.notice_id:
            self._replace(channel, standing, row, judgement)
        reserve(self.connection, judgement.claims, judgement.for_notice)
        follow_up(
            self.connection,
            self.thread,
            FollowUp(self.situation, channel, standing, judgement),
            self.now,
        )
        return str(judgement.decision.outcome)

    def _replace(
        self, channel: Channel, standing: Standing, row: Row | None, judgement: Judgement
    ) -> None:
        if row is not None:
            close_row(self.connection, row, standing, self.now)
        if judgement.notice_id is None:
            return
        account_for(
            self.connection,
            self.decider.register,
            Disclosure(self.situation, channel, standing, judgement, self.now),
        )
        put_row(
            self.connection,
            Row(
                *self.thread,
                notice_id=judgement.notice_id,
                action=cast("Action", judgement.transition.action),
                due_us=microseconds(self.now),
            ),
        )
