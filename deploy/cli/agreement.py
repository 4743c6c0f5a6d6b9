"""`liaison agreement`: are the documents well formed, what do they say, do their examples hold."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Annotated, Final

import typer

from consumers.sharing import review
from consumers.sharing.compiler import compile_documents
from consumers.sharing.letters import decode
from consumers.sharing.policy import AGREEMENTS, parse_all
from deploy.cli import acts, drafts, simulate
from deploy.cli.output import Json, emit, plain
from deploy.cli.progress import shown_progress
from deploy.settings import read_settings
from deploy.trust import Trust
from schemas.errors import ConfigError
from schemas.party import Register

app = typer.Typer(no_args_is_help=True, help="Check, show, test, compare, sign agreements.")

Documents = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE|FOLDER]...", help="Documents; without any, those that the settings name."
    ),
]
_PROBLEM: Final = ("document", "line", "column", "problem")


@app.command()
def check(
    documents: Documents = None,
    *,
    signed: Annotated[
        bool, typer.Option("--signed", help="Signatures that do not hold are wrong too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print what is wrong, with line and column; exit 1 if anything is.

    Parties and signers are looked up in the party register where the settings name one.
    """
    texts, register = _read(documents), _register()
    problems = review.check(texts, register)
    if register is not None or signed:
        known = register or Register({}, {}, {}, {}, {})
        lacking = [each for path in texts for each in drafts.unsigned(Path(path), known)]
        problems = (*problems, *(lacking if signed else ()))
        for each in () if signed else lacking:
            typer.echo(plain(each), err=True)
    if problems and as_json:
        emit(map(_located, problems), _PROBLEM, as_json=True)
    else:
        for problem in problems:
            typer.echo(plain(problem))
    if problems:
        raise typer.Exit(1)
    typer.echo(f"{len(texts)} documents are well formed and keep their examples.", err=True)


@app.command()
def show(
    document: Annotated[str, typer.Argument(metavar="ID", help="Such as HSI-BIS-2024.")],
    documents: Documents = None,
    *,
    as_json: Json = False,
) -> None:
    """Say a document in plain sentences, then the lines of the function compiled from it."""
    parsed = parse_all(_read(documents))
    compiled = compile_documents(parsed)
    sentences = review.show(parsed, compiled, document)
    if as_json:
        found = next(each for each in parsed if each.id == document)
        lines = list(review.source_of(found, compiled))
        emit([asdict(found) | {"compiled": lines}], (), as_json=True)
    else:
        for sentence in sentences:
            typer.echo(plain(sentence))


@app.command("test")
def run_examples(documents: Documents = None, *, as_json: Json = False) -> None:
    """Ask every example of every clause; exit 1 if one does not come out as expected."""
    outcomes = review.run_examples(_read(documents))
    emit(
        (each._asdict() for each in outcomes),
        ("at", *("rule", "expected", "passed")),
        as_json=as_json,
    )
    failed = sum(not each.passed for each in outcomes)
    typer.echo(f"{len(outcomes) - failed} of {len(outcomes)} examples hold.", err=True)
    if failed:
        raise typer.Exit(1)


@app.command()
def prove(documents: Documents = None, *, as_json: Json = False) -> None:
    """Prove of every possible request what no document may do; exit 1 if a property breaks.

    Both keys' compiled rules are proved, and proved equal. A property that breaks is shown with a
    request that breaks it. Exit 2: the solver is not installed (extra `proof`).
    """
    parsed = parse_all(_read(documents))
    try:
        # Deciding and sending never load the solver; nor does any other command.
        from consumers.sharing.prove import prove as prover  # noqa: PLC0415
    except ModuleNotFoundError:
        typer.echo("The solver is not installed: pip install 'liaison[proof]'.", err=True)
        raise typer.Exit(2) from None
    begin = perf_counter()
    with shown_progress() as progress:
        rows = []
        for proof in prover.prove(parsed):
            rows.append(proof)
            progress("Properties", len(rows), prover.COUNT)
    failed = [each for each in rows if each.outcome != prover.PROVED]
    emit(
        ({**asdict(each), "milliseconds": round(each.milliseconds, 1)} for each in rows),
        ("outcome", "milliseconds", "name", "law", "sentence"),
        as_json=as_json,
    )
    for each in failed if not as_json else ():
        typer.echo(plain(f"{each.outcome}: {each.name} ({each.law}). {each.example}"))
    seconds = perf_counter() - begin
    proved = f"{len(rows) - len(failed)} of {len(rows)} properties are proved in {seconds:.1f} s."
    typer.echo(proved, err=True)
    if failed:
        raise typer.Exit(1)


def _read(documents: Iterable[Path] | None) -> Mapping[str, str]:
    """Return texts by the path that errors call them; ConfigError where one cannot be read."""
    given = list(documents or [read_settings().trust.agreements_folder or AGREEMENTS])
    paths = [
        p for each in given for p in (sorted(each.glob("*.yaml")) if each.is_dir() else [each])
    ]
    if not paths:
        raise ConfigError("NO_AGREEMENTS", f"{given[0]} holds no document (*.yaml)")
    texts = {}
    for path in paths:
        try:
            texts[str(path)] = decode(path.read_bytes(), str(path))
        except OSError as error:
            raise ConfigError("AGREEMENT_FILE", f"{path}: {type(error).__name__}") from None
    return texts


def _register() -> Register | None:
    """Return the party register that the settings name, if any."""
    settings = read_settings()
    return None if settings.trust.register_file is None else Trust.of(settings).register()


def _located(problem: str) -> dict[str, str | int | None]:
    """Split `document:line:column: what`; what concerns no place has neither."""
    where, _, said = problem.partition(": ")
    document, *place = where.rsplit(":", 2)
    line, column = map(int, place) if len(place) == 2 else (None, None)
    return dict(zip(_PROBLEM, (document, line, column, said), strict=True))


for _command in (
    *(drafts.sign, drafts.diff, drafts.publish, simulate.simulate),
    *(acts.suspend, acts.resume, acts.reviews, acts.release, acts.alarms),
):
    app.command()(_command)
