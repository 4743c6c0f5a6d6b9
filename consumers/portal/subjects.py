"""Who is on either side of a match, and what of the other side is released. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    def own_name(self) -> str:
        """The reader's own side as its officers call it: `case 26-0117`, `record B-000111`.

        A side is `agency:case/number` or `agency:record/system/id`.
        """
        kind, _, name = self.reference.partition(":")[2].partition("/")
        return f"{kind} {name.partition('/')[2] if kind == 'record' else name}"

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
    """An entity of the side `source`, and what of it is released."""

    heading: str
    reference: str
    source: Party | None
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


def source_of(item: Data, others: Sequence[Party]) -> Party | None:
    """Return the side whose record a released item is of; where one side is told, that one."""
    if len(others) == 1:
        return others[0]
    reference = text_of(item, "party")
    return next((each for each in others if reference and each.reference == reference), None)


def subjects_of(items: Iterable[Data], others: Sequence[Party]) -> Iterator[Subject]:
    """Group released fields by entity, in the order in which they are told."""
    grouped: dict[str, list[Data]] = {}
    for item in items:
        grouped.setdefault(text_of(item, "entity"), []).append(item)
    for reference, rows in grouped.items():
        kind, role = text_of(rows[0], "kind"), text_of(rows[0], "role")
        heading = wording.spaced(kind) + (f" ({wording.spaced(role).lower()})" if role else "")
        yield Subject(heading, reference, source_of(rows[0], others), tuple(map(_field, rows)))


def _field(item: Data) -> Field:
    return Field(
        label=wording.field_label(text_of(item, "field")),
        value=text_of(item, "value") or _HIDDEN,
        level=wording.words(wording.LEVELS, text_of(item, "level")),
        obligations=tuple(map(wording.obligation, texts_of(item, "obligations"))),
        clause=text_of(item, "clause"),
    )


def first_name(items: Iterable[Data]) -> str:
    """Return the first released name that can be read: a token or a pointer is none."""
    names = (
        text_of(item, "value")
        for item in items
        if item.get("field") == "name" and item.get("level") in {"full", "summary", "masked"}
    )
    return next(filter(None, names), "")


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
