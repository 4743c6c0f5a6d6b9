"""`liaison worker`: the stages of the stream, a process each."""

from typing import Annotated

import typer

from deploy import worker
from deploy.logs import configure_logging
from deploy.pipeline import run_stages
from deploy.settings import read_settings
from schemas.errors import ConfigError
from streams.app import STAGES

app = typer.Typer(help="Run stages of the stream, a process each.")


@app.command()
def run(
    stages: Annotated[
        list[str] | None, typer.Argument(metavar="[STAGE]...", help=f"Of {', '.join(STAGES)}.")
    ] = None,
) -> None:
    """Run one stage in this process, or several (without a name: all) in one process each."""
    wanted = stages or list(STAGES)
    if unknown := sorted(set(wanted) - set(STAGES)):
        raise ConfigError("NO_SUCH_STAGE", f"{', '.join(unknown)}; there are {', '.join(STAGES)}")
    settings = read_settings()
    configure_logging()
    if len(wanted) == 1:
        worker.run(wanted[0], settings)
    else:
        run_stages(settings, wanted)
