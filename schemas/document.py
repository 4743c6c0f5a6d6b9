"""Strict YAML for the documents that govern: the party register, agreements, settings of tools.

YAML 1.2's plain scalars only (`no` is a word, and the country NO stays one), no duplicate keys,
no anchors, no tags.
"""

import re
from typing import Any, Final, cast

import yaml

from schemas.errors import ConfigError

MAX_DOCUMENT_BYTES: Final = 4_194_304


MAX_DEPTH: Final = 64


class _StrictLoader(yaml.CSafeLoader):
    """SafeLoader without the surprises of YAML 1.1."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, "keys are words", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, "a key stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    (
        "timestamp",
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9:.]+(?:Z|[+-][0-9:]+)?)?",
        list("0123456789"),
    ),
):
    _StrictLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), _first
    )


def parse_yaml(text: str | bytes, name: str) -> Any:
    """Return the one document of a text; `name` is what errors call it.

    Raises ConfigError with the line, never with the document's content.
    """
    if len(text) > MAX_DOCUMENT_BYTES:
        raise ConfigError("document", f"{name}: too long")
    try:
        _refuse_anchors_and_depth(text)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader, made stricter
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise ConfigError("document", f"{name}, line {line}: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError("document", f"{name}: {type(error).__name__}") from None


def _refuse_anchors_and_depth(text: str | bytes) -> None:
    """Look at the events alone, before anything is built: an alias is how a small text explodes."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        problem = "nested too deeply" if depth > MAX_DEPTH else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            problem = "anchors are not allowed"
        if problem is not None:
            mark = cast("yaml.Mark", event.start_mark)
            raise yaml.constructor.ConstructorError(None, None, problem, mark)
