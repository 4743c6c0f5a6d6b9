"""`liaison bench crash`, `stream` and `scale`: the stream core under faults and beside peers."""

import json
import logging
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from deploy.bench.crash.run import Order
from deploy.bench.crash.run import crash as run_crash
from deploy.bench.stream.comparison import compare, steady, stream_bench
from deploy.bench.stream.recovery import load_seconds
from deploy.cli.progress import shown_progress
from deploy.machine import provenance
from deploy.settings import read_settings

DATA: Final = Path("../shared/data")


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


def stream(
    *,
    events: Annotated[int, typer.Option(min=8_000, help="Events of the full topic.")] = 80_000,
    rounds: Annotated[int, typer.Option(min=1, help="Best of so many, interleaved.")] = 3,
    data: Annotated[Path, typer.Option(help="Folder of the public data sets.")] = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as last line.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """CPU an event beside stock Faust, quixstreams and a bare loop; latency and recovery of ours.

    `prefix` is our own prefix decode against a peer's full one, `full` the same decoder on both
    sides. All engines run on one broker, in turns.
    """
    with (
        shown_progress(quiet=quiet) as progress,
        stream_bench(read_settings(), data, progress) as bench,
    ):
        result = compare(bench, events, rounds, progress) | steady(bench, progress)
    result["recover_million_s"] = load_seconds(1_000_000)
    report(result, "Batch transport beside its peers", as_json=as_json)
