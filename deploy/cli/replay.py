"""`liaison replay`: a stretch of input again through the stages, compared with what was emitted."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from deploy.settings import read_settings
from deploy.stretch import Start, replay
from schemas.catalogue import SOURCES
from schemas.errors import ConfigError
from schemas.topics import Topics

app = typer.Typer(help="Run a stretch of input again and compare.")


@app.command()
def run(
    *,
    since: Annotated[
        str, typer.Option("--from", help="An offset, or a time such as 2026-11-24T08:00:00Z.")
    ] = "0",
    topic: Annotated[
        list[str] | None, typer.Option(help="Agency topics; without one, all of them.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object as last line.")] = False,
) -> None:
    """Run agency topics through the stages in memory and compare the matches with `match.v1`.

    A regression test of new weights or rules: exit 1 where any match is missing, new or different.
    """
    settings = read_settings()
    topics = Topics(settings.namespace, settings.partitions)
    every = [
        topics.agency(code, kind)
        for code in sorted(set(SOURCES.values()))
        for kind in ("case", "intelligence")
    ]
    if unknown := sorted(set(topic or ()) - set(every)):
        raise ConfigError("NO_SUCH_TOPIC", f"{', '.join(unknown)}; there are {', '.join(every)}")
    result = replay(settings, topic or every, start_of(since))
    if as_json:
        typer.echo(json.dumps(result))
    else:
        Console().print(result)
    if result["missing"] or result["ghosts"] or result["differing"]:
        raise typer.Exit(1)


def start_of(text: str) -> Start:
    """Read an offset or a time; raises ConfigError where it is neither."""
    if text.isdecimal():
        return int(text)
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError("NO_START", f"--from {text!r} is no offset and no time") from None
    return start if start.tzinfo else start.replace(tzinfo=UTC)
