"""`liaison agreement suspend|resume|reviews|release|alarms`: operators' acts while deliver runs."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from consumers.sharing.acceptance import in_force
from consumers.sharing.documents import Agreement
from consumers.sharing.suspension import Act, Deed, running, with_acts
from consumers.sqlite import open_store
from consumers.store import timers
from consumers.store.policies import PolicyBook
from consumers.store.standings import Thread, clear
from consumers.store.vault import METADATA
from deploy.cli.output import Json, emit, emit_facts
from deploy.cli.reach import folder_documents, reading_vault
from deploy.settings import Settings, read_settings
from schemas.clock import SystemClock
from schemas.errors import ConfigError
from schemas.record import from_microseconds, microseconds

#: The longest that nobody may answer: every lease has lapsed by then.
_PATIENCE_SECONDS: Final = 5.0
_POLL_SECONDS: Final = 0.002

AgreementId = Annotated[str, typer.Argument(metavar="ID", help="Such as HSI-SKR-2010.")]
Order = Annotated[str, typer.Option(help="The order it is done by; everybody is shown it.")]


def suspend(agreement: AgreementId, *, order: Order, as_json: Json = False) -> None:
    """Stop content under an agreement; returns once no sender can go by what was before.

    Nothing is recalled: recipients keep what they have received, and learn of recalls as ever.
    """
    _act(agreement, "suspend", order, as_json=as_json)


def resume(agreement: AgreementId, *, order: Order, as_json: Json = False) -> None:
    """Put an agreement in force again; what was decided before and never told waits for review."""
    _act(agreement, "resume", order, as_json=as_json)


def reviews(*, as_json: Json = False) -> None:
    """List releases that wait for an operator since an agreement was resumed."""
    with reading_vault(read_settings()) as vault, vault.connect() as connection:
        rows = [_told_when(row, "asked_us") for row in timers.reviews(connection)]
    emit(rows, ("match", "channel", "asked"), as_json=as_json)


def release(
    match: Annotated[str, typer.Argument(metavar="MATCH", help="As `agreement reviews` shows it.")],
    channel: Annotated[
        str | None, typer.Option(help="Only this channel's; without it every channel's.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Release what was reviewed; it is decided again, and sent if it may be."""
    settings = read_settings()
    with reading_vault(settings):
        engine = open_store(settings.vault, METADATA)
    try:
        with engine.begin() as connection:
            waiting = [
                Thread(row["match"], row["channel"])
                for row in timers.reviews(connection)
                if row["match"] == match and channel in (None, row["channel"])
            ]
            for thread in waiting:
                clear(connection, thread, microseconds(SystemClock().now()))
    finally:
        engine.dispose()
    if not waiting:
        raise ConfigError("NOTHING_TO_REVIEW", f"nothing of {match} waits for review")
    emit((each._asdict() for each in waiting), ("match", "channel"), as_json=as_json)


def alarms(
    owner: Annotated[
        str | None, typer.Option(help="What this office may see, and nothing else.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """List what somebody must look to: clocks that ran down, conflicts, overrides."""
    with reading_vault(read_settings()) as vault, vault.connect() as connection:
        rows = [_told_when(row, "since_us") for row in timers.alarms(connection, owner)]
    emit(rows, ("kind", "match", "channel", "owner", "basis", "since"), as_json=as_json)


def _told_when(row: dict[str, Any], name: str) -> dict[str, Any]:
    at = from_microseconds(row.pop(name))
    return {**row, name.removesuffix("_us"): at}


def _act(agreement_id: str, deed: Deed, order: str, *, as_json: bool) -> None:
    settings, clock = read_settings(), SystemClock()
    if not order.strip():
        raise ConfigError("NO_ORDER", "an order is cited with every act on an agreement")
    book = PolicyBook.beside(settings.vault)
    try:
        now = clock.now()
        _, acts, distributed = book.read()
        agreement = _agreement(settings, agreement_id, distributed)
        under = running(with_acts(agreement, acts, now), now)
        if (under is None) == (deed == "resume"):
            state = "is not suspended" if under is None else f"is suspended by {under.order}"
            raise ConfigError("NO_SUCH_ACT", f"{agreement_id} {state}; nothing was changed")
        act = Act(agreement_id, deed, order.strip(), now)
        number = book.act(act)
        seconds = await_confirmed(book, number, now)
    finally:
        book.close()
    facts = {"agreement": agreement_id, "act": deed, "order": act.order, "policy_number": number}
    emit_facts({**facts, "in_force_after_seconds": round(seconds, 3)}, as_json=as_json)


def await_confirmed(book: PolicyBook, number: int, since: datetime) -> float:
    """Return, in seconds since the act, once no sender can go by less than `number`.

    Every sender has confirmed it, or its older leases have lapsed.
    """
    clock, patience = SystemClock(), time.monotonic() + _PATIENCE_SECONDS
    while book.waits_for(number, clock.now()) is not None:
        if time.monotonic() > patience:
            raise ConfigError("LEASES_HELD", "a lease is held beyond its time; stop deliver")
        time.sleep(_POLL_SECONDS)
    return (clock.now() - since).total_seconds()


def _agreement(
    settings: Settings, agreement_id: str, distributed: Mapping[str, bytes]
) -> Agreement:
    """Return an agreement as it is in force, acts aside; ConfigError where there is none."""
    found = in_force(folder_documents(settings), distributed.values()).get(agreement_id)
    if isinstance(found, Agreement):
        return found
    raise ConfigError("AGREEMENT_UNKNOWN", f"there is no agreement {agreement_id} in force")
