"""`liaison topics`: the topics of a namespace, as they must be, and made so."""

from dataclasses import asdict
from typing import Annotated

import typer

from deploy.cli.output import Json, emit
from deploy.cli.reach import running_broker
from deploy.cluster import prepare
from deploy.observation.quarantine import existing_topics
from deploy.settings import read_settings
from schemas.catalogue import SOURCES
from schemas.topics import Topics, TopicSpec

app = typer.Typer(no_args_is_help=True, help="List and create the topics of the namespace.")

_COLUMNS = ("name", "partitions", "cleanup_policy", "retention_ms", "max_message_bytes", "key")


@app.command("list")
def list_topics(*, as_json: Json = False) -> None:
    """List what must exist; asks no broker."""
    emit((asdict(spec) for spec in _specs()), _COLUMNS, as_json=as_json)


@app.command()
def create(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is missing.")] = False,
    as_json: Json = False,
) -> None:
    """Create what is missing and print it; refused where a topic has another partition count."""
    specs = {spec.name: spec for spec in _specs()}
    bootstrap = running_broker(read_settings())
    if dry_run:
        names = sorted(specs.keys() - existing_topics(bootstrap))
    else:
        names = prepare(bootstrap, specs.values())
    emit((asdict(specs[name]) for name in names), _COLUMNS, as_json=as_json)
    typer.echo(f"{len(specs) - len(names)} of {len(specs)} topics were there.", err=True)


def _specs() -> list[TopicSpec]:
    settings = read_settings()
    return Topics(settings.namespace, settings.partitions).all(set(SOURCES.values()))
