"""`liaison consent`: what is held for whose consent, and the answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated, Final

import typer
from sqlalchemy import Connection

from consumers.consent import requests
from consumers.sqlite import open_store
from consumers.store.vault import METADATA
from deploy.cli.output import Json, emit, emit_facts
from deploy.cli.reach import reading_vault
from deploy.settings import read_settings
from schemas.clock import SystemClock
from schemas.record import from_microseconds

app = typer.Typer(no_args_is_help=True, help="Consents: what is asked for, and the answers.")

_COLUMNS: Final = (
    *("id", "party", "record", "field", "office", "purpose", "rule", "asked", "answer"),
)

RequestId = Annotated[str, typer.Argument(metavar="REQUEST", help="As `consent list` shows it.")]


@app.command("list")
def list_requests(
    *,
    every: Annotated[bool, typer.Option("--all", help="Also what was answered.")] = False,
    party: Annotated[str | None, typer.Option(help="Only what this party is asked.")] = None,
    as_json: Json = False,
) -> None:
    """List what waits for consent: who is asked, for which record or field, on whose behalf."""
    with reading_vault(read_settings()) as vault, vault.connect() as connection:
        rows = requests.requests(connection, every=every)
    shown = [
        {**row, "asked": from_microseconds(row["asked_us"])}
        for row in rows
        if party in (None, row["party"])
    ]
    emit(shown, _COLUMNS, as_json=as_json)


@app.command()
def grant(
    request: RequestId,
    *,
    officer: Annotated[str, typer.Option(help="Who consents.")],
    hours: Annotated[float, typer.Option(min=0.01, help="How long it may be relied on.")] = 72.0,
    as_json: Json = False,
) -> None:
    """Consent to one notice: its retries are covered until it expires, an update never is."""
    now = SystemClock().now()
    with _vault() as connection:
        consent = requests.grant(connection, request, officer, timedelta(hours=hours), now)
    facts = {"consent": consent, "request": request, "expires": now + timedelta(hours=hours)}
    emit_facts(facts, as_json=as_json)


@app.command()
def refuse(request: RequestId, *, as_json: Json = False) -> None:
    """Refuse what was asked; it is not asked for again."""
    with _vault() as connection:
        requests.refuse(connection, request, SystemClock().now())
    emit_facts({"request": request, "answer": "refused"}, as_json=as_json)


@app.command()
def revoke(
    consent: Annotated[str, typer.Argument(metavar="CONSENT", help="As `grant` returned it.")],
    *,
    as_json: Json = False,
) -> None:
    """Take a consent back; what was told under it is recalled."""
    with _vault() as connection:
        requests.revoke(connection, consent, SystemClock().now())
    emit_facts({"consent": consent, "answer": "revoked"}, as_json=as_json)


@contextmanager
def _vault() -> Iterator[Connection]:
    settings = read_settings()
    with reading_vault(settings):
        engine = open_store(settings.vault, METADATA)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
