"""`liaison bench`: measure the running pipeline, the correlation core and the sharing core."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from deploy.bench.learning import learn as learn_weights
from deploy.bench.pipeline import PROCESSES, latency, mix_of, throughput
from deploy.bench.quality import chosen_sets, measure_quality
from deploy.bench.rivals import Rivals
from deploy.bench.sharing import measure_sharing
from deploy.bench.speed import measure_peers, measure_speed
from deploy.bench.speed_table import lines_new, speed_table
from deploy.bench.table import notes, quality_table
from deploy.cli.bench_stream import crash, stream
from deploy.cli.progress import shown_progress
from deploy.machine import provenance
from deploy.rehearsal import rehearsal
from deploy.rehearsal.run import Cast
from deploy.settings import read_settings
from streams.correlate.weights import WEIGHTS, load_weights

app = typer.Typer(no_args_is_help=True, help="Measure pipeline and correlation.")
app.command()(crash)
app.command()(stream)

DATA: Final = Path("../shared/data")
_LATENCY_SECONDS = 20


@app.callback()
def bench() -> None:
    """Measure pipeline and correlation core; every figure is printed with commit and machine."""


@app.command()
def pipeline(
    *,
    events: Annotated[int, typer.Option(min=1000, help="Events of the bench mix.")] = 40_000,
    seed: Annotated[int, typer.Option(help="Which mix.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as last line.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """Events/s published to decided, CPU per stage, and latency at half the maximum."""
    settings, cast = read_settings(), Cast(PROCESSES)
    with shown_progress(quiet=quiet) as progress:
        mix = mix_of(seed, events, progress)
        with rehearsal(settings, cast, progress) as run:
            fast = throughput(run, mix, progress)
        rate = fast["events_s"] / 2
        steady = mix_of(seed + 1, max(1000, int(rate * _LATENCY_SECONDS)), progress)
        with rehearsal(settings, cast, progress) as run:
            slow = latency(run, steady, rate, progress)
    result = {**fast, "latency_at_half": slow, **provenance()}
    _print(Console(stderr=as_json), result, "Pipeline, bench mix")
    if as_json:
        typer.echo(json.dumps(result))


@app.command()
def quality(
    *,
    sets: Annotated[str, typer.Option(help="Names of sets, by commas; all without it.")] = "",
    peers: Annotated[bool, typer.Option(help="Measure the peers too.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Take no peer's figure from memory.")] = (
        False
    ),
    data: Annotated[Path, typer.Option(help="Folder of the public data sets.")] = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as last line.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """Match quality on public labelled sets, beside other engines at their hindsight best."""
    names = chosen_sets(sets)
    with shown_progress(quiet=quiet) as progress:
        rivals = Rivals(data, read_settings().paths.state, progress, fresh=fresh)
        findings = list(measure_quality(names, rivals, peers=peers))
    console = Console(stderr=as_json, width=None if sys.stdout.isatty() else 200)
    console.print(quality_table(findings, WEIGHTS.version))
    for note in notes(findings):
        console.print(note, highlight=False)
    if as_json:
        found = {finding.name: finding.as_json() for finding in findings}
        typer.echo(json.dumps({"weights": WEIGHTS.version, "sets": found}))


@app.command()
def correlate(
    *,
    records: Annotated[int, typer.Option(min=1000, help="Records of the largest index.")] = (
        1_000_000
    ),
    peers: Annotated[bool, typer.Option(help="Measure the peers too.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Take no peer's figure from memory.")] = (
        False
    ),
    data: Annotated[Path, typer.Option(help="Folder of the public data sets.")] = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as last line.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """Speed, latency against index size and memory of the correlation core, in this process.

    Each figure is printed as it is made, and all in one table at the end.
    """
    # Bound before the bars take standard output over, unless both are one terminal.
    piped = not as_json and not sys.stdout.isatty()
    console = Console(file=sys.stdout if piped else None, stderr=as_json)
    result: dict[str, Any] = {"weights": WEIGHTS.version, **provenance()}
    told: set[str] = set()
    with shown_progress(quiet=quiet) as progress:
        rivals = Rivals(data, read_settings().paths.state, progress, fresh=fresh)
        for name, figures in measure_speed(data, records, progress):
            result[name] = figures
            for line in lines_new(result, told):
                console.print(line, highlight=False, soft_wrap=True)
        result["peers"] = measure_peers(rivals) if peers else {}
    console.print(speed_table(result))
    if as_json:
        typer.echo(json.dumps(result))


@app.command()
def sharing(
    *,
    requests: Annotated[int, typer.Option(min=0, help="Generated requests for both keys.")] = (
        100_000
    ),
    seed: Annotated[int, typer.Option(help="Which requests and documents.")] = 1,
    proofs: Annotated[bool, typer.Option(help="Prove the properties, at 500 agreements too.")] = (
        True
    ),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as last line.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """Decisions and two-key releases a second and core, proofs, and whether the keys differ.

    The long form is `--requests 10000000`. Exit 1 if the keys differ anywhere.
    """
    with shown_progress(quiet=quiet) as progress:
        result = measure_sharing(requests, seed, progress, proofs=proofs)
    result |= provenance()
    _print(Console(stderr=as_json), result, "Sharing core")
    if as_json:
        typer.echo(json.dumps(result))
    if result["differential"]["disagreements"]:
        raise typer.Exit(1)


@app.command()
def learn(
    out: Annotated[Path, typer.Option(help="Where the weights go; a file that is not there yet.")],
    *,
    without: Annotated[str, typer.Option(help="Sets to leave out, by commas.")] = "",
    data: Annotated[Path, typer.Option(help="Folder of the public data sets.")] = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as last line.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")] = False,
) -> None:
    """Weights from the public sets: how those that ship were made, or what they are without one."""
    with shown_progress(quiet=quiet) as progress:
        rivals = Rivals(data, read_settings().paths.state, progress, fresh=False)
        document = learn_weights(rivals, without.split(","), progress)
    with out.open("x", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
    version = load_weights(out.read_bytes()).version
    typer.echo(json.dumps({"weights": version}) if as_json else f"{out}: weights {version}")


def _print(console: Console, result: dict[str, object], title: str = "Bench") -> None:
    table = Table("what", "figure", title=title)
    for name, value in result.items():
        if isinstance(value, dict):
            for key, figure in value.items():
                table.add_row(f"{name} {key}", str(figure))
        else:
            table.add_row(name, str(value))
    console.print(table)
