"""The mapping file of an analyst: which attribute each column holds, and nothing else.

    kind: person                      # what the rows are, unless a column says it
    source: hospital                  # optional; without it the file's name
    country: US                       # optional: where rows are that name no country
    columns:
      ID: record_id
      SURNAME: family_name
      BORN: {birth_date: {format: DD/MM/YYYY}}
      SSN: {identifier: {scheme: ssn, issuer: US}}
      NATION: [nationality, country]

Strict YAML. There are no weights, thresholds or switches: an unknown key is refused with its line,
its column and what may stand there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from deploy.analysis.attributes import ATTRIBUTES, listing
from deploy.analysis.dates import DateFormat, read_format
from deploy.analysis.kinds import KINDS, kind_of
from deploy.analysis.mistakes import mistake
from deploy.analysis.tables import why_unreadable
from deploy.analysis.values import country_code
from deploy.local.errors import StackError
from schemas.document import parse_yaml
from schemas.errors import ConfigError

_KEYS: Final = ("columns", "kind", "source", "country")
_DESCRIBING: Final = frozenset({"record_id", "source", "kind"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column as one attribute."""

    name: str
    attribute: str
    options: Mapping[str, str] = field(default_factory=dict)
    date_format: DateFormat | None = None
    place: str = ""
    """Where the mapping says so: file, line and column."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A whole mapping; `file` is what errors call it, `country` is alpha-2."""

    file: str
    columns: tuple[Column, ...]
    kind: str | None = None
    source: str | None = None
    country: str | None = None

    @property
    def needed(self) -> tuple[str, ...]:
        """Every column that must be there, once each."""
        issuers = (each.options.get("issuer_column") for each in self.columns)
        return tuple(dict.fromkeys([*(each.name for each in self.columns), *filter(None, issuers)]))

    def having(self, attribute: str) -> tuple[Column, ...]:
        """The columns of an attribute, in the mapping's order."""
        return tuple(each for each in self.columns if each.attribute == attribute)


def load_mapping(path: Path) -> ColumnMapping:
    """Read a mapping; raises StackError (exit 2) with line and column of the first mistake."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        parse_yaml(text, path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise mistake(
            f"cannot read the mapping: {why_unreadable(error)}", str(path), "name a YAML file"
        ) from None
    except ConfigError as error:
        raise mistake(f"not a mapping: {error.detail}", str(path), "correct that line") from None
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise mistake("a mapping needs `columns:`", str(path), "see `liaison correlate --help`")
    return _Document(str(path)).mapping(root)


@dataclass(frozen=True, slots=True)
class _Document:
    file: str

    def mapping(self, root: yaml.MappingNode) -> ColumnMapping:
        found = {}
        for key, value in self._entries(root):
            if key.value not in _KEYS:
                raise self._wrong(key, f"`{key.value}` is no key; {listing(_KEYS)}")
            found[key.value] = value
        if "columns" not in found:
            raise self._wrong(root, "`columns:` is missing, a table of COLUMN: attribute")
        columns = self._columns(found["columns"])
        mapping = ColumnMapping(
            self.file,
            columns,
            self._kind(found.get("kind")),
            self._word(found["source"]) if "source" in found else None,
            self._country(found.get("country")),
        )
        self._check(mapping, found["columns"])
        return mapping

    def _check(self, mapping: ColumnMapping, node: yaml.Node) -> None:
        if not {each.attribute for each in mapping.columns} - _DESCRIBING:
            raise self._wrong(node, "no column says anything about the entity")
        if mapping.kind is None and not mapping.having("kind"):
            raise self._wrong(node, f"say what the rows are: `kind:` and one of {', '.join(KINDS)}")
        seen: dict[tuple[str, str], str] = {}
        for each in mapping.columns:
            slot = each.attribute, each.options.get("of", "")
            if slot in seen and not ATTRIBUTES[each.attribute].many:
                hint = "; `of: mailing` tells a second address apart" if _has_of(each) else ""
                raise self._wrong(
                    node, f"both {seen[slot]} and {each.name} are {each.attribute}{hint}"
                )
            seen[slot] = each.name

    def _columns(self, node: yaml.Node) -> tuple[Column, ...]:
        return tuple(
            column
            for name, value in self._entries(node)
            for each in (value.value if isinstance(value, yaml.SequenceNode) else [value])
            for column in self._column(name.value.strip(), each)
        )

    def _column(self, name: str, node: yaml.Node) -> Iterator[Column]:
        if isinstance(node, yaml.ScalarNode):
            yield self._attribute(name, node, {})
            return
        for key, value in self._entries(node):
            options = {option.value: inner for option, inner in self._entries(value)}
            yield self._attribute(name, key, options)

    def _attribute(self, name: str, key: yaml.Node, options: Mapping[str, yaml.Node]) -> Column:
        word = key.value
        if word not in ATTRIBUTES:
            raise self._wrong(key, f"`{word}` is no attribute; {listing(ATTRIBUTES, word)}")
        allowed = ATTRIBUTES[word].options
        for option, node in options.items():
            if option not in allowed:
                can = listing(allowed) if allowed else "it takes none"
                raise self._wrong(node, f"`{option}` is no option of {word}; {can}")
        texts = {option: self._word(node) for option, node in options.items()}
        if word == "identifier" and "scheme" not in texts:
            raise self._wrong(key, "say which: {identifier: {scheme: NAME}}")
        form = options.get("format")
        date_format = None
        if form is not None:
            date_format = read_format(texts["format"])
            if date_format is None:
                raise self._wrong(
                    form, "a format is made of YYYY, YY, MM, MON, DD, such as DD/MM/YYYY"
                )
        if "country" in texts:
            texts["country"] = self._country(options["country"]) or ""
        return Column(name, word, texts, date_format, self._place(key))

    def _kind(self, node: yaml.Node | None) -> str | None:
        if node is None:
            return None
        kind = kind_of(self._word(node))
        if kind is None:
            raise self._wrong(node, f"`{node.value}` is no kind; {listing(KINDS)}")
        return kind

    def _country(self, node: yaml.Node | None) -> str | None:
        if node is None:
            return None
        code = country_code(self._word(node))
        if code is None:
            raise self._wrong(node, "not a country: use its two letters, such as US")
        return code

    def _word(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            raise self._wrong(node, "one word or text was expected here")
        return str(node.value)

    def _entries(self, node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            raise self._wrong(node, "a table of `key: value` was expected here")
        return list(node.value)

    def _wrong(self, node: yaml.Node, what: str) -> StackError:
        next_step = "correct the mapping and run the same command again"
        return mistake(what, self._place(node), next_step)

    def _place(self, node: yaml.Node) -> str:
        mark = node.start_mark
        return f"{self.file}:{mark.line + 1}:{mark.column + 1}"


def _has_of(column: Column) -> bool:
    return "of" in ATTRIBUTES[column.attribute].options
