"""The page of settings, from the fields themselves: variable, type, limits, default, meaning."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from deploy import settings as source
from deploy.reference.markdown import code, page, table

_WORDS: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "JSON object",
}
_FORMATS: Final = {"path": "path", "password": "secret"}
_LIMITS: Final = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "above",
    "minLength": "length at least",
    "pattern": "matches",
}
_HEAD: Final = (
    "Every process reads them once, from its environment. `liaison config show` prints those in "
    "force. A value that does not fit, or a variable of a group that does not exist, stops the "
    "process before it does anything."
)
_CHECKOUT: Final = Path(source.__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; `path` leads to its value from the root, `group` says what it belongs to."""

    variable: str
    path: tuple[str, ...]
    group: str
    type: str
    default: str | None
    description: str

    def value(self, settings: source.Settings) -> tuple[str | None, str]:
        """Return (value, `environment` or `default`); a secret that is set stays hidden."""
        holder: Any = settings
        for name in self.path[:-1]:
            holder = getattr(holder, name)
        given = self.path[-1] in holder.model_fields_set
        value = getattr(holder, self.path[-1])
        written = str(value) if isinstance(value, Path) else _written(value)
        return written, "environment" if given else "default"


def settings(
    group: type[BaseModel] = source.Settings, path: tuple[str, ...] = ()
) -> Iterator[Setting]:
    """Yield every setting, in the order in which they are declared; groups last."""
    properties = group.model_json_schema()["properties"]
    about = inspect.cleandoc(group.__doc__ or "").splitlines()[0].removesuffix(".")
    nested = []
    for name, field in group.model_fields.items():
        if inspect.isclass(field.annotation) and issubclass(field.annotation, BaseModel):
            nested.append((field.annotation, (*path, name)))
            continue
        yield Setting(
            variable=_variable(field, (*path, name)),
            path=(*path, name),
            group=about if path else "All processes",
            type=_type(properties[_alias(field) or name]),
            default=_written(field.get_default(call_default_factory=True)),
            description=field.description or "",
        )
    for each in nested:
        yield from settings(*each)


def render() -> str:
    """Return `settings.md`."""
    groups: dict[str, list[Setting]] = {}
    for setting in settings():
        groups.setdefault(setting.group, []).append(setting)
    parts = [_HEAD]
    for group, members in groups.items():
        rows = [(code(s.variable), s.type, code(s.default or ""), s.description) for s in members]
        parts += [f"## {group}", table(("Variable", "Type", "Default", "Meaning"), rows)]
    return page("Settings", *parts)


def _alias(field: FieldInfo) -> str | None:
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else None


def _variable(field: FieldInfo, path: tuple[str, ...]) -> str:
    return _alias(field) or f"LIAISON_{'__'.join(path).upper()}"


def _type(schema: Mapping[str, Any]) -> str:
    """Say a JSON schema's type and limits in words; null is what an unset one is."""
    schema = next((s for s in schema.get("anyOf", ()) if s["type"] != "null"), schema)
    word = _FORMATS.get(schema.get("format", "")) or _WORDS[schema["type"]]
    limits = (f"{said} {code(schema[name])}" for name, said in _LIMITS.items() if name in schema)
    return ", ".join((word, *limits))


def _written(value: Any) -> str | None:
    """Write a value as the environment would; a folder of this machine by what it stands for."""
    if value is None:
        return None
    if isinstance(value, Path):
        homes = ((_CHECKOUT, "<checkout>"), (Path.home(), "~"))
        found = ((name, at) for at, name in homes if value.is_relative_to(at))
        name, at = next(found, ("", Path("/")))
        return f"{name}/{value.relative_to(at)}"
    return str(value).lower() if isinstance(value, bool) else str(value)
