"""Every setting of every process, read once from the environment: `LIAISON_` prefix, `__` nesting.

Only commands and test fixtures read them; everything else is handed what it needs.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.local.errors import StackError
from schemas.topics import DEFAULT_PARTITIONS

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
    """The places on disk that are written."""

    state: Path = Field(
        default_factory=lambda: _project_folder() / ".liaison",
        description="data, logs, ports and locks of everything local; git ignores it",
    )
    cache: Path = Field(
        default_factory=lambda: Path.home() / ".cache" / "liaison",
        description="downloads that every checkout shares",
    )
    vault: Path | None = Field(
        default=None, description="folder of the vault; without it a folder of the state"
    )
    inbox: Path | None = Field(
        default=None, description="folder of the inbox; without it a folder of the state"
    )


class TrustSettings(_Group):
    """Who may speak and what is kept from guessing. No process of ours starts without them."""

    register_file: Path | None = Field(
        default=None, description="the signed party register (YAML, signature beside it)"
    )
    register_key_file: Path | None = Field(
        default=None,
        description="public key (Ed25519, 32 bytes raw) that the register is signed with",
    )
    agreements_folder: Path | None = Field(
        default=None, description="folder of agreements; without it the samples that ship"
    )
    ledger_key_file: Path | None = Field(
        default=None, description="private key (PEM, Ed25519) that signs ledger checkpoints"
    )
    blocking_secret: SecretStr | None = Field(
        default=None, min_length=16, description="keys the hashes that stand for identifiers"
    )
    notice_secret: SecretStr | None = Field(
        default=None, min_length=16, description="keys every id that leaves, per recipient"
    )


class WorkerGroupSettings(_Group):
    """One worker process of one stage."""

    instance_id: str | None = Field(
        default=None, description="static group membership: a quick restart moves no partition"
    )
    web_port: int = Field(
        default=0, ge=0, le=65_535, description="loopback port of /metrics, /livez, /readyz"
    )
    tables: Literal["memory", "rocksdb"] = Field(
        default="memory", description="where rows are kept; on disk a restart reads the tail alone"
    )
    linger_seconds: float = Field(
        default=0.02, ge=0, description="how long records gather while they keep coming"
    )
    commit_interval_seconds: float = Field(default=1.0, gt=0, description="pause between commits")


class DeliverGroupSettings(_Group):
    """The deliver process."""

    web_port: int = Field(
        default=0, ge=0, le=65_535, description="loopback port of /metrics, /livez, /readyz"
    )
    allow_loopback_webhooks: bool = Field(
        default=False, description="development only: webhooks may go to this machine"
    )


class WebGroupSettings(_Group):
    """The pages."""

    port: int = Field(default=0, ge=0, le=65_535, description="loopback port; 0 takes a free one")
    targets: dict[str, str] = Field(
        default_factory=dict, description="process name to its /metrics address, for the ops desk"
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
    partitions: int = Field(
        default=DEFAULT_PARTITIONS,
        ge=1,
        le=512,
        description="the one count of all topics: workers a stage may have",
    )
    docker_host: str = Field(
        default="unix:///var/run/docker.sock",
        validation_alias=AliasChoices("LIAISON_DOCKER_HOST", "DOCKER_HOST"),
        description="where a Docker engine would answer",
    )
    broker: BrokerSettings = Field(default_factory=BrokerSettings)
    stack: StackSettings = Field(default_factory=StackSettings)
    paths: PathSettings = Field(default_factory=PathSettings)
    trust: TrustSettings = Field(default_factory=TrustSettings)
    worker: WorkerGroupSettings = Field(default_factory=WorkerGroupSettings)
    deliver: DeliverGroupSettings = Field(default_factory=DeliverGroupSettings)
    web: WebGroupSettings = Field(default_factory=WebGroupSettings)

    @property
    def vault(self) -> Path:
        """The vault's database file: deliver and operators only."""
        return (self.paths.vault or self.paths.state / "vault") / "vault.sqlite"

    @property
    def inbox(self) -> Path:
        """The inbox's database file, in a folder the pages may open."""
        return (self.paths.inbox or self.paths.state / "inbox") / "inbox.sqlite"


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


def as_environment(settings: Settings) -> dict[str, str]:
    """Return the environment that makes a child process read these same settings."""
    return {
        f"LIAISON_{name}": value for name, value in _flat(settings.model_dump(exclude_none=True))
    }


def _flat(group: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in group.items():
        path = f"{prefix}{name.upper()}"
        if isinstance(value, SecretStr):
            yield path, value.get_secret_value()
        elif isinstance(value, dict) and name != "targets":
            yield from _flat(value, f"{path}__")
        else:
            yield path, json.dumps(value) if isinstance(value, dict) else str(value)
