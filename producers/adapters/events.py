"""One row of a table and a mapping make one event."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from producers.adapters.mapping import Cell, EntityCells, Mapping
from producers.adapters.tables import Row, read_rows
from producers.sdk import (
    MarkingFields,
    address,
    entity,
    event,
    identifier,
    name,
    predicate,
)
from schemas.errors import Reason
from schemas.event import Entity, Event, Identifier, Name
from schemas.marking import Problem

_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_SEXES: Final = {"f": "F", "female": "F", "m": "M", "male": "M", "x": "X"}


@dataclass(frozen=True, slots=True)
class Line:
    """What became of the row on `line`: an event, or problems by path. Not yet validated."""

    line: int
    event: Event | None
    problems: tuple[Problem, ...] = ()


def read_events(path: Path, mapping: Mapping, now: datetime) -> Iterator[Line]:
    """Yield one `Line` for each row; `now` is when they are published.

    Raises ConfigError as `read_rows` does.
    """
    for row in read_rows(path, mapping.columns):
        if row.fault is not None:
            yield Line(row.line, None, (Problem(Reason.MALFORMED, "row", row.fault),))
            continue
        try:
            yield Line(row.line, _event(row, mapping, now))
        except _CellError as error:
            yield Line(row.line, None, (Problem(Reason.MALFORMED, error.path, error.message),))


class _CellError(Exception):
    """A cell cannot be read as its field."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(path, message)
        self.path = path
        self.message = message


def _event(row: Row, mapping: Mapping, now: datetime) -> Event:
    kind = mapping.event_type
    if mapping.record_id.column is not None:
        record_id = row.cells.get(mapping.record_id.column, "")
    else:
        record_id = f"{mapping.record_id.row_prefix}{row.number:06d}"
    case = _text(row, mapping.case)
    return event(
        kind.schema_name,
        record_id,
        office=_text(row, mapping.office),
        version=_version(_text(row, mapping.version)),
        occurred_at=_moment(_text(row, mapping.occurred_at)),
        published_at=now,
        cases=[case] if case else [],
        marking=_marking(mapping),
        entities=[_entity(row, mapping.entity)],
    )


def _marking(mapping: Mapping) -> MarkingFields:
    constants = mapping.marking
    basis = constants.predicate
    return {
        "caveats": list(constants.caveats),
        "handling": constants.handling,
        "source_grade": constants.source_grade,
        "information_grade": constants.information_grade,
        "crime_types": list(constants.crime_types),
        "onward": constants.onward,
        "predicate": None
        if basis is None
        else predicate(basis.basis, basis.established_on, basis.validated_on),
    }


def _entity(row: Row, cells: EntityCells) -> Entity:
    nationality = _text(row, cells.nationality).upper()
    country = _text(row, cells.country).upper()
    line, city = _text(row, cells.address), _text(row, cells.city)
    postcode = _text(row, cells.postcode)
    home = [address(country, line=line, city=city, postcode=postcode)]
    return entity(
        cells.kind,
        "e1",
        role=cells.role,
        names=_names(row, cells),
        birth_date=_birth_date(_text(row, cells.birth_date)),
        birth_place=_text(row, cells.birth_place) or None,
        sex=_sex(_text(row, cells.sex)),
        nationalities=[nationality] if nationality else [],
        identifiers=_identifiers(row, cells),
        addresses=home if line or city or postcode or country else [],
    )


def _names(row: Row, cells: EntityCells) -> list[Name]:
    """The row's one name, its parts together where it is not written out; none without either."""
    given, middle = _text(row, cells.given_name), _text(row, cells.middle_name)
    family = _text(row, cells.family_name)
    full = _text(row, cells.full_name) or " ".join(filter(None, (given, middle, family)))
    return [name(full, given=given, middle=middle, family=family)] if full else []


def _identifiers(row: Row, cells: EntityCells) -> list[Identifier]:
    return [
        identifier(each.scheme, value, _text(row, each.issuer).upper() or None)
        for each in cells.identifiers
        if (value := _text(row, each.value))
    ]


def _text(row: Row, cell: Cell | None) -> str:
    """A cell's text without outer blanks; empty where the mapping names none."""
    if cell is None:
        return ""
    if cell.constant is not None:
        return cell.constant
    return row.cells.get(cell.column or "", "").strip()


def _birth_date(text: str) -> str | None:
    """`1958-3-1` as `1958-03-01`; of `1958-13-01` or `1958-01-32` what a calendar can hold.

    Text that is no date at all is left to validation, which names its path.
    """
    found = _DATE.fullmatch(text)
    if found is None:
        return text or None
    year, month, day = (int(part or 0) for part in found.groups())
    if not 1 <= month <= 12:
        return f"{year:04d}"
    if not 1 <= day <= 31:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}"


def _sex(text: str) -> str | None:
    """`Male` as `M`; other text than a sex is left to validation, which names its path."""
    return _SEXES.get(text.lower(), text) or None


def _version(text: str) -> int:
    if not text.isdecimal():
        raise _CellError("header.version", "not a whole number")
    return int(text)


def _moment(text: str) -> datetime:
    """A date is its first moment in UTC; a time without a zone is refused."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _CellError("header.occurred_at", "not an ISO 8601 date or time") from None
    if moment.tzinfo is None and moment.time() == datetime.min.time():
        return moment.replace(tzinfo=UTC)
    if moment.tzinfo is None:
        raise _CellError("header.occurred_at", "needs a time zone")
    return moment
