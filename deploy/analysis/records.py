"""A row of a table, through a mapping, as an entity and its places.

A cell that cannot be read is left out and counted, never fatal: a file of a million rows has some.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from deploy.analysis.dates import ISO, DateOrder, date_of, month_number, read_date
from deploy.analysis.kinds import kind_of
from deploy.analysis.mapping import Column, ColumnMapping
from deploy.analysis.missed import Misses
from deploy.analysis.numbers import OTHER, NumberColumns
from deploy.analysis.places import PARTS, place_time
from deploy.analysis.values import (
    PLACEHOLDERS,
    country_code,
    number,
    sex_of,
    split_values,
)
from schemas.event import Address, Entity, Name, PlaceTime

_ADDRESS: Final = (
    *("address", "house_number", "street", "unit", "city", "region", "postcode", "country"),
)
_AFFILIATIONS: Final[tuple[Literal["household", "employer", "occupation", "school"], ...]] = (
    *("household", "employer", "occupation", "school"),
)

_MOST_OF_TWO_DIGITS: Final = 99
"""A month of 13 or a day of 45 is a slip that comparing sees; three digits are none."""

At = tuple[int, Column]


class Row(NamedTuple):
    """One row read; `record_id` and `source` are empty where the row has none."""

    record_id: str
    source: str
    entity: Entity
    places: tuple[PlaceTime, ...]


class RowReader:
    """Reads the rows of one table; cells come in the order of `mapping.needed`."""

    def __init__(self, mapping: ColumnMapping, orders: Mapping[str, DateOrder]) -> None:
        """`orders` are those of the columns of birth dates without a format."""
        self.unread = Misses()
        """Values that could not be read."""
        self._line = 0
        self._mapping = mapping
        self._orders = orders
        places = {name: index for index, name in enumerate(mapping.needed)}
        self._at: dict[str, list[At]] = {}
        self._groups: dict[str, dict[str, list[At]]] = {}
        self.numbers = NumberColumns(mapping, places)
        for column in mapping.columns:
            at = places[column.name], column
            self._at.setdefault(column.attribute, []).append(at)
            if column.attribute in _ADDRESS:
                group = self._groups.setdefault(column.options.get("of", ""), {})
                group.setdefault(column.attribute, []).append(at)
        self._belonging = [
            (kind, index) for kind in _AFFILIATIONS for index, _ in self._at.get(kind, ())
        ]
        self._raw: Sequence[str] = ()
        self._cells: Sequence[str] = ()

    def read(self, cells: Sequence[str], line: int = 0) -> Row:
        """Return what the cells of one row say; its line is noted beside what cannot be read."""
        self._line = line
        self._raw = cells
        self._cells = ["" if (text := each.strip()) in PLACEHOLDERS else text for each in cells]
        addresses = self._addresses()
        home = next((each["country"] for each in addresses if each["country"]), None)
        entity: Entity = {
            "id": "e",
            "kind": self._kind(),
            "role": "subject",
            "names": self._names(),
            "birth_date": self._birth_date(),
            "sex": self._sex(),
            "nationalities": self._nationalities(),
            "identifiers": self.numbers.read(self._cells, home or self._mapping.country, line),
            "addresses": addresses,
            "birth_place": self._text("birth_place") or None,
            "us_person": None,
            "associations": [],
            "attachments": [],
            "affiliations": [
                {"kind": kind, "name": name}
                for kind, index in self._belonging
                if (name := self._cells[index])
            ],
        }
        return Row(self._text("record_id"), self._text("source"), entity, self._places())

    def _text(self, attribute: str) -> str:
        """The attribute's text, of several columns the one after the other; empty for none."""
        at = self._at.get(attribute)
        return self._joined(at) if at else ""

    def _joined(self, at: Sequence[At]) -> str:
        if len(at) == 1:
            return self._cells[at[0][0]]
        return " ".join(filter(None, [self._cells[index] for index, _ in at]))

    def _miss(self, attribute: str) -> None:
        self._miss_in(self._at[attribute][0][1].name)

    def _miss_in(self, column: str) -> None:
        self.unread.add(column, self._line)

    def _kind(self) -> str:
        word = self._text("kind")
        kind = kind_of(word) if word else self._mapping.kind
        if kind is None:
            self._miss("kind")
            return self._mapping.kind or OTHER
        return kind

    def _names(self) -> list[Name]:
        given, middle = self._text("given_name"), self._text("middle_name")
        family, suffix = self._text("family_name"), self._text("name_suffix")
        full = self._text("full_name") or " ".join(filter(None, (given, middle, family, suffix)))
        names = [_name(full, given, middle, family)] if full else []
        if maiden := self._text("maiden_name"):
            former = " ".join(filter(None, (given, middle, maiden)))
            names.append(_name(former, given, middle, maiden, alias=True))
        for index, column in self._at.get("alias", ()):
            others = split_values(self._cells[index], column.options.get("separator"))
            names.extend(_name(other, alias=True) for other in others)
        return names

    def _birth_date(self) -> str | None:
        if text := self._text("birth_date"):
            column = self._at["birth_date"][0][1]
            order = self._orders.get(column.name, ISO)
            if date := read_date(text, order, column.date_format):
                return date
            self._miss("birth_date")
        elif _marked(self._raw, self._at.get("birth_date")):
            self._miss("birth_date")
        written = {part: self._text(part) for part in ("birth_year", "birth_month", "birth_day")}
        if not written["birth_year"]:
            return None
        year, day = number(written["birth_year"]), number(written["birth_day"] or "0")
        month = month_number(written["birth_month"] or "0")
        if month is None or month > _MOST_OF_TWO_DIGITS:
            self._miss("birth_month")
            month = 0
        if day is None or not 0 <= day <= _MOST_OF_TWO_DIGITS:
            self._miss("birth_day")
            day = 0
        date = None if year is None else date_of(int(year), month, int(day))
        if date is None:
            self._miss("birth_year")
        return date

    def _sex(self) -> str | None:
        text = self._text("sex")
        if not text:
            return None
        sex = sex_of(text)
        if sex is None:
            self._miss("sex")
        return sex

    def _nationalities(self) -> list[str]:
        codes: dict[str, None] = {}
        for index, column in self._at.get("nationality", ()):
            text = self._cells[index]
            if not text:
                continue
            whole = country_code(text)
            parts = [text] if whole else split_values(text, column.options.get("separator"))
            for part in parts:
                code = country_code(part)
                if code is None:
                    self._miss_in(column.name)
                else:
                    codes[code] = None
        return list(codes)

    def _addresses(self) -> list[Address]:
        found = []
        for group in self._groups.values():
            part = {name: self._joined(at) for name, at in group.items()}
            if not any(part.values()):
                continue
            country = self._mapping.country or ""
            if written := part.get("country"):
                code = country_code(written)
                if code is None:
                    self._miss_in(group["country"][0][1].name)
                country = code or country
            lines = (part.get(name) for name in ("house_number", "street", "unit", "address"))
            address: Address = {
                "line": " ".join(filter(None, lines)),
                "city": part.get("city", ""),
                "region": part.get("region", ""),
                "postcode": part.get("postcode", ""),
                "country": country,
            }
            found.append(address)
        return found

    def _places(self) -> tuple[PlaceTime, ...]:
        if not (self._text("latitude") or self._text("longitude")):
            return ()
        place = place_time({name: self._text(name) for name in PARTS})
        if isinstance(place, str):
            if "starts_at" in self._at:
                self._miss(place if place in self._at else "starts_at")
            return ()
        return (place,)


def _name(
    full: str, given: str = "", middle: str = "", family: str = "", *, alias: bool = False
) -> Name:
    return {"full": full, "given": given, "middle": middle, "family": family, "alias": alias}


def _marked(cells: Sequence[str], at: Sequence[At] | None) -> bool:
    """Whether the cell says in words that there is nothing to know."""
    return bool(at) and cells[at[0][0]].strip() != ""  # type: ignore[index]
