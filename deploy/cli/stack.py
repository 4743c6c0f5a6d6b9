"""`liaison stack`: start, inspect and stop the local Kafka."""

import json
from collections import deque
from dataclasses import asdict
from typing import Annotated

import typer

from deploy.cli.progress import shown_progress
from deploy.local.broker import sweep
from deploy.local.errors import StackError
from deploy.local.stack import LocalStack, StackStatus
from deploy.settings import read_settings

UNREACHABLE = 5

app = typer.Typer(no_args_is_help=True, help="Start, inspect and stop the local Kafka.")

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")]


@app.command()
def up(*, as_json: Json = False, quiet: Quiet = False) -> None:
    """Start the broker and print its address; does nothing if it already serves."""
    with shown_progress(quiet=quiet) as progress:
        started = LocalStack(read_settings()).up(progress)
    typer.echo(_as_json(started) if as_json else started.bootstrap)


@app.command()
def status(*, as_json: Json = False) -> None:
    """Tell whether the broker serves, and where; exit 5 if it does not."""
    found = LocalStack(read_settings()).status()
    if as_json:
        typer.echo(_as_json(found))
    else:
        for name, value in asdict(found).items():
            if value is not None:
                typer.echo(f"{name:<11}{value}")
    if found.state != "up":
        raise typer.Exit(UNREACHABLE)


@app.command()
def logs(
    *,
    lines: Annotated[int, typer.Option(min=1, help="How many of the last lines.")] = 50,
    as_json: Json = False,
) -> None:
    """Print the last lines of the broker's log."""
    path = LocalStack(read_settings()).log
    if not path.exists():
        raise StackError(
            "there is no log",
            where=str(path),
            unchanged="Nothing was started",
            next_step="liaison stack up",
        )
    with path.open(encoding="utf-8", errors="replace") as log:
        for line in deque(log, maxlen=lines):
            typer.echo(json.dumps({"line": line.rstrip()}) if as_json else line.rstrip())


@app.command()
def down(
    *,
    keep_data: Annotated[
        bool, typer.Option("--keep-data", help="Keep topics and logs for the next `up`.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Stop the broker, however it was left, and remove its data."""
    settings = read_settings()
    after = LocalStack(settings).down(keep_data=keep_data)
    sweep(settings)
    typer.echo(_as_json(after) if as_json else after.state)


def _as_json(status: StackStatus) -> str:
    return json.dumps({name: value for name, value in asdict(status).items() if value is not None})
