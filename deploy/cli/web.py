"""`liaison web`: the pages, in processes of their own, on loopback."""

import secrets

import typer
import uvicorn
from starlette.applications import Starlette

from consumers.portal.app import PortalOffice, PortalSettings, create_app, require_loopback
from deploy.logs import configure_logging
from deploy.settings import Settings, read_settings
from deploy.trust import Trust
from schemas.clock import SystemClock

_HOST = "127.0.0.1"
_SESSION_SECRET_BYTES = 32
_GRACE_SECONDS = 2
"""How long open streams may hold up the end of the process."""

app = typer.Typer(no_args_is_help=True, help="Serve the pages, on loopback.")


@app.command()
def inbox() -> None:
    """Serve the attaches' inbox; this process opens the inbox and has no way to the vault."""
    settings = read_settings()
    register = Trust.of(settings).register()
    offices = {
        channel.office: PortalOffice(
            name=channel.office,
            officers={
                o.id: o.name for o in register.officers.values() if o.office == channel.office
            },
        )
        for channel in register.channels.values()
        if channel.kind == "inbox"
    }
    portal = PortalSettings(
        inbox_path=settings.inbox,
        offices=offices,
        clock=SystemClock(),
        session_secret=secrets.token_bytes(_SESSION_SECRET_BYTES),
    )
    _serve(create_app(portal), settings)


@app.command()
def desk() -> None:
    """Serve the operators' desk."""
    from consumers.desks.ops.app import OpsSettings, create_app  # noqa: PLC0415  not in the portal

    settings = read_settings()
    ops = OpsSettings(
        bootstrap=Trust.of(settings).bootstrap(),
        namespace=settings.namespace,
        processes=settings.web.targets,
        clock=SystemClock(),
    )
    _serve(create_app(ops), settings)


def _serve(pages: Starlette, settings: Settings) -> None:
    configure_logging()
    require_loopback(_HOST)
    uvicorn.run(
        pages,
        host=_HOST,
        port=settings.web.port,
        log_level="warning",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
