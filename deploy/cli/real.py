"""`liaison real`: public labelled data through the running pipeline."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deploy import historical
from deploy.cli.progress import shown_progress
from deploy.historical import ROWS, read_people
from deploy.machine import provenance
from deploy.real import carry, read_list
from deploy.rehearsal import rehearsal
from deploy.settings import read_settings

app = typer.Typer(help="Public labelled data through the running pipeline.")


@app.command()
def run(
    *,
    data: Annotated[Path, typer.Option(help="Folder of the public data sets.")] = Path(
        "../shared/data"
    ),
    rows: Annotated[int, typer.Option(min=0, help="Rows of historical50k; 0 for none.")] = ROWS,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as last line.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """The UN list at 100 events/s, then people of three HSI offices at 200; count the pairs."""
    listed, people = read_list(data), read_people(data, rows) if rows else None
    settings = read_settings()
    with shown_progress(quiet=quiet) as progress:
        with rehearsal(settings, progress=progress) as pipeline:
            result = carry(pipeline, listed, progress)
        if people is not None:
            with rehearsal(settings, progress=progress) as pipeline:
                result["historical50k"] = historical.carry(pipeline, people, progress)
    console = Console(stderr=as_json)
    _print(console, result)
    if as_json:
        typer.echo(json.dumps(result | provenance()))


def _print(console: Console, result: dict[str, Any]) -> None:
    table = Table("expected", "found", "queued", "false", "whole queue", title="UN list")
    table.add_row(*(str(count) for count in result["un"].values()))
    console.print(table)
    times = {name: value for name, value in result.items() if not isinstance(value, dict)}
    console.print(", ".join(f"{name} {value}" for name, value in times.items()))
    if people := result.get("historical50k"):
        table = Table("what", "figure", title="historical50k, three offices of HSI")
        for name, value in people.items():
            table.add_row(name, str(value))
        console.print(table)
