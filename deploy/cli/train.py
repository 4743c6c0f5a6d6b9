"""`liaison train`: the next version of the weights, offline, from labelled tables and verdicts."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from deploy.analysis.heldout import Comparison, Sample, held_out, warnings
from deploy.analysis.inputs import open_inputs
from deploy.analysis.labelled import pairs_of, verdicts_of
from deploy.analysis.mistakes import mistake
from deploy.cli.output import Json, emit_facts
from deploy.cli.progress import shown_progress
from deploy.local.errors import StackError
from deploy.local.jars import Progress
from streams.correlate.training import Labelled
from streams.correlate.training import train as train_weights
from streams.correlate.weights import WEIGHTS, load_weights

_REFUSED: Final = 4

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
    even_worse: Annotated[
        bool, typer.Option("--even-worse", help="Write also what is worse on held-out labels.")
    ] = False,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Errors only on standard error.")] = False,
) -> None:
    """Write a file of weights, and beside it a report of what it was made of and how good it is.

    The new weights start from those in use, and go as far as the labels lead them. Both are judged
    on labels that were held out (five folds); a version that is worse is refused, exit 4, unless
    --even-worse. Each table is a data set by itself unless --linked. The weights in use are not
    changed: a new version is installed by a release, for all data at once.
    """
    tables = files or []
    _check(tables, mapping, truth, verdicts, out)
    counts: Counter[str] = Counter()
    with shown_progress(quiet=quiet) as progress:
        samples = list(_labelled(tables, mapping or [], truth, counts, progress, linked=linked))
        samples.append(verdicts_of(verdicts or [], counts))
        content, facts = _trained(samples, progress, None if even_worse else out)
    report = {
        **facts,
        "pairs": dict(sorted(counts.items())),
        "tables": list(map(str, tables)),
        "verdicts": list(map(str, verdicts or [])),
        "out": str(out),
    }
    _write(out, content, report)
    _tell(report, as_json=as_json, quiet=quiet)


def _trained(
    samples: Sequence[Sample], progress: Progress, unless_worse: Path | None
) -> tuple[bytes, dict[str, Any]]:
    """Return the new weights as a file, and what there is to say of them.

    Raises StackError, exit 4, where they are worse and `unless_worse` names the file.
    """
    progress("Training", 0, 2)
    document = _next([each.labelled for each in samples])
    progress("Training", 1, 2)
    compared = held_out(samples, _next)
    progress("Training", 2, 2)
    if compared is not None and compared.worsens and unless_worse is not None:
        raise _worse(compared, unless_worse)
    content = json.dumps(document, indent=1).encode() + b"\n"
    trained = load_weights(content)
    return content, {
        "weights": trained.version,
        "before": WEIGHTS.version,
        "release_bits": {"before": WEIGHTS.release_bits, "after": trained.release_bits},
        "held_out": None if compared is None else compared.facts,
        "warnings": warnings(samples, trained),
    }


def _next(sets: Sequence[Labelled]) -> dict[str, Any]:
    return train_weights(sets, WEIGHTS)


def _tell(report: dict[str, Any], *, as_json: bool, quiet: bool) -> None:
    if as_json:
        emit_facts(report, as_json=True)
        return
    emit_facts({key: each for key, each in report.items() if key != "warnings"}, as_json=False)
    for warning in () if quiet else report["warnings"]:
        typer.echo(f"Warning: {warning}", err=True)


def _worse(compared: Comparison, out: Path) -> StackError:
    before, after = compared.before.figures["f1"], compared.after.figures["f1"]
    return mistake(
        f"on labels held out the new weights are worse than those in use: F1 {after:.4f}, "
        f"not {before:.4f}",
        str(out),
        "give more labels or other sets; --even-worse writes them all the same",
        exit_code=_REFUSED,
    )


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
) -> Iterator[Sample]:
    if not tables:
        return
    inputs = open_inputs(tables, mappings, truth, progress).files
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
