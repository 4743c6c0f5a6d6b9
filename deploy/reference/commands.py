"""The page of commands: each with its arguments and options, as its own help says them."""

from collections.abc import Iterator
from typing import Any, Final

import typer

from deploy.cli import COMMANDS, load
from deploy.reference.markdown import code, page, table

_HEAD: Final = (
    "Data goes to standard output, all else to standard error; `--json` prints one object a line. "
    "Exit codes are listed with the errors."
)


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield (words after `liaison`, command) of every command that does something."""
    for name in sorted(COMMANDS):
        yield from _leaves((name,), load(name))


def render() -> str:
    """Return `commands.md`."""
    parts = [_HEAD]
    for words, command in commands():
        shown = [each for each in command.params if not each.hidden]
        arguments = (_metavar(each) for each in shown if each.param_type_name == "argument")
        usage = " ".join(("liaison", *words, *arguments))
        parts += [f"## {usage}", " ".join((command.help or "").split())]
        if rows := [(_spelled(each), _default(each), each.help or "") for each in shown]:
            parts.append(table(("Parameter", "Default", "Meaning"), rows))
    return page("Commands", *parts)


def _leaves(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(command, typer.core.TyperGroup):
        for name, each in sorted(command.commands.items()):
            yield from _leaves((*words, name), each)
    else:
        yield words, command


def _metavar(parameter: Any) -> str:
    name = parameter.metavar or parameter.name.upper()
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _spelled(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return code(_metavar(parameter))
    return ", ".join(map(code, (*parameter.opts, *parameter.secondary_opts)))


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    default = parameter.default
    if default is None or default is False or callable(default):
        return ""
    return code(" ".join(map(str, default)) if isinstance(default, list | tuple) else default)
