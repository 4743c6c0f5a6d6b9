"""`liaison quarantine`: what was refused, where and why. Never the refused bytes on a screen."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from deploy.cli.output import Json, emit, emit_facts
from deploy.cli.reach import running_broker
from deploy.local.errors import StackError
from deploy.observation.quarantine import Refusal, message_at, read_refusals
from deploy.settings import read_settings
from schemas import headers
from schemas.codec import Codec
from schemas.errors import Reason
from schemas.registry import load_lock
from schemas.topics import Topics

app = typer.Typer(no_args_is_help=True, help="List and show what was refused, and why.")

_COLUMNS: Final = ("origin", "reason", "stage", "agency", "record", "first_failure", "kept")
_TEXT: Final = frozenset({*headers.CLOUD_EVENT_HEADERS, headers.TRACEPARENT, headers.KEY_ID})
_RAW: Final = frozenset({headers.SIGNATURE, headers.PROOF})
_OURS: Final = "liaison-"


@app.command("list")
def list_refusals(
    *,
    reason: Annotated[Reason | None, typer.Option(help="Only refusals for this reason.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only this agency's, by its code.")] = None,
    count: Annotated[bool, typer.Option("--count", help="Only how many, by reason.")] = False,
    as_json: Json = False,
) -> None:
    """List refusals, oldest first, each once however often it was replayed."""
    found = [
        refusal
        for refusal in read_refusals(*_topic())
        if reason in (None, refusal.reason) and agency in (None, refusal.agency)
    ]
    if count:
        counts = sorted(Counter(refusal.reason for refusal in found).items())
        rows = [{"reason": each, "refusals": number} for each, number in counts]
        emit(rows, ("reason", "refusals"), as_json=as_json)
    else:
        emit(map(asdict, found), _COLUMNS, as_json=as_json)


@app.command()
def show(
    origin: Annotated[str, typer.Argument(help="Where it was published: TOPIC/PARTITION/OFFSET.")],
    *,
    target: Annotated[
        Path | None,
        typer.Option("--bytes", help="Write the message's value to this new file, for you alone."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show one refusal: facts, headers, digest; the refused value only into a file."""
    bootstrap, topic = _topic()
    found = [refusal for refusal in read_refusals(bootstrap, topic) if refusal.origin == origin]
    if not found:
        raise _failed("no refusal has this origin", topic, "liaison quarantine list")
    for refusal in found:
        place = refusal.value_position
        message = message_at(bootstrap, place or refusal.position)
        value = None if place is None or message is None else message.value
        if value is not None and not refusal.is_of(value, Codec(load_lock())):
            message = value = None
        standing = "only its digest is kept" if value is None else f"{len(value)} bytes at {place}"
        carried = readable(() if message is None else message.headers)
        emit_facts(asdict(refusal) | {"value": standing, "headers": carried}, as_json=as_json)
        if target is not None:
            _write(value, target, refusal)


def readable(carried: Iterable[tuple[str, bytes]]) -> Mapping[str, str]:
    """Return the publisher's headers: those of the contract as they are, of others the size."""
    return {
        name: content.hex()
        if name in _RAW
        else content.decode(errors="replace")
        if name in _TEXT
        else f"{len(content)} bytes"
        for name, content in carried
        if name in _TEXT | _RAW or not name.startswith(_OURS)
    }


def _topic() -> tuple[str, str]:
    settings = read_settings()
    return running_broker(settings), Topics(settings.namespace, settings.partitions).quarantine


def _write(value: bytes | None, target: Path, refusal: Refusal) -> None:
    if value is None:
        raise _failed("its bytes are not kept", refusal.origin, "ask the agency for them")
    try:
        target.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise _failed(f"{target}: {error.strerror}", refusal.origin, "name a new file") from None
    target.write_bytes(value)
    typer.echo(f"{len(value)} bytes written to {target}", err=True)


def _failed(what: str, where: str, next_step: str) -> StackError:
    return StackError(what, where=where, unchanged="Nothing was written", next_step=next_step)
