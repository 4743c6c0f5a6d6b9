"""`liaison bench crash`, `stream` and `scale`: the stream core under faults and beside peers."""

import json
import logging
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.bench.crash.run import Order
from deploy.bench.crash.run import crash as run_crash
from deploy.cli.progress import shown_progress
from deploy.machine import provenance
from deploy.settings import read_settings


def crash(
    *,
    kills: Annotated[int, typer.Option(min=1, help="Faults of all kinds.")] = 100,
    seed: Annotated[int, typer.Option(help="Which world, and which faults when.")] = 7,
    events: Annotated[int, typer.Option(help="Events; 0 takes 40 a fault.")] = 0,
    freeze: Annotated[float, typer.Option(help="Seconds of a SIGSTOP or a network cut.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as last line.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """Kill, stop, cut off and starve everything while a world passes; account for it id by id.

    Exit 1 unless nothing is lost, a ghost, told twice, unaccounted or stalled.
    """
    if not quiet:
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
        logging.getLogger("deploy.bench").setLevel(logging.INFO)
        logging.getLogger("kafka").setLevel(logging.CRITICAL)
    order = Order(kills, seed, events, freeze_seconds=freeze)
    with shown_progress(quiet=quiet) as progress:
        result = run_crash(read_settings(), order, progress).result
    report(result, "Under faults", as_json=as_json)
    if not result["ok"]:
        raise typer.Exit(1)


def report(result: dict[str, Any], title: str, *, as_json: bool) -> None:
    """Print a table of figures, and as last line, where asked, one JSON object."""
    table = Table("what", "figure", title=title)
    for name, value in result.items():
        table.add_row(name, str(value))
    Console(stderr=as_json).print(table)
    if as_json:
        typer.echo(json.dumps({**result, **provenance()}))
