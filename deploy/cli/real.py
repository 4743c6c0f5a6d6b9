"""`liaison real`: public data through the running pipeline."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.progress import shown_progress
from deploy.machine import provenance
from deploy.real import carry, read_list
from deploy.rehearsal import rehearsal
from deploy.settings import read_settings

app = typer.Typer(help="The UN Security Council list through the running pipeline.")


@app.command()
def run(
    *,
    data: Annotated[Path, typer.Option(help="Folder of the public data sets.")] = Path(
        "../shared/data"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as last line.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """Publish both spellings of the list at 100 events/s and count the pairs that are found."""
    listed = read_list(data)
    with (
        shown_progress(quiet=quiet) as progress,
        rehearsal(read_settings(), progress=progress) as pipeline,
    ):
        result = carry(pipeline, listed, progress)
    table = Table("expected", "found", "queued", "false", "whole queue", title="UN list")
    table.add_row(*(str(count) for count in result["un"].values()))
    console = Console(stderr=as_json)
    console.print(table)
    times = {name: value for name, value in result.items() if name != "un"}
    console.print(", ".join(f"{name} {value}" for name, value in times.items()))
    if as_json:
        typer.echo(json.dumps(result | provenance()))
