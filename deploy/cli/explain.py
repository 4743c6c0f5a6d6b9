"""`liaison explain`: why a recipient was told what it was told, or nothing. For operators only."""

from typing import Annotated

import typer

from deploy.cli.output import Json, emit_facts, plain
from deploy.cli.reach import reading_vault
from deploy.explanation import Explainer
from deploy.local.errors import StackError
from deploy.settings import read_settings
from schemas.codec import Codec
from schemas.registry import load_lock

app = typer.Typer(help="Why a recipient was told of a match, or was not; for operators only.")


@app.command()
def explain(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="NOTICE|MATCH|LEFT",
            help="An id, or one end of links: RECORD or RECORD#ENTITY, such as hsi.field/R-1#p1.",
        ),
    ],
    right: Annotated[
        str | None,
        typer.Argument(metavar="[RIGHT]", help="The link's other end; without it, any."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Say by which clause each field was released, what lowered or withheld it, and the evidence.

    Of a link: in which matches it stands, and what agrees in words. No value of a record is shown.
    """
    settings = read_settings()
    with reading_vault(settings) as vault:
        explainer = Explainer(vault, Codec(load_lock()))
        asked = explainer.one(subject) if right is None else explainer.link(subject, right)
        sections = list(asked)
    if not sections:
        raise StackError(
            "the vault has no such notice, match or link",
            where=str(settings.vault),
            unchanged="Nothing was changed",
            next_step="liaison ledger report --json lists the notices",
        )
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
