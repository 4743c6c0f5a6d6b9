"""Every setting of every process, read once from the environment: `LIAISON_` prefix, `__` nesting.

Only commands and test fixtures read them; everything else is handed what it needs.
"""

from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.local.errors import StackError

_CHECKOUT = Path(__file__).resolve().parents[1]


def _project_folder() -> Path:
    """The checkout this code runs from, or the current folder for an installed distribution."""
    return _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else Path.cwd()


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BrokerSettings(_Group):
    """The Kafka cluster that all processes talk to."""

    bootstrap: str | None = Field(
        default=None,
        pattern=r"^[^\s:]+:\d+$",
        description="host:port of a broker that already runs; without it one is started",
    )


class StackSettings(_Group):
    """The local broker that `liaison stack up` starts."""

    broker_port: int = Field(
        default=0, ge=0, le=65_535, description="port on 127.0.0.1; 0 takes any free one"
    )
    heap_mib: int = Field(default=512, ge=128, description="upper limit of the broker's Java heap")
    start_timeout_seconds: float = Field(
        default=60.0, gt=0, description="how long the broker may take until it serves"
    )


class PathSettings(_Group):
    """The only two places on disk that are written."""

    state: Path = Field(
        default_factory=lambda: _project_folder() / ".liaison",
        description="data, logs, ports and locks of everything local; git ignores it",
    )
    cache: Path = Field(
        default_factory=lambda: Path.home() / ".cache" / "liaison",
        description="downloads that every checkout shares",
    )


class Settings(BaseSettings):
    """The root; raises pydantic's ValidationError for a value that does not fit."""

    model_config = SettingsConfigDict(
        env_prefix="LIAISON_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    namespace: str = Field(
        default="liaison",
        pattern=r"^[a-z0-9][a-z0-9-]{0,31}$",
        description="first part of every topic, group and store name",
    )
    docker_host: str = Field(
        default="unix:///var/run/docker.sock",
        validation_alias=AliasChoices("LIAISON_DOCKER_HOST", "DOCKER_HOST"),
        description="where a Docker engine would answer",
    )
    broker: BrokerSettings = Field(default_factory=BrokerSettings)
    stack: StackSettings = Field(default_factory=StackSettings)
    paths: PathSettings = Field(default_factory=PathSettings)


def read_settings() -> Settings:
    """Read the environment; raises StackError (usage) that names the setting, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"LIAISON_{'__'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise StackError(
            f"the settings do not fit: {faults}",
            where="environment",
            unchanged="Nothing was started or stopped",
            next_step="correct the variable",
            exit_code=2,
        ) from None
