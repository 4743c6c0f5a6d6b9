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
    "agreement": Entry("deploy.cli.agreement", "Check, show, test, compare, sign agreements."),
    "bench": Entry("deploy.cli.bench", "Measure the pipeline and the correlation core."),
    "catalogue": Entry("deploy.cli.catalogue", "List every event type."),
    "compare": Entry("deploy.cli.compare", "Are two names one; or a table of pairs, offline."),
    "config": Entry("deploy.cli.config", "Show the settings in force."),
    "consent": Entry("deploy.cli.consent", "What is held for whose consent; the answers."),
    "correlate": Entry("deploy.cli.correlate", "Find who is who in files, offline."),
    "deliver": Entry("deploy.cli.deliver", "Decide, account and send; one process."),
    "demo": Entry("deploy.cli.demo", "The main job end to end on this machine."),
    "docs": Entry("deploy.cli.docs", "Write or check the generated reference."),
    "explain": Entry("deploy.cli.explain", "Why a recipient was told of a match, or was not."),
    "ledger": Entry("deploy.cli.ledger", "Verify and report the accounting of disclosures."),
    "publish": Entry("deploy.cli.publish", "Publish the files of an agency."),
    "quarantine": Entry("deploy.cli.quarantine", "List and show what was refused, and why."),
    "real": Entry("deploy.cli.real", "Public labelled data through the pipeline."),
    "replay": Entry("deploy.cli.replay", "Run a stretch of input again and compare."),
    "scenario": Entry("deploy.cli.scenario", "Stories of who shares what, run and checked."),
    "schemas": Entry("deploy.cli.schemas", "Check, list and lock the versions of schemas."),
    "stack": Entry("deploy.cli.stack", "Start, inspect and stop the local Kafka."),
    "topics": Entry("deploy.cli.topics", "List and create the topics of the namespace."),
    "train": Entry("deploy.cli.train", "Make the next version of the weights, offline."),
    "verdict": Entry("deploy.cli.verdict", "What an officer makes of a match; export them."),
    "web": Entry("deploy.cli.web", "Serve the pages, on loopback."),
    "worker": Entry("deploy.cli.worker", "Run stages of the stream, a process each."),
}

_COMPLETION = {"install_completion", "show_completion"}


def load(name: str) -> Any:
    """Import a command's module and return what runs it, with its own options only."""
    command = typer.main.get_command(importlib.import_module(COMMANDS[name].module).app)
    command.params = [each for each in command.params if each.name not in _COMPLETION]
    return command


class _LazyGroup(TyperGroup):
    """Shows the placeholders below, runs the modules they stand for."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, placeholder, rest = super().resolve_command(ctx, args)
        if name is None:
            return name, placeholder, rest
        return name, load(name), rest


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
