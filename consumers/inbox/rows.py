"""Rows of the inbox as values: what is delivered into it and what pages read from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import orjson
from sqlalchemy import RowMapping

from schemas.record import from_microseconds

ClosedAs = Literal["recalled", "superseded"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One CloudEvents envelope (contract section 5) for one inbox channel."""

    office: str
    channel: str
    envelope: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InboxNotice:
    """One notice as its office may see it; `body` is None once it was taken back or replaced."""

    sequence: int
    notice_id: str
    office: str
    channel: str
    subject: str
    action: str
    feed: int
    match_class: str | None
    band: str | None
    outcome: str | None
    body: Mapping[str, Any] | None
    received_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    closed_as: ClosedAs | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listing is narrowed to; None leaves a column alone."""

    state: Literal["open", "closed"] | None = None
    match_class: str | None = None
    acknowledged: bool | None = None
    subject: str | None = None


EVERYTHING: Final = Filters()


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first; `next_cursor` is None on the last page."""

    notices: tuple[InboxNotice, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids that changed since a token, oldest change first, and the token to ask with next."""

    token: int
    notice_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An officer's acknowledgement; `sequence` orders them for deliver, which pulls them."""

    sequence: int
    notice_id: str
    office: str
    officer: str
    acknowledged_at: datetime


VerdictWord = Literal["same", "different", "unsure"]


@dataclass(frozen=True, slots=True)
class PersonVerdict:
    """What an officer makes of a match; it trains the next weights and releases nothing."""

    sequence: int
    notice_id: str
    office: str
    officer: str
    verdict: VerdictWord
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event of this office that was refused; `origin` is topic/partition/offset."""

    origin: str
    office: str
    record: str
    reason: str
    refused_at: datetime


def notice_of(row: RowMapping) -> InboxNotice:
    """Read a row of `notice` joined with its acknowledgement."""
    return InboxNotice(
        sequence=row["sequence"],
        notice_id=row["notice_id"],
        office=row["office"],
        channel=row["channel"],
        subject=row["subject"],
        action=row["action"],
        feed=row["feed"],
        match_class=row["match_class"],
        band=row["band"],
        outcome=row["outcome"],
        body=None if row["body"] is None else orjson.loads(row["body"]),
        received_at=from_microseconds(row["received_us"]),
        closed_at=_moment(row["closed_us"]),
        closed_by=row["closed_by"],
        closed_as=row["closed_as"],
        acknowledged_at=None
        if row["acknowledged_us"] is None
        else from_microseconds(row["acknowledged_us"]),
        acknowledged_by=row["officer"],
    )


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else from_microseconds(microseconds)
