"""`liaison scenario`: stories of who shares what, run in process or through the real pipeline."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.output import Json, emit
from deploy.cli.progress import shown_progress
from deploy.scenario.reading import SCENARIO, find
from deploy.scenario.run import Verdict, run_fast, run_real
from deploy.scenario.starter import write
from deploy.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="Scenarios: what is published, and who is then told.")

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", help="Folders of scenarios, or folders of them.")
]


@app.command()
def run(
    paths: Paths,
    *,
    fast: Annotated[
        bool, typer.Option("--fast", help="In this process; without: broker, stages, stores.")
    ] = False,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """Run scenarios and their counter-cases; exit 1 unless every expectation held.

    With --json each line is a case, the last line the counts: a row passes for real where its
    scenario and its counter-case do.
    """
    cases = [each for path in paths for each in find(path)]
    with shown_progress(quiet=quiet or fast) as progress:
        found = run_fast(cases) if fast else run_real(cases, read_settings(), progress)
        verdicts = list(_said(found, as_json=as_json))
    totals = _totals(verdicts)
    if as_json:
        typer.echo(json.dumps(totals))
    else:
        typer.echo(", ".join(f"{name.replace('_', ' ')} {count}" for name, count in totals.items()))
    if totals["failed"]:
        raise typer.Exit(1)


@app.command()
def check(paths: Paths, *, as_json: Json = False) -> None:
    """Read scenarios and run none; a mistake is named with its line and column, exit 2."""
    cases = [each for path in paths for each in find(path)]
    rows = [{"case": each.name, "title": each.read().title} for each in cases]
    emit(rows, ("case", "title"), as_json=as_json)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder to make.")],
    *,
    as_json: Json = False,
) -> None:
    """Write a commented scenario with its counter-case to start from; it runs as it is."""
    write(folder)
    if as_json:
        emit([{"scenario": str(folder / SCENARIO)}], ("scenario",), as_json=True)
    else:
        typer.echo(f"{folder / SCENARIO}; try: liaison scenario run {folder} --fast")


def _said(verdicts: Iterable[Verdict], *, as_json: bool) -> Iterable[Verdict]:
    """Print each verdict as it comes."""
    for verdict in verdicts:
        if as_json:
            typer.echo(json.dumps(verdict.as_json()))
        else:
            typer.echo(f"{'ok  ' if verdict.passed else 'FAIL'} {verdict.found.name}")
            for failure in verdict.failures:
                typer.echo(f"       {failure}")
            if verdict.error:
                typer.echo(f"       {verdict.error}")
        yield verdict


def _totals(verdicts: list[Verdict]) -> dict[str, int]:
    """Count by folder: a case is a scenario with its counter-case.

    `fast_only` are the cases with a step that needs a part still to be built.
    """
    folders: dict[Path, list[Verdict]] = {}
    for verdict in verdicts:
        folders.setdefault(verdict.found.folder, []).append(verdict)
    passed = sum(all(each.passed for each in group) for group in folders.values())
    fast_only = sum(any(each.fast_only for each in group) for group in folders.values())
    return {
        "cases": len(folders),
        "passed": passed,
        "failed": len(folders) - passed,
        "fast_only": fast_only,
    }
