"""`liaison correlate`: which rows of an analyst's files are the same, offline."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from deploy.analysis.correlation import correlate as run_correlation
from deploy.analysis.inputs import open_inputs
from deploy.cli.output import Json, emit, emit_facts, plain
from deploy.cli.progress import shown_progress

SOME_REJECTED: Final = 3

app = typer.Typer(help="Which rows of files are the same person, organisation or thing.")

Files = Annotated[list[Path], typer.Argument(help="CSV, NDJSON or Parquet; .gz too.")]
Mappings = Annotated[
    list[Path],
    typer.Option(
        "--mapping", help="YAML: the attribute of each column. One for all files or one each."
    ),
]


@app.command()
def correlate(
    files: Files,
    *,
    mapping: Mappings,
    out: Annotated[Path, typer.Option(help="Folder for entities.csv, links.csv and the rest.")],
    truth: Annotated[
        str | None,
        typer.Option(help="Column that says who is who: prints precision, recall and F1."),
    ] = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Errors only on standard error.")] = False,
) -> None:
    """Find who is who in one file or many; exit 3 when some rows could not be read.

    Weights and threshold are the one version that the stream uses: nothing is tuned to the files.
    """
    with shown_progress(quiet=quiet) as progress:
        inputs = open_inputs(files, mapping, truth, progress)
        summary = run_correlation(inputs, out, progress, truth)
    if not quiet:
        for each in inputs.files:
            for remark in each.remarks():
                typer.echo(plain(remark), err=True)
    if as_json:
        typer.echo(json.dumps({"out": str(out), **summary}))
    else:
        _show(summary, out)
    if any(each.table.broken for each in inputs.files):
        raise typer.Exit(SOME_REJECTED)


def _show(summary: dict[str, Any], out: Path) -> None:
    shown = ("rows", "entities", "rows_that_share_an_entity", "links", "possible", "seconds")
    facts = {name.replace("_", " "): summary[name] for name in shown}
    emit_facts({**facts, "weights": summary["weights"], "out": out}, as_json=False)
    if summary["truth"] is not None:
        typer.echo()
        columns = ("pairs", "counted", "precision", "recall", "f1", "true", "found", "right")
        emit(_scores(summary["truth"]), columns, as_json=False)


def _scores(truth: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows of the table of figures: links before clustering, entities after it."""
    for what, scopes in (("links", truth["links"]), ("entities", truth["entities"])):
        told = None
        for scope, figures in scopes.items():
            if figures != told:
                yield {"pairs": what, "counted": scope, **figures}
            told = figures
