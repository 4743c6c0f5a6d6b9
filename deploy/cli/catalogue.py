"""`liaison catalogue`: every event type, who publishes it, where, under which restrictions."""

import typer

from deploy.cli.output import Json, emit
from deploy.settings import read_settings
from schemas.catalogue import EVENT_TYPES
from schemas.topics import Topics

app = typer.Typer(help="Every event type: source, agency, kind, topic, restrictions.")

_COLUMNS = ("event_type", "source", "agency", "kind", "topic", "restrictions")


@app.command()
def catalogue(*, as_json: Json = False) -> None:
    """List the event types; restrictions are case numbers of the sharing-rule catalogue."""
    settings = read_settings()
    topics = Topics(settings.namespace, settings.partitions)
    rows = (
        {
            "event_type": name,
            "source": event_type.source,
            "agency": event_type.agency,
            "kind": event_type.kind,
            "topic": topics.agency(event_type.agency, event_type.kind),
            "restrictions": event_type.restrictions,
        }
        for name, event_type in EVENT_TYPES.items()
    )
    emit(rows, _COLUMNS, as_json=as_json)
