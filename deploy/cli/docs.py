"""`liaison docs`: the reference, written from the code or compared with it."""

from typing import Annotated

import typer

from deploy.cli.output import Json, emit
from deploy.reference import pages

app = typer.Typer(help="Write or check the generated reference.")


@app.command()
def docs(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a page is stale.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the reference under deploy/docs/reference and name the pages that changed."""
    if not check:
        emit(({"page": str(path)} for path in pages.write()), ("page",), as_json=as_json)
        return
    found = list(pages.stale())
    if not found:
        typer.echo(f"All {len(pages.PAGES)} pages of the reference are current.", err=True)
        return
    emit(({"stale": str(path)} for path, _ in found), ("stale",), as_json=as_json)
    for _, difference in found:
        typer.echo("\n".join(difference), err=True)
    typer.echo("Run `make docs` and commit what it writes.", err=True)
    raise typer.Exit(1)
