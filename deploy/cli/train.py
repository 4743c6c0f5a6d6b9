"""`liaison train`: the next version of the weights, offline, from labelled tables and verdicts."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from deploy.analysis.inputs import open_inputs
from deploy.analysis.labelled import pairs_of, verdicts_of
from deploy.analysis.mistakes import mistake
from deploy.cli.output import Json, emit_facts
from deploy.cli.progress import shown_progress
from deploy.local.jars import Progress
from streams.correlate.training import Labelled
from streams.correlate.training import train as train_weights
from streams.correlate.weights import WEIGHTS, load_weights

app = typer.Typer(help="Make the next version of the weights from labelled data.")


@app.command()
def train(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Labelled tables, as for `liaison correlate`.")
    ] = None,
    *,
    mapping: Annotated[
        list[Path] | None, typer.Option(help="YAML, one for all tables or one each.")
    ] = None,
    truth: Annotated[
        str | None, typer.Option(help="Column of the tables that says who is who.")
    ] = None,
    linked: Annotated[
        bool, typer.Option("--linked", help="The tables are one data set, with common labels.")
    ] = False,
    verdicts: Annotated[
        list[Path] | None, typer.Option(help="Export of analysts' verdicts, NDJSON.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The new file of weights.")],
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Errors only on standard error.")] = False,
) -> None:
    """Write a file of weights, and beside it a report of what it was made of.

    Each table is a data set by itself unless --linked. The weights in use are not changed: a new
    version is installed by a release, for all data at once.
    """
    tables = files or []
    _check(tables, mapping, truth, verdicts, out)
    counts: Counter[str] = Counter()
    with shown_progress(quiet=quiet) as progress:
        sets = _labelled(tables, mapping or [], truth, counts, progress, linked=linked)
        document = train_weights([*sets, verdicts_of(verdicts or [], counts)])
    content = json.dumps(document, indent=1).encode() + b"\n"
    report = {
        "weights": load_weights(content).version,
        "before": WEIGHTS.version,
        "pairs": dict(sorted(counts.items())),
        "tables": list(map(str, tables)),
        "verdicts": list(map(str, verdicts or [])),
        "out": str(out),
    }
    _write(out, content, report)
    emit_facts(report, as_json=as_json)


def _check(
    tables: list[Path],
    mappings: list[Path] | None,
    truth: str | None,
    verdicts: list[Path] | None,
    out: Path,
) -> None:
    if not tables and not verdicts:
        raise mistake("nothing to learn from", "liaison train", "name tables, or --verdicts")
    if tables and (not mappings or truth is None):
        raise mistake("tables need --mapping and --truth", "liaison train", "give both")
    if out.exists():
        raise mistake("the file exists", str(out), "name a new one: versions are never changed")


def _labelled(
    tables: list[Path],
    mappings: list[Path],
    truth: str | None,
    counts: Counter[str],
    progress: Progress,
    *,
    linked: bool,
) -> Iterator[Labelled]:
    if not tables:
        return
    inputs = open_inputs(tables, mappings, truth).files
    for data_set in [inputs] if linked else [(each,) for each in inputs]:
        yield pairs_of(data_set, counts, progress)


def _write(out: Path, content: bytes, report: Mapping[str, object]) -> None:
    beside = out.with_suffix(".report.json")
    try:
        beside.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        out.write_bytes(content)
    except OSError as error:
        raise mistake(
            f"cannot write there: {type(error).__name__}", str(out), "name another --out"
        ) from None
