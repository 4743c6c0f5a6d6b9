"""Templates as pages: one environment a process, autoescaped, with an undefined name an error."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from consumers.web.assets import addresses
from consumers.web.events import clock_time

_SHARED: Final = Path(__file__).parent / "templates"


class Pages:
    """The templates of one room over the shared ones."""

    def __init__(self, folder: Path) -> None:
        self._environment = _environment(folder)

    def text(self, template: str, **values: Any) -> str:
        """Return a template filled in."""
        return self._environment.get_template(template).render(values)

    def page(
        self, template: str, *, at: datetime, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return a whole page, which says as of when it holds."""
        return HTMLResponse(self.text(template, as_of=clock_time(at), **values), status)


def moment(value: datetime) -> str:
    """Show a time in UTC with seconds."""
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def iso(value: datetime) -> str:
    """Write a time for a machine (RFC 3339)."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@cache
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([folder, _SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"moment": moment, "iso": iso}
    environment.globals["asset"] = addresses()
    return environment
