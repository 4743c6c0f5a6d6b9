"""`liaison schemas`: the schema lock, checked, listed, and given new versions."""

from dataclasses import asdict
from typing import Any

import typer

from deploy.cli.output import Json, emit
from schemas.registry import LockedSchema, check_lock, load_lock, write_lock

app = typer.Typer(no_args_is_help=True, help="Check, list and lock the versions of schemas.")


@app.command()
def check(*, as_json: Json = False) -> None:
    """Print what is wrong with sources and lock; exit 1 if anything is."""
    problems = [
        dict(zip(("schema", "problem"), p.split(": ", 1), strict=True)) for p in check_lock()
    ]
    if problems:
        emit(problems, ("schema", "problem"), as_json=as_json)
        raise typer.Exit(1)
    typer.echo("Every schema is locked and reads all its earlier versions.", err=True)


@app.command()
def lock(*, as_json: Json = False) -> None:
    """Give every new or changed schema a version and an id; refused where it breaks readers."""
    written = write_lock()
    current = load_lock().current
    names = [line.split(" ", 1)[0] for line in written]
    emit((_row(current[name]) for name in names), ("name", "version", "id"), as_json=as_json)


@app.command("list")
def list_schemas(*, as_json: Json = False) -> None:
    """List every locked version, in the order of the ids that frames carry."""
    rows = (_row(locked) for _, locked in sorted(load_lock().by_id.items()))
    emit(rows, ("id", "name", "version", "sha256"), as_json=as_json)


def _row(locked: LockedSchema) -> dict[str, Any]:
    row = asdict(locked)
    del row["schema"]
    return row
