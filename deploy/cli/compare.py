"""`liaison compare`: are two names one, offline; by themselves or in a table of pairs."""

from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from deploy.analysis.attributes import listing
from deploy.analysis.kinds import KINDS, kind_of
from deploy.analysis.mistakes import mistake
from deploy.analysis.pairs import PairColumns, Tally, score_pairs
from deploy.analysis.sentences import of_names
from deploy.cli.output import Json, emit_facts, plain
from deploy.cli.progress import shown_progress
from streams.correlate.names import MATCH_SCORE, explain, score
from streams.correlate.weights import WEIGHTS

SOME_REJECTED: Final = 3

app = typer.Typer(help="How alike two names are, on one scale for all data.")


@app.command()
def compare(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME NAME]", help="The two names.")
    ] = None,
    *,
    kind: Annotated[
        str | None, typer.Option(help="person, organization, vessel or another kind.")
    ] = None,
    explained: Annotated[
        bool, typer.Option("--explain", help="Say what agrees and what does not.")
    ] = False,
    pairs: Annotated[Path | None, typer.Option(help="Table of pairs, instead of names.")] = None,
    left: Annotated[str | None, typer.Option(help="Its column of one name.")] = None,
    right: Annotated[str | None, typer.Option(help="Its column of the other.")] = None,
    kind_column: Annotated[str | None, typer.Option(help="Its column of kinds.")] = None,
    out: Annotated[Path | None, typer.Option(help="The table with score and match added.")] = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Errors only on standard error.")] = False,
) -> None:
    """Print the score of two names, 0 to 1, and whether they match; or add both to a table.

    Kinds may be written as person, individual, organization, company, LegalEntity, vessel, ship.
    """
    chosen = None if kind is None else _kind(kind)
    if pairs is None:
        _two(names or [], chosen, explained=explained, as_json=as_json)
        return
    if names or explained or left is None or right is None or out is None:
        _misused("--pairs needs --left, --right and --out, and takes no names")
    if chosen is None and kind_column is None:
        _misused("say what the names are: --kind, or --kind-column")
    columns = PairColumns(left, right, chosen, kind_column)
    with shown_progress(quiet=quiet) as progress:
        tally = score_pairs(pairs, columns, out, progress)
    _tell(pairs, tally, quiet=quiet)
    facts = {"pairs": tally.pairs, "matches": tally.matches, "unknown_kind": tally.unknown}
    facts |= {"broken_rows": len(tally.broken_lines)}
    emit_facts({**facts, "out": out, **_versions()}, as_json=as_json)
    if tally.unknown or tally.broken_lines:
        raise typer.Exit(SOME_REJECTED)


def _two(names: list[str], kind: str | None, *, explained: bool, as_json: bool) -> None:
    if len(names) != 2:
        _misused(f"two names were expected, {len(names)} given; quote each")
    if kind is None:
        _misused("say what the names are: --kind")
    likeness = score(kind, *names)
    facts = {"score": round(likeness, 4), "match": likeness >= MATCH_SCORE, "kind": kind}
    left, right = names
    sentences = (
        [*explain(kind, left, right), *of_names(kind, left, right, likeness)] if explained else []
    )
    if as_json:
        why = {"why": sentences} if explained else {}
        emit_facts({**facts, **why, **_versions()}, as_json=True)
        return
    emit_facts({**facts, **_versions()}, as_json=False)
    for sentence in sentences:
        typer.echo(f"  {plain(sentence)}")


def _versions() -> dict[str, object]:
    return {"match_from": MATCH_SCORE, "weights": WEIGHTS.version}


def _tell(pairs: Path, tally: Tally, *, quiet: bool) -> None:
    for count, lines, what in (
        (tally.unknown, tally.unknown_lines, "have a kind that is not known and no score"),
        (len(tally.broken_lines), tally.broken_lines[:10], "could not be read and are left out"),
    ):
        if count and not quiet:
            shown = ", ".join(map(str, lines)) + (", ..." if count > len(lines) else "")
            typer.echo(f"{pairs.name}: {count} rows {what}: line {shown}.", err=True)


def _kind(word: str) -> str:
    kind = kind_of(word)
    if kind is None:
        raise mistake(f"{word!r} is no kind; {listing(KINDS)}", "--kind", "give one of them")
    return kind


def _misused(what: str) -> NoReturn:
    raise mistake(what, "liaison compare", "liaison compare --help")
