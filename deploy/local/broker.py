"""Where the broker is: settings first, then a Docker engine if one answers, then the local stack.

Tests and the demo get their broker here. One that is started here ends with its starter.
"""

import contextlib
import importlib.util
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from deploy.local.container import engine_answers, kafka_container
from deploy.local.errors import StackError
from deploy.local.identity import ProcessIdentity, end_all
from deploy.local.jars import Progress, class_path, unwatched
from deploy.local.kafka import CHILD, Detour, KafkaNode, Ports, choose_port, is_serving
from deploy.local.process import STOP_TIMEOUT_SECONDS, ProcessGroup
from deploy.local.stack import LocalStack, brokers_under
from deploy.settings import Settings


@dataclass(frozen=True)
class BrokerAddress:
    """A broker that serves, and which of the four ways led to it."""

    bootstrap: str
    source: Literal["settings", "container", "local stack", "own process"]


class OwnBroker:
    """A broker of this process alone, which may be killed and brought back on its data."""

    def __init__(self, node: KafkaNode, group: ProcessGroup, start_timeout_seconds: float) -> None:
        self._node = node
        self._group = group
        self._start_timeout_seconds = start_timeout_seconds
        self.bootstrap = node.bootstrap
        self.detour = node.ports.detour

    def start(self) -> None:
        """Start it, on the data it had; on return it serves. Raises StackError."""
        self._node.start(self._group, self._start_timeout_seconds)

    def stop(self) -> None:
        """End it in order."""
        self._group.stop(CHILD)

    def kill(self) -> None:
        """End it as a crash would."""
        self._group.kill(CHILD)


@contextlib.contextmanager
def broker_address(settings: Settings, progress: Progress = unwatched) -> Iterator[BrokerAddress]:
    """Yield a broker that serves, in the house's order; ends what it started itself.

    Raises StackError when the broker of the settings does not answer or none can be started.
    """
    if bootstrap := settings.broker.bootstrap:
        if not is_serving(bootstrap):
            raise _unreachable(bootstrap)
        yield BrokerAddress(bootstrap, "settings")
    elif importlib.util.find_spec("testcontainers") and engine_answers(settings.docker_host):
        with kafka_container(settings.stack.start_timeout_seconds) as bootstrap:
            yield BrokerAddress(bootstrap, "container")
    elif (stack := LocalStack(settings).status()).state == "up" and stack.bootstrap:
        yield BrokerAddress(stack.bootstrap, "local stack")
    else:
        with own_broker(settings, progress) as broker:
            yield BrokerAddress(broker.bootstrap, "own process")


@contextlib.contextmanager
def own_broker(
    settings: Settings, progress: Progress = unwatched, *, detour: bool = False
) -> Iterator[OwnBroker]:
    """Start a broker in a folder and on ports of its own; both are gone afterwards.

    With `detour` it also listens for a proxy, whose address it names to those who come that way.
    A guard ends it should this process be killed; the folder is then swept by the next to come.
    """
    sweep(settings)
    me = ProcessIdentity.of(os.getpid())
    folder = _owned(settings) / f"{me.pid}-{me.started_at}-{uuid.uuid4().hex[:8]}"
    jars = class_path(settings.paths.cache, progress)
    ports = _ports(detour=detour)
    progress("Broker", 0, 1)
    try:
        with ProcessGroup(folder) as group:
            node = KafkaNode(folder / "kafka", ports, jars, settings.stack.heap_mib)
            broker = OwnBroker(node, group, settings.stack.start_timeout_seconds)
            broker.start()
            progress("Broker", 1, 1)
            yield broker
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(settings: Settings) -> None:
    """Remove what killed owners left: each folder is named after the process that owns it."""
    for folder in _owned(settings).glob("*"):
        pid, started_at, _ = folder.name.split("-")
        if ProcessIdentity(int(pid), float(started_at)).find() is None:
            end_all(brokers_under(folder), STOP_TIMEOUT_SECONDS)
            shutil.rmtree(folder, ignore_errors=True)


def _ports(*, detour: bool) -> Ports:
    taken: list[int] = []
    for name in ("broker", "controller", *(("detour", "proxy") if detour else ())):
        taken.append(choose_port(0, name, frozenset(taken)))
    return Ports(taken[0], taken[1], Detour(taken[2], taken[3]) if detour else None)


def _owned(settings: Settings) -> Path:
    return settings.paths.state.resolve() / "brokers"


def _unreachable(bootstrap: str) -> StackError:
    return StackError(
        f"the broker {bootstrap} does not answer",
        where="LIAISON_BROKER__BOOTSTRAP",
        unchanged="Nothing was started",
        next_step="start that broker, or unset LIAISON_BROKER__BOOTSTRAP",
        exit_code=5,
    )
