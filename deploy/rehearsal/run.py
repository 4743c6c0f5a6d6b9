"""One run: parties with fresh keys, topics, a partner's receiver, and every process."""

import secrets
import shlex
import shutil
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from deploy.cluster import prepare
from deploy.local.broker import broker_address
from deploy.local.jars import Progress, unwatched
from deploy.local.kafka import choose_port
from deploy.local.process import ProcessGroup, http_ready
from deploy.pipeline import PROCESSES, Pipeline
from deploy.settings import BrokerSettings, PathSettings, Settings, TrustSettings, as_environment
from producers.sdk import SigningKeyPair
from producers.world.parties import REGISTER_KEY_FILE, Webhook, build_parties
from schemas.catalogue import SOURCES
from schemas.signing import generate_key, save_private_key
from schemas.topics import Topics

WEBHOOK_OFFICE = "CBP/operations"
"""The office of the synthetic world that takes webhooks; all others read an inbox."""
_ENVIRONMENT = "environment"


@dataclass(frozen=True)
class Rehearsal:
    """A running pipeline and all one needs to publish to it and to look at it."""

    settings: Settings
    bootstrap: str
    topics: Topics
    keys: Mapping[str, SigningKeyPair] = field(repr=False)
    pipeline: Pipeline
    group: ProcessGroup
    folder: Path

    @property
    def environment_file(self) -> Path:
        """Shell lines that let `liaison explain` and the like look at this run."""
        return self.folder / _ENVIRONMENT

    @property
    def partner_folder(self) -> Path:
        """Where the partner's receiver keeps what it got."""
        return self.folder / "partner"


@dataclass(frozen=True)
class Cast:
    """Which processes take part, and command lines that replace their own."""

    processes: Sequence[str] = PROCESSES
    commands: Mapping[str, Sequence[str]] = field(default_factory=dict)


@contextmanager
def rehearsal(
    settings: Settings, cast: Cast | None = None, progress: Progress = unwatched
) -> Iterator[Rehearsal]:
    """Start everything in a fresh namespace; end everything afterwards, in any case.

    The folder with its logs is deleted, after Ctrl-C too, but kept where something failed. Raises
    StackError where a part does not start.
    """
    cast = cast or Cast()
    namespace = f"r-{uuid.uuid4().hex[:8]}"
    folder = settings.paths.state.resolve() / "rehearsals" / namespace
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield from _run(settings, cast, folder, progress)
    except Exception:
        progress(f"Failed; logs are kept in {folder / 'logs'}", 1, 1)
        raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def _run(settings: Settings, cast: Cast, folder: Path, progress: Progress) -> Iterator[Rehearsal]:
    namespace = folder.name
    with broker_address(settings, progress) as broker, ProcessGroup(folder) as group:
        progress("Pipeline", 0, 2)
        url = _start_partner(group, folder / "partner")
        own, keys = _settle(settings, namespace, folder, broker.bootstrap, url)
        topics = Topics(namespace, own.partitions)
        prepare(broker.bootstrap, topics.all(set(SOURCES.values())))
        progress("Pipeline", 1, 2)
        pipeline = Pipeline(own, group, cast.processes, cast.commands)
        pipeline.start()
        progress("Pipeline", 2, 2)
        _write_environment(own, folder)
        yield Rehearsal(own, broker.bootstrap, topics, keys, pipeline, group, folder)


def _settle(
    settings: Settings, namespace: str, folder: Path, bootstrap: str, webhook: Webhook
) -> tuple[Settings, Mapping[str, SigningKeyPair]]:
    """Write register and keys, and return the settings every process of the run reads."""
    parties = build_parties(datetime.now(UTC), {WEBHOOK_OFFICE: webhook})
    register = parties.save(folder / "trust")
    ledger_key = folder / "trust" / "ledger.pem"
    save_private_key(generate_key(), ledger_key)
    trust = TrustSettings(
        register_file=register,
        register_key_file=folder / "trust" / REGISTER_KEY_FILE,
        agreements_folder=settings.trust.agreements_folder,
        ledger_key_file=ledger_key,
        blocking_secret=SecretStr(secrets.token_hex(16)),
        notice_secret=SecretStr(secrets.token_hex(16)),
    )
    paths = PathSettings(state=folder, cache=settings.paths.cache)
    deliver = settings.deliver.model_copy(update={"allow_loopback_webhooks": True})
    update = {
        "namespace": namespace,
        "broker": BrokerSettings(bootstrap=bootstrap),
        "paths": paths,
        "trust": trust,
        "deliver": deliver,
    }
    return settings.model_copy(update=update), parties.keys


def _write_environment(settings: Settings, folder: Path) -> None:
    path = folder / _ENVIRONMENT
    path.touch(mode=0o600)
    lines = (f"{name}={shlex.quote(value)}" for name, value in as_environment(settings).items())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _start_partner(group: ProcessGroup, folder: Path) -> Webhook:
    folder.mkdir(parents=True)
    port = choose_port(0, "partner")
    webhook = Webhook.at(f"http://127.0.0.1:{port}/notices")
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text(webhook.secret, encoding="ascii")
    argv = (sys.executable, "-m", "deploy.rehearsal.partner", str(port), str(folder))
    group.start("partner", argv, ready=http_ready(f"http://127.0.0.1:{port}/readyz"))
    return webhook
