"""Who is on either side of a match, and what of the other side is released. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from consumers.portal import wording
from consumers.portal.wording import Words

Data = Mapping[str, Any]
_HIDDEN: Final = "not shown"


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


def parties_of(data: Data, reader: str) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """Return the other sides and the reader's own."""
    parties = [_party(item, reader) for item in items_of(data, "parties")]
    return tuple(p for p in parties if not p.own), tuple(p for p in parties if p.own)


def _party(item: Data, reader: str) -> Party:
    contact = item.get("contact") or {}
    agency, office = text_of(item, "agency"), text_of(item, "office")
    return Party(
        agency=agency,
        office=office,
        reference=text_of(item, "reference"),
        own=f"{agency}/{office}" == reader,
        contact_name=text_of(contact, "name"),
        phone=text_of(contact, "phone"),
        email=text_of(contact, "email"),
    )


def subjects_of(items: Iterable[Data]) -> Iterator[Subject]:
    """Group released fields by entity, in the order in which they are told."""
    grouped: dict[str, list[Data]] = {}
    for item in items:
        grouped.setdefault(text_of(item, "entity"), []).append(item)
    for reference, rows in grouped.items():
        kind, role = text_of(rows[0], "kind"), text_of(rows[0], "role")
        heading = wording.spaced(kind) + (f" ({wording.spaced(role).lower()})" if role else "")
        yield Subject(heading, reference, tuple(map(_field, rows)))


def _field(item: Data) -> Field:
    return Field(
        label=wording.field_label(text_of(item, "field")),
        value=text_of(item, "value") or _HIDDEN,
        level=wording.words(wording.LEVELS, text_of(item, "level")),
        obligations=tuple(map(wording.obligation, texts_of(item, "obligations"))),
        clause=text_of(item, "clause"),
    )


def items_of(data: Data, key: str) -> list[Data]:
    """Return the objects of a list."""
    return [item for item in data.get(key) or () if isinstance(item, Mapping)]


def texts_of(data: Data, key: str) -> tuple[str, ...]:
    """Return the items of a list as text."""
    return tuple(str(item) for item in data.get(key) or ())


def text_of(data: Data, key: str) -> str:
    """Return a value as text, empty where there is none."""
    value = data.get(key)
    return "" if value is None else str(value)
