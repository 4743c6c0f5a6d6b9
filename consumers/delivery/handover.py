"""MOVED: what a recipient holds of a match passes to the match that takes over."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from consumers.consent.reservations import give_back
from consumers.delivery.followup import settle_nothing
from consumers.ledger.entry import withdraw
from consumers.sharing.standing import Standing, joined
from consumers.store.outbox import Row, load_row, load_rows, remove_row
from consumers.store.redecisions import ask
from consumers.store.standings import (
    Thread,
    load_standing,
    load_standings,
    park,
    save_told,
)
from schemas.match import Match
from schemas.record import microseconds


def hand_over(connection: Connection, match: Match, now: datetime) -> int | None:
    """Pass what every recipient holds of `match` to its successor, which is then decided again.

    A release by the successor supersedes the ids handed over, a denial recalls them: a recipient
    never gets a recall followed by the same notice again. Returns when to come back, because an
    attempt of either thread is running until then; None when all is handed over.
    """
    now_us, waits = microseconds(now), []
    successor = match.successor or ""
    rows = load_rows(connection, match.id)
    for channel, standing in load_standings(connection, match.id).items():
        mine, other = Thread(match.id, channel), Thread(successor, channel)
        running = [
            row.deadline_us
            for row in (rows.get(channel), load_row(connection, other))
            if row is not None and row.deadline_us > now_us
        ]
        if running:
            waits += running
            continue
        if (row := rows.get(channel)) is not None:
            close_row(connection, row, standing, now)
        taking_over = load_standing(connection, other)
        if standing.held:
            save_told(connection, other, joined(taking_over, standing))
            park(connection, other, now_us)
        elif standing.cleared_us and not taking_over.held:
            # What asked for review under the old name asks for it under the new one.
            since = min(standing.cleared_us, taking_over.cleared_us or standing.cleared_us)
            save_told(connection, other, replace(taking_over, cleared_us=since))
        given = replace(standing, held=(), acknowledged=False, cleared_us=0)
        if given != standing:
            save_told(connection, mine, given)
        settle_nothing(connection, mine)
    ask(connection, successor, now_us)
    return min(waits, default=None)


def close_row(connection: Connection, row: Row, standing: Standing, now: datetime) -> None:
    """Close a row; a notice that never began leaves the ledger's queue and gives consents back."""
    remove_row(connection, row.thread)
    if row.notice_id not in {held.notice_id for held in standing.held}:
        withdraw(connection, row.notice_id)
        give_back(connection, row.notice_id, microseconds(now))
