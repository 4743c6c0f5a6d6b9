"""The mapping file: which column or constant fills which field of an event.

Strict YAML; unknown keys, unknown event types and values of the wrong shape are refused with the
line on which they stand.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from producers import sdk
from schemas.catalogue import EventType
from schemas.document import parse_yaml
from schemas.errors import ConfigError
from schemas.identifiers import IDENTIFIERS


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Cell(_Strict):
    """Where a value comes from: exactly one of a column's name and a constant."""

    column: str | None = None
    constant: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.column is None) == (self.constant is None):
            raise ValueError("give either column or constant")
        return self


def _constant(value: object) -> object:
    return {"constant": value} if isinstance(value, str) else value


class RecordId(_Strict):
    """A record's id: a column's value, or a prefix followed by the row's number from 1."""

    column: str | None = None
    row_prefix: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.column is None) == (self.row_prefix is None):
            raise ValueError("give either column or row_prefix")
        return self


def _known_type(name: object) -> EventType:
    try:
        return sdk.event_type(str(name))
    except sdk.ValidationError as error:
        raise ValueError(error.message) from None


def _known_scheme(name: str) -> str:
    if name not in IDENTIFIERS:
        raise ValueError("not a known identifier scheme")
    return name


class PredicateConstants(_Strict):
    """The reasonable suspicion that all rows rest on."""

    basis: str
    established_on: date
    validated_on: date


class MarkingConstants(_Strict):
    """The marking of all rows; what is left out takes the SDK's safest value."""

    caveats: list[str] = []
    handling: str = "H0"
    source_grade: str = "X"
    information_grade: Annotated[str, BeforeValidator(str)] = "4"
    crime_types: list[str] = []
    onward: Literal["originator_consent", "free", "prohibited"] = "originator_consent"
    predicate: PredicateConstants | None = None


class IdentifierCells(_Strict):
    """One identifier; a row whose value is empty has none."""

    scheme: Annotated[str, BeforeValidator(_known_scheme)]
    value: Cell
    issuer: Cell | None = None


class EntityCells(_Strict):
    """The one entity that a row describes; empty cells leave their field out."""

    kind: str
    role: str
    full_name: Cell
    given_name: Cell | None = None
    middle_name: Cell | None = None
    family_name: Cell | None = None
    birth_date: Cell | None = None
    birth_place: Cell | None = None
    sex: Cell | None = None
    nationality: Cell | None = None
    address: Cell | None = None
    city: Cell | None = None
    postcode: Cell | None = None
    country: Cell | None = None
    identifiers: list[IdentifierCells] = []


class Mapping(_Strict):
    """A whole mapping.

    `office` is a column or one office for all rows, written as plain text.
    `occurred_at` is required: it is content, so that the same row published twice is a repeat
    and not another text of the same version.
    """

    event_type: Annotated[EventType, BeforeValidator(_known_type)]
    office: Annotated[Cell, BeforeValidator(_constant)]
    record_id: RecordId
    version: Cell = Cell(constant="1")
    occurred_at: Cell
    case: Cell | None = None
    marking: MarkingConstants = Field(default_factory=MarkingConstants)
    entity: EntityCells

    @property
    def columns(self) -> frozenset[str]:
        """Every column the mapping names."""
        return frozenset(_columns(self))


def load_mapping(path: Path) -> Mapping:
    """Read a mapping; raises ConfigError with file, line and field of the first fault."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ConfigError("mapping", f"{path.name}: {type(error).__name__}") from None
    document = parse_yaml(text, path.name)
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        # A misspelt key is also a missing one; its own line is the one to look at.
        first = min(faults, key=lambda fault: fault["type"] != "extra_forbidden")
        where = ".".join(map(str, first["loc"])) or "mapping"
        line = _line_of(text, first["loc"])
        raise ConfigError("mapping", f"{path.name}, line {line}: {where}: {first['msg']}") from None


def _line_of(text: bytes, location: tuple[int | str, ...]) -> int:
    """The line of the deepest part of `location` that the document holds, from 1."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1 if node is None else node.start_mark.line + 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            entries = {key.value: (key, value) for key, value in node.value}
        elif isinstance(node, yaml.SequenceNode):
            entries = {index: (value, value) for index, value in enumerate(node.value)}
        else:
            break
        if part not in entries:
            break
        key, node = entries[part]
        line = key.start_mark.line + 1
    return line


def _columns(model: BaseModel) -> list[str]:
    found = []
    for _, value in model:
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Cell | RecordId):
                found += [each.column] if each.column is not None else []
            elif isinstance(each, BaseModel):
                found += _columns(each)
    return found
