"""`liaison demo`: the main job end to end on this machine."""

import json
from typing import Annotated

import typer
from rich.console import Console

from consumers.sqlite import open_reader
from deploy.cli.progress import shown_progress
from deploy.demo.report import print_report
from deploy.demo.run import play
from deploy.local.process import wait_until
from deploy.machine import provenance
from deploy.rehearsal import Rehearsal, rehearsal
from deploy.settings import read_settings

app = typer.Typer(help="The main job end to end on this machine.")

_NEXT = """
Try next:
  make demo ARGS="--keep"        leave everything running: pages, explain, ledger verify
  make demo ARGS="--seed 8"      another world
  make real                      the UN Security Council list through the same pipeline
  .venv/bin/liaison --help       every command"""


@app.command()
def run(
    *,
    events: Annotated[int, typer.Option(min=500, help="Messages of the synthetic world.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Which world.")] = 7,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave everything running until Ctrl-C.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as last line.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """Publish a synthetic world, let the pipeline find, decide and tell, and ask the truth.

    Exit 1 unless every expected match was found and nothing is false, lost, a ghost or
    unaccounted.
    """
    console = Console(stderr=as_json)
    with (
        shown_progress(quiet=quiet) as progress,
        rehearsal(read_settings(), progress=progress) as demo,
    ):
        outcome = play(demo, seed=seed, events=events, progress=progress)
        vault = open_reader(demo.settings.vault)
        print_report(console, vault, outcome.result)
        vault.dispose()
        _say_where(console, demo, keep=keep)
        if as_json:
            typer.echo(json.dumps({**outcome.result, **provenance()}))
        if keep:
            wait_until(lambda: demo.group.alive() == set(), float("inf"))
    if not outcome.result["ok"]:
        raise typer.Exit(1)


def _say_where(console: Console, demo: Rehearsal, *, keep: bool) -> None:
    if keep:
        console.print(
            f"\nInbox: {demo.pipeline.url('inbox')}   Ops desk: {demo.pipeline.url('ops')}"
        )
        console.print(f"Logs: {demo.folder / 'logs'}")
        console.print("Tools in another shell (explain, ledger verify, quarantine list, …):")
        console.print(f"  set -a; . {demo.environment_file}; set +a", soft_wrap=True)
        console.print("Everything runs until Ctrl-C.")
    else:
        console.print(f"\nThe inbox was at {demo.pipeline.url('inbox')}; --keep leaves it there.")
        console.print(_NEXT)
