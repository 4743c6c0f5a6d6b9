"""Strict YAML: unknown and repeated keys are refused, and every refusal names line and column."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar

import yaml

from consumers.sharing.letters import foreign_character
from schemas.errors import ConfigError

T = TypeVar("T")

_UNITS: Final = {"ms": "milliseconds", "s": "seconds", "min": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A YAML node and the document it stands in."""

    source: str
    node: yaml.Node

    @property
    def at(self) -> str:
        """Where: `document:line:column`, both counted from 1."""
        mark = self.node.start_mark
        return f"{self.source}:{mark.line + 1}:{mark.column + 1}"

    def refuse(self, why: str) -> ConfigError:
        """Return the error that refuses this node."""
        return ConfigError("AGREEMENT_FORM", f"{self.at}: {why}")


MAX_CHARACTERS: Final = 262_144
MAX_NODES: Final = 20_000
MAX_DEPTH: Final = 12


class _Plain(yaml.SafeLoader):
    """Composes plain YAML only: what a clause says stands where it is read, once."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._nodes = self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        self._nodes += 1
        self._depth += 1
        problem = None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            problem = "anchors are refused: say it where it holds"
        elif getattr(event, "tag", None):
            problem = "tags are refused: words, numbers, dates, lists and mappings are expected"
        elif self._nodes > MAX_NODES:
            problem = f"more than {MAX_NODES} parts"
        elif self._depth > MAX_DEPTH:
            problem = f"nested deeper than {MAX_DEPTH}"
        if problem is not None:
            raise yaml.MarkedYAMLError(None, None, problem, event.start_mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


Reader = Callable[[Spot], T]


def parse(text: str, source: str) -> Spot:
    """Return the root of the one YAML document in `text`; ConfigError where it is not YAML."""
    if len(text) > MAX_CHARACTERS:
        raise ConfigError("AGREEMENT_FORM", f"{source}:1:1: longer than {MAX_CHARACTERS}")
    if found := foreign_character(text):
        raise ConfigError("AGREEMENT_FORM", f"{source}:{found}")
    try:
        node = yaml.compose(text, Loader=_Plain)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else f"{source}:1:1"
        raise ConfigError("AGREEMENT_FORM", f"{where}: {error.problem}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigError("AGREEMENT_FORM", f"{source}:1:1: {type(error).__name__}") from error
    if node is None:
        raise ConfigError("AGREEMENT_FORM", f"{source}:1:1: empty document")
    return Spot(source, node)


def keys(spot: Spot) -> dict[str, Spot]:
    """Return a mapping's values by key; a repeated key is refused."""
    if not isinstance(spot.node, yaml.MappingNode):
        raise spot.refuse("a mapping is expected")
    found: dict[str, Spot] = {}
    for key_node, value_node in spot.node.value:
        key_spot = Spot(spot.source, key_node)
        key = text(key_spot)
        if key in found:
            raise key_spot.refuse(f"key {key!r} is repeated")
        found[key] = Spot(spot.source, value_node)
    return found


def mapping(
    spot: Spot, required: Mapping[str, Reader[Any]], optional: Mapping[str, Reader[Any]]
) -> dict[str, Any]:
    """Read a mapping key by key; absent optional keys are absent from the result."""
    readers = {**required, **optional}
    found = keys(spot)
    for key, value in found.items():
        if key not in readers:
            raise value.refuse(f"unknown key {key!r}; known: {', '.join(sorted(readers))}")
    for key in required:
        if key not in found:
            raise spot.refuse(f"key {key!r} is missing")
    return {key: readers[key](value) for key, value in found.items()}


def text(spot: Spot) -> str:
    """Read a non-empty string; what YAML takes for a number or a date must be quoted."""
    node = spot.node
    if not isinstance(node, yaml.ScalarNode):
        raise spot.refuse("text is expected")
    if node.tag == "tag:yaml.org,2002:merge":
        raise spot.refuse("merge keys are refused: say it where it holds")
    if node.tag != "tag:yaml.org,2002:str":
        raise spot.refuse(f"{node.value!r} is not text to YAML: quote it")
    if not node.value.strip():
        raise spot.refuse("text is empty")
    return str(node.value).strip()


