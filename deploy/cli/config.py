"""`liaison config`: the settings in force."""

from dataclasses import asdict

import typer

from deploy.cli.output import Json, emit
from deploy.reference.settings import settings
from deploy.settings import read_settings

app = typer.Typer(help="The settings in force.", no_args_is_help=True)


@app.callback()
def config() -> None:
    """The settings in force."""


@app.command()
def show(*, as_json: Json = False) -> None:
    """Print every setting: its value, where that came from, its default; secrets stay hidden."""
    in_force = read_settings()
    rows = []
    for setting in settings():
        value, given_by = setting.value(in_force)
        row = asdict(setting) | {"value": value, "given_by": given_by}
        del row["path"]
        rows.append(row)
    emit(rows, ("variable", "value", "given_by", "default", "description"), as_json=as_json)
