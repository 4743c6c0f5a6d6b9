"""A notice as a person reads it: what, why me, how sure, what I may do with it, whom to call. Pure.

Reads `data` of a notice (contract: sharing's `content.py`); what is missing there is missing here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from consumers.inbox.rows import InboxNotice
from consumers.portal import wording
from consumers.portal.places import Place, day_and_area, place_of
from consumers.portal.subjects import (
    Data,
    Party,
    Subject,
    first_name,
    items_of,
    parties_of,
    subjects_of,
    text_of,
    texts_of,
)
from consumers.portal.wording import Words

_REFERENCE: Final = 8


@dataclass(frozen=True, slots=True)
class Summary:
    """A row of the inbox. `state`: new, acknowledged, recalled or replaced.

    `reference` is the start of the match's id, `detail` what tells it from others of its kind;
    `subscribed`: the office is told of sides of which none is its own.
    """

    notice_id: str
    reference: str
    state: str
    match_class: str
    label: str
    band: Words | None
    strength: int
    action: str
    others: str
    subscribed: bool
    shared: str
    detail: str
    received_at: datetime
    closed_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str


@dataclass(frozen=True, slots=True)
class Content:
    """What an open notice says."""

    meaning: str
    outcome: Words
    banner: str
    tear_line: str
    shared: tuple[str, ...]
    why: tuple[str, ...]
    grades: tuple[tuple[str, str], ...]
    obligations: tuple[str, ...]
    keep_until: datetime | None
    valid_until: datetime | None
    others: tuple[Party, ...]
    own: tuple[Party, ...]
    subjects: tuple[Subject, ...]
    places: tuple[Place, ...]
    levels: tuple[Words, ...]
    must_acknowledge: bool
    lead: str
    lead_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A notice page; `content` is None once the notice was taken back or replaced."""

    summary: Summary
    content: Content | None
    closed: Words | None
    closed_by: str
    feed: int
    subject: str


def summary(notice: InboxNotice, officers: Mapping[str, str]) -> Summary:
    """Return a notice as one row; `officers` names those who acknowledge."""
    data = _data(notice)
    others, own = parties_of(data, notice.office)
    band = notice.band or ""
    return Summary(
        notice_id=notice.notice_id,
        reference=notice.subject[:_REFERENCE],
        state=_state(notice),
        match_class=notice.match_class or "closed",
        label=wording.words(wording.CLASSES, notice.match_class or "").label,
        band=wording.words(wording.BANDS, band) if band else None,
        strength=wording.BAND_STRENGTH.get(band, 0),
        action=wording.ACTIONS.get(notice.action, wording.spaced(notice.action)),
        others=", ".join(party.label for party in others),
        subscribed=bool(others) and not own,
        shared=", ".join(map(wording.field_label, texts_of(data, "shared"))),
        detail=day_and_area(items_of(data, "place_time")) or first_name(items_of(data, "fields")),
        received_at=notice.received_at,
        closed_at=notice.closed_at,
        acknowledged_at=notice.acknowledged_at,
        acknowledged_by=officers.get(notice.acknowledged_by or "", notice.acknowledged_by or ""),
    )


def view(notice: InboxNotice, officers: Mapping[str, str]) -> View:
    """Return a notice as its page."""
    closed = None if notice.closed_as is None else wording.words(wording.CLOSED, notice.closed_as)
    shown = notice.body is not None and closed is None
    return View(
        summary=summary(notice, officers),
        content=_content(notice) if shown else None,
        closed=closed,
        closed_by=notice.closed_by or "",
        feed=notice.feed,
        subject=notice.subject,
    )


def _state(notice: InboxNotice) -> str:
    if notice.closed_as is not None:
        return wording.words(wording.CLOSED, notice.closed_as).label.lower()
    return "new" if notice.acknowledged_at is None else "acknowledged"


def _content(notice: InboxNotice) -> Content:
    data = _data(notice)
    codes = texts_of(data, "obligations")
    heeded = tuple(map(wording.obligation, codes))
    others, own = parties_of(data, notice.office)
    subjects = tuple(subjects_of(items_of(data, "fields"), others))
    places = tuple(place_of(item, others) for item in items_of(data, "place_time"))
    levels = [field.level for subject in subjects for field in subject.fields]
    levels += [place.level for place in places]
    return Content(
        meaning=wording.words(wording.CLASSES, notice.match_class or "").meaning,
        outcome=wording.words(wording.OUTCOMES, text_of(data, "outcome")),
        banner=text_of(data, "banner"),
        tear_line=text_of(data, "tear_line"),
        shared=tuple(map(wording.field_label, texts_of(data, "shared"))),
        # What is to be heeded has a place of its own on the page.
        why=(_concerned(own), *(each for each in texts_of(data, "why") if each not in heeded)),
        grades=tuple((code, wording.grade(code)) for code in texts_of(data, "grades")),
        obligations=heeded,
        keep_until=_keep_until(codes, notice.received_at),
        valid_until=_moment(text_of(data, "valid_until")),
        others=others,
        own=own,
        subjects=subjects,
        places=places,
        levels=tuple(dict.fromkeys(levels)),
        must_acknowledge="ACK" in codes,
        lead=text_of(data, "lead"),
        lead_reasons=tuple(texts_of(data, "lead_reasons")),
    )


def _concerned(own: tuple[Party, ...]) -> str:
    """Say what the match has to do with the office that reads."""
    if not own:
        return "Your office is no side of this match; it asked to be told of matches like it."
    return f"Your {' and '.join(party.own_name for party in own)} is one side of this match."


def _keep_until(codes: Iterable[str], received_at: datetime) -> datetime | None:
    """Return when the shortest retention ends, counted from receipt."""
    days = [int(c[7:-1]) for c in codes if c.startswith("RETAIN(") and c[7:-1].isdecimal()]
    return received_at + timedelta(days=min(days)) if days else None


def _data(notice: InboxNotice) -> Data:
    data = (notice.body or {}).get("data")
    return data if isinstance(data, Mapping) else {}


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except ValueError:
        return None
