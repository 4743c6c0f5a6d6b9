"""A row of a table, through a mapping, as an entity and its places.

A cell that cannot be read is left out and counted, never fatal: a file of a million rows has some.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from deploy.analysis.dates import ISO, DateOrder, date_of, month_number, read_date
from deploy.analysis.kinds import kind_of
from deploy.analysis.mapping import Column, ColumnMapping
from deploy.analysis.numbers import OTHER, NumberColumn
from deploy.analysis.places import place_time
from deploy.analysis.values import (
    PLACEHOLDERS,
    country_code,
    number,
    sex_of,
    split_values,
)
from schemas.event import Address, Entity, Name, PlaceTime
from schemas.identifiers import IDENTIFIERS

_ADDRESS: Final = (
    *("address", "house_number", "street", "unit", "city", "region", "postcode", "country"),
)
_AFFILIATIONS: Final[tuple[Literal["household", "employer", "occupation", "school"], ...]] = (
    *("household", "employer", "occupation", "school"),
)

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
        self.unread: Counter[str] = Counter()
        """How many values could not be read, by column."""
        self._mapping = mapping
        self._orders = orders
        places = {name: index for index, name in enumerate(mapping.needed)}
        self._at: dict[str, list[At]] = {}
        self._groups: dict[str, dict[str, list[At]]] = {}
        self._numbers: list[NumberColumn] = []
        for column in mapping.columns:
            at = places[column.name], column
            self._at.setdefault(column.attribute, []).append(at)
            if column.attribute in _ADDRESS:
                group = self._groups.setdefault(column.options.get("of", ""), {})
                group.setdefault(column.attribute, []).append(at)
            if column.attribute == "identifier" or column.attribute in IDENTIFIERS:
                named = column.options.get("issuer_column")
                issuer = None if named is None else places[named]
                self._numbers.append(NumberColumn(column, places[column.name], issuer))
        self._belonging = [
            (kind, index) for kind in _AFFILIATIONS for index, _ in self._at.get(kind, ())
        ]
        self._raw: Sequence[str] = ()
        self._cells: Sequence[str] = ()

    @property
    def unchecked(self) -> dict[str, int]:
        """How many identifiers fail their scheme's check, by column: they never match exactly."""
        return {each.name: each.failed for each in self._numbers if each.failed}

    def read(self, cells: Sequence[str]) -> Row:
        """Return what the cells of one row say."""
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
            "identifiers": [
                found
                for column in self._numbers
                for found in column.read(self._cells, home or self._mapping.country)
            ],
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
        self.unread[self._at[attribute][0][1].name] += 1

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
        year = number(self._text("birth_year"))
        if year is None:
            return None
        month = month_number(self._text("birth_month") or "0")
        day = number(self._text("birth_day")) or 0
        fits = (month or 0) <= 99 and 0 <= day <= 99
        date = date_of(int(year), month or 0, int(day)) if fits else date_of(int(year))
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
                    self.unread[column.name] += 1
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
                    self.unread[group["country"][0][1].name] += 1
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
        latitude, longitude = self._text("latitude"), self._text("longitude")
        starts = self._text("starts_at")
        if not (latitude and longitude and starts):
            return ()
        place = place_time(
            (number(latitude), number(longitude)),
            (number(self._text("radius_metres") or "0"),
             number(self._text("uncertainty_metres") or "0")),
            (starts, self._text("ends_at")),
        )  # fmt: skip
        if place is None:
            self._miss("latitude")
            return ()
        return (place,)


def _name(
    full: str, given: str = "", middle: str = "", family: str = "", *, alias: bool = False
) -> Name:
    return {"full": full, "given": given, "middle": middle, "family": family, "alias": alias}


def _marked(cells: Sequence[str], at: Sequence[At] | None) -> bool:
    """Whether the cell says in words that there is nothing to know."""
    return bool(at) and cells[at[0][0]].strip() != ""  # type: ignore[index]
