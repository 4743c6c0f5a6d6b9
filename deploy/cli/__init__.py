"""The command `liaison`. A module joins it with one line in COMMANDS."""

import importlib
import json
import sys
from typing import Any, NamedTuple, NoReturn

import typer
from typer.core import TyperGroup

from deploy.local.errors import StackError
from schemas.errors import DISPOSITIONS, LiaisonError


class Entry(NamedTuple):
    """The module whose `app` (a typer.Typer) a command runs, and what `liaison --help` says."""

    module: str
    help: str


# A module is imported when its command is called, never to print the list of commands.
COMMANDS = {
    "real": Entry("deploy.cli.real", "The UN Security Council list through the pipeline."),
    "bench": Entry("deploy.cli.bench", "Measure the running pipeline."),
    "deliver": Entry("deploy.cli.deliver", "Decide, account and send; one process."),
    "demo": Entry("deploy.cli.demo", "The main job end to end on this machine."),
    "stack": Entry("deploy.cli.stack", "Start, inspect and stop the local Kafka."),
    "web": Entry("deploy.cli.web", "Serve the pages, on loopback."),
    "worker": Entry("deploy.cli.worker", "Run stages of the stream, a process each."),
}


class _LazyGroup(TyperGroup):
    """Shows the placeholders below, runs the modules they stand for."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, placeholder, rest = super().resolve_command(ctx, args)
        if name is None:
            return name, placeholder, rest
        return (
            name,
            typer.main.get_command(importlib.import_module(COMMANDS[name].module).app),
            rest,
        )


# Tracebacks of ours never show local values: they could be somebody's record.
app = typer.Typer(
    cls=_LazyGroup,
    name="liaison",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def root() -> None:
    """Share what agencies know, in real time, only under agreement."""


for _name, _entry in COMMANDS.items():
    app.command(_name, help=_entry.help)(lambda: None)


def main() -> None:
    """Run the command line; an expected error becomes one line (or JSON object) and its code."""
    try:
        app()
    except StackError as error:
        _fail(str(error), error.as_json(), error.exit_code)
    except LiaisonError as error:
        code = next(
            DISPOSITIONS[kind].exit_code for kind in type(error).mro() if kind in DISPOSITIONS
        )
        _fail(str(error), {"error": error.detail, "code": error.code, "exit_code": code}, code)


def _fail(sentence: str, facts: dict[str, str | int], exit_code: int) -> NoReturn:
    typer.echo(json.dumps(facts) if "--json" in sys.argv else f"liaison: {sentence}", err=True)
    sys.exit(exit_code)