def number(spot: Spot) -> int:
    """Read a positive integer."""
    if not isinstance(spot.node, yaml.ScalarNode) or not re.fullmatch(r"[1-9]\d*", spot.node.value):
        raise spot.refuse("a positive whole number is expected")
    return int(spot.node.value)


def flag(spot: Spot) -> bool:
    """Read `true` or `false`."""
    if not isinstance(spot.node, yaml.ScalarNode) or spot.node.value not in {"true", "false"}:
        raise spot.refuse("true or false is expected")
    return bool(spot.node.value == "true")


def day(spot: Spot) -> date:
    """Read a date, `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(str(spot.node.value))
    except ValueError as error:
        raise spot.refuse("a date YYYY-MM-DD is expected") from error


def moment(spot: Spot) -> datetime:
    """Read a moment, `YYYY-MM-DD` (its beginning) or `YYYY-MM-DDTHH:MM:SSZ`, both UTC."""
    said = str(spot.node.value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", said) is None:
        raise spot.refuse("a date YYYY-MM-DD or a moment YYYY-MM-DDTHH:MM:SSZ is expected")
    try:
        if "T" in said:
            return datetime.fromisoformat(said)
        return datetime.combine(date.fromisoformat(said), time.min, UTC)
    except ValueError as error:
        raise spot.refuse("there is no such day or time") from error


def months(spot: Spot) -> int:
    """Read an age such as `5 y` or `18 months`, in months."""
    found = re.fullmatch(r"([1-9]\d{0,2}) (y|months)", text(spot))
    if found is None:
        raise spot.refuse("an age is expected, such as `5 y` or `18 months`")
    return int(found[1]) * (12 if found[2] == "y" else 1)


def duration(spot: Spot) -> timedelta:
    """Read a length of time such as `30 min` or `2 s`."""
    found = re.fullmatch(r"(\d+) (ms|s|min|h|d)", text(spot))
    if found is None:
        raise spot.refuse("a length of time is expected, such as `30 min` (ms, s, min, h, d)")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def word(vocabulary: Collection[str]) -> Reader[str]:
    """Return a reader of one word of a closed vocabulary."""

    def read(spot: Spot) -> str:
        value = text(spot)
        if value not in vocabulary:
            raise spot.refuse(f"unknown word {value!r}; known: {', '.join(sorted(vocabulary))}")
        return value

    return read


def matching(pattern: str, meaning: str) -> Reader[str]:
    """Return a reader of text that matches `pattern` as a whole; `meaning` is named if not."""

    def read(spot: Spot) -> str:
        value = text(spot)
        if re.fullmatch(pattern, value) is None:
            raise spot.refuse(f"{value!r} is not {meaning}")
        return value

    return read


def listing(reader: Reader[T], *, empty: bool = False) -> Reader[tuple[T, ...]]:
    """Return a reader of a list; nothing repeated, and nothing empty unless `empty`."""

    def read(spot: Spot) -> tuple[T, ...]:
        if not isinstance(spot.node, yaml.SequenceNode):
            raise spot.refuse("a list is expected")
        items = tuple(reader(Spot(spot.source, node)) for node in spot.node.value)
        if not items and not empty:
            raise spot.refuse("the list is empty")
        for index, item in enumerate(items):
            if item in items[:index]:
                raise Spot(spot.source, spot.node.value[index]).refuse("repeated in its list")
        return items

    return read


DOCUMENT_ID: Final = matching(r"[A-Z0-9][A-Z0-9-]{1,40}", "a document's id")
CLAUSE_ID: Final = matching(r"[A-Za-z0-9_][A-Za-z0-9_.()-]{0,20}", "a clause's or bar's id")
OFFICE: Final = matching(r"[A-Z0-9]{2,8}/[a-z0-9]+(-[a-z0-9]+)*", "an office, AGENCY/office")
OBLIGATION: Final = matching(
    r"NO-ONWARD|NO-COURT|ACK|PURPOSE\([a-z_]+\)|RETAIN\([1-9]\d*\)|BANNER\([A-Z0-9_ /-]+\)",
    "an obligation: NO-ONWARD, NO-COURT, ACK, PURPOSE(x), RETAIN(days), BANNER(X)",
)
