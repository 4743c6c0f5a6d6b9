"""A notice as a person reads it: what, why me, how sure, what I may do with it, whom to call. Pure.

Reads `data` of a notice (contract: sharing's `content.py`); what is missing there is missing here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from consumers.inbox.rows import InboxNotice
from consumers.portal import wording
from consumers.portal.places import Place, place_of
from consumers.portal.wording import Words

_HIDDEN: Final = "not shown"
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Party:
    """A side of the match. `own`: the office that reads; only others can be called."""

    agency: str
    office: str
    reference: str
    own: bool
    contact_name: str
    phone: str
    email: str

    @property
    def label(self) -> str:
        """Agency and office, as far as they are told."""
        return f"{self.agency} {self.office}".strip()

    @property
    def phone_link(self) -> str:
        """The number as a `tel:` address."""
        return "tel:" + "".join(c for c in self.phone if c.isdigit() or c == "+")


@dataclass(frozen=True, slots=True)
class Field:
    """One released value, with the level it is shown at and the clause that gives it."""

    label: str
    value: str
    level: Words
    obligations: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Subject:
    """An entity of the other side, and what of it is released."""

    heading: str
    reference: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A row of the inbox. `state`: new, acknowledged, recalled or replaced."""

    notice_id: str
    state: str
    match_class: str
    label: str
    band: Words | None
    strength: int
    action: str
    others: str
    shared: str
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
    others, _ = _parties(data, notice.office)
    band = notice.band or ""
    return Summary(
        notice_id=notice.notice_id,
        state=_state(notice),
        match_class=notice.match_class or "closed",
        label=wording.words(wording.CLASSES, notice.match_class or "").label,
        band=wording.words(wording.BANDS, band) if band else None,
        strength=wording.BAND_STRENGTH.get(band, 0),
        action=wording.ACTIONS.get(notice.action, wording.spaced(notice.action)),
        others=", ".join(party.label for party in others),
        shared=", ".join(map(wording.field_label, _texts(data, "shared"))),
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
    codes = _texts(data, "obligations")
    heeded = tuple(map(wording.obligation, codes))
    others, own = _parties(data, notice.office)
    subjects = tuple(_subjects(_items(data, "fields")))
    places = tuple(place_of(item) for item in _items(data, "place_time"))
    levels = [field.level for subject in subjects for field in subject.fields]
    levels += [place.level for place in places]
    return Content(
        meaning=wording.words(wording.CLASSES, notice.match_class or "").meaning,
        outcome=wording.words(wording.OUTCOMES, _text(data, "outcome")),
        banner=_text(data, "banner"),
        tear_line=_text(data, "tear_line"),
        shared=tuple(map(wording.field_label, _texts(data, "shared"))),
        # What is to be heeded has a place of its own on the page.
        why=(_concerned(own), *(each for each in _texts(data, "why") if each not in heeded)),
        grades=tuple((code, wording.grade(code)) for code in _texts(data, "grades")),
        obligations=heeded,
        keep_until=_keep_until(codes, notice.received_at),
        valid_until=_moment(_text(data, "valid_until")),
        others=others,
        own=own,
        subjects=subjects,
        places=places,
        levels=tuple(dict.fromkeys(levels)),
        must_acknowledge="ACK" in codes,
    )


def _concerned(own: tuple[Party, ...]) -> str:
    """Say what the match has to do with the office that reads."""
    if not own:
        return "Your office is no side of this match; it asked to be told of matches like it."
    return f"Your {' and '.join(party.reference for party in own)} is one side of this match."


def _keep_until(codes: Iterable[str], received_at: datetime) -> datetime | None:
    """Return when the shortest retention ends, counted from receipt."""
    days = [int(c[7:-1]) for c in codes if c.startswith("RETAIN(") and c[7:-1].isdecimal()]
    return received_at + timedelta(days=min(days)) if days else None


def _parties(data: Data, reader: str) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    parties = [_party(item, reader) for item in _items(data, "parties")]
    return tuple(p for p in parties if not p.own), tuple(p for p in parties if p.own)


def _party(item: Data, reader: str) -> Party:
    contact = item.get("contact") or {}
    agency, office = _text(item, "agency"), _text(item, "office")
    return Party(
        agency=agency,
        office=office,
        reference=_text(item, "reference"),
        own=f"{agency}/{office}" == reader,
        contact_name=_text(contact, "name"),
        phone=_text(contact, "phone"),
        email=_text(contact, "email"),
    )


def _subjects(items: Iterable[Data]) -> Iterator[Subject]:
    """Group released fields by entity, in the order in which they are told."""
    grouped: dict[str, list[Data]] = {}
    for item in items:
        grouped.setdefault(_text(item, "entity"), []).append(item)
    for reference, rows in grouped.items():
        kind, role = _text(rows[0], "kind"), _text(rows[0], "role")
        heading = wording.spaced(kind) + (f" ({wording.spaced(role).lower()})" if role else "")
        yield Subject(heading, reference, tuple(map(_field, rows)))


def _field(item: Data) -> Field:
    return Field(
        label=wording.field_label(_text(item, "field")),
        value=_text(item, "value") or _HIDDEN,
        level=wording.words(wording.LEVELS, _text(item, "level")),
        obligations=tuple(map(wording.obligation, _texts(item, "obligations"))),
        clause=_text(item, "clause"),
    )


def _data(notice: InboxNotice) -> Data:
    data = (notice.body or {}).get("data")
    return data if isinstance(data, Mapping) else {}


def _items(data: Data, key: str) -> list[Data]:
    return [item for item in data.get(key) or () if isinstance(item, Mapping)]


def _texts(data: Data, key: str) -> tuple[str, ...]:
    return tuple(str(item) for item in data.get(key) or ())


def _text(data: Data, key: str) -> str:
    value = data.get(key)
    return "" if value is None else str(value)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except ValueError:
        return None
