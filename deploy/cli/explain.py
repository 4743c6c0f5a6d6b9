"""`liaison explain`: why a recipient was told what it was told, or nothing. For operators only.

And why an analyst's run of `liaison correlate` links two records.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from consumers.sharing import transition
from deploy.analysis.links import LinkSection, explain_link
from deploy.analysis.mistakes import mistake
from deploy.cli.output import Json, emit, emit_facts, plain
from deploy.cli.reach import reading_vault
from deploy.explanation import Explainer, Section
from deploy.local.errors import StackError
from deploy.settings import read_settings
from schemas.codec import Codec
from schemas.registry import load_lock

app = typer.Typer(help="Why a recipient was told of a match, or was not; for operators only.")

_LINK: Final = "link"
_STANDING: Final = "standing"


@app.command()
def explain(
    subjects: Annotated[
        list[str],
        typer.Argument(
            metavar="NOTICE|MATCH|LEFT|link [LEFT] [RIGHT]|standing",
            help="An id, or the ends of a link: RECORD or RECORD#ENTITY, such as "
            "hsi.field/R-1#p1; one end alone means any other. With --out, the ends as links.csv "
            "writes them.",
        ),
    ],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Folder of a run of `liaison correlate`.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say by which clause each field was released, what lowered or withheld it, and the evidence.

    Of a link: in which matches it stands, and what agrees in words. No value of a record is shown.
    `liaison explain link LEFT RIGHT --out DIR` says what each attribute of two records of a run
    weighs, and what the sum means. `liaison explain standing` prints the table from what is decided
    and what a recipient holds to notice, update, correction, recall, review or nothing.
    """
    if subjects == [_STANDING]:
        _show_table(as_json=as_json)
        return
    asked = subjects[1:] if subjects[0] == _LINK else subjects
    if not asked or len(asked) > 2:
        _misused("one id or the two ends of a link were expected")
    if out is None:
        _show(_from_vault(asked), as_json=as_json)
    elif len(asked) == 2:
        _show(list(explain_link(out, *asked)), as_json=as_json)
    else:
        _misused("--out needs the two ends of a link")


def _from_vault(asked: Sequence[str]) -> list[Section]:
    settings = read_settings()
    with reading_vault(settings) as vault:
        explainer = Explainer(vault, Codec(load_lock()))
        sections = list(explainer.one(*asked) if len(asked) == 1 else explainer.link(*asked))
    if not sections:
        raise StackError(
            "the vault has no such notice, match or link",
            where=str(settings.vault),
            unchanged="Nothing was changed",
            next_step="liaison ledger report --json lists the notices",
        )
    return sections


def _show_table(*, as_json: bool) -> None:
    if as_json:
        emit((rule._asdict() for rule in transition.TABLE), (), as_json=True)
    else:
        for line in transition.sentences():
            typer.echo(line)


def _show(sections: Sequence[Section] | Sequence[LinkSection], *, as_json: bool) -> None:
    for section in sections:
        if as_json:
            whole = {"kind": section.kind, **section.facts, "sentences": section.sentences}
            emit_facts(whole, as_json=True)
        else:
            typer.echo(f"{section.kind.upper()}")
            emit_facts(section.facts, as_json=False)
            for sentence in section.sentences:
                typer.echo(f"  {plain(sentence)}")
            typer.echo()


def _misused(what: str) -> NoReturn:
    raise mistake(what, "liaison explain", "liaison explain --help")
