"""The broker that `liaison stack up` leaves running until `liaison stack down`.

Everything it knows stands in one folder: `state.json` (who runs where), `lock`, `kafka/` (data)
and `logs/`. What the file says is believed only where the process itself agrees.
"""

import contextlib
import fcntl
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import psutil

from deploy.local.identity import ProcessIdentity, end_all
from deploy.local.jars import KAFKA_VERSION, Progress, class_path, unwatched
from deploy.local.kafka import CHILD, HOST, KafkaNode, Ports, choose_port, is_free, is_serving
from deploy.local.process import STOP_TIMEOUT_SECONDS, ProcessGroup
from deploy.settings import Settings


@dataclass(frozen=True)
class StackStatus:
    """What `liaison stack status` tells.

    `up`: it serves. `unready`: its process runs but does not answer. `stale`: its process ended
    without `down`. `down`: nothing is there.
    """

    state: Literal["up", "unready", "stale", "down"]
    folder: str
    kafka: str = KAFKA_VERSION
    bootstrap: str | None = None
    pid: int | None = None
    up_seconds: int | None = None
    rss_mib: int | None = None


@dataclass(frozen=True)
class _Run:
    """The content of `state.json`."""

    broker: ProcessIdentity
    ports: Ports

    @classmethod
    def read(cls, path: Path) -> "_Run | None":
        try:
            stored = json.loads(path.read_text())
            return cls(ProcessIdentity(**stored["broker"]), Ports(**stored["ports"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, path: Path) -> None:
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self)))
        draft.replace(path)

    @property
    def bootstrap(self) -> str:
        return f"{HOST}:{self.ports.broker}"


class LocalStack:
    """The one detached stack of a state folder."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.folder = settings.paths.state.resolve() / "stack"
        self._state = self.folder / "state.json"

    @property
    def log(self) -> Path:
        """Where the broker writes what it has to say."""
        return self.folder / "logs" / f"{CHILD}.log"

    def status(self) -> StackStatus:
        """Ask the process and the broker themselves; changes nothing."""
        run = _Run.read(self._state)
        if run is None:
            return StackStatus("down", str(self.folder))
        process = run.broker.find()
        if process is None:
            return StackStatus("stale", str(self.folder), bootstrap=run.bootstrap)
        return StackStatus(
            "up" if is_serving(run.bootstrap) else "unready",
            str(self.folder),
            bootstrap=run.bootstrap,
            pid=process.pid,
            up_seconds=round(time.time() - run.broker.started_at),
            rss_mib=process.memory_info().rss >> 20,
        )

    def up(self, progress: Progress = unwatched) -> StackStatus:
        """Start the broker, or leave the one that serves alone; on return it serves.

        Data left by an earlier run, also one that crashed, is kept. Raises StackError.
        """
        with self._locked():
            if (before := self.status()).state == "up":
                return before
            self._end_broker()
            ports = self._choose_ports(_Run.read(self._state))
            node = KafkaNode(
                self.folder / "kafka",
                ports,
                class_path(self._settings.paths.cache, progress),
                self._settings.stack.heap_mib,
            )
            progress("Broker", 0, 1)
            with ProcessGroup(self.folder) as group:
                broker = node.start(group, self._settings.stack.start_timeout_seconds)
                # INVARIANT: the broker is on record before its guard lets go of it, so that at no
                # moment could it outlive us unknown to `down`.
                _Run(broker, ports).write(self._state)
                group.release(CHILD)
            progress("Broker", 1, 1)
            return self.status()

    def down(self, *, keep_data: bool = False) -> StackStatus:
        """Stop the broker, however it was left, and remove its data unless told to keep it."""
        with self._locked():
            self._end_broker()
            self._state.unlink(missing_ok=True)
            if not keep_data:
                shutil.rmtree(self.folder / "kafka", ignore_errors=True)
                shutil.rmtree(self.folder / "logs", ignore_errors=True)
        return self.status()

    def _choose_ports(self, earlier: _Run | None) -> Ports:
        wanted = self._settings.stack.broker_port
        if earlier and not wanted and is_free(earlier.ports.broker):
            wanted = earlier.ports.broker
        broker = choose_port(wanted, "broker")
        return Ports(broker, choose_port(0, "controller", frozenset({broker})))

    def _end_broker(self) -> None:
        end_all(brokers_under(self.folder), STOP_TIMEOUT_SECONDS)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def brokers_under(folder: Path) -> list[ProcessIdentity]:
    """Every Kafka process whose settings file lies in `folder`, on record or not."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            command = process.cmdline()
            if "kafka.Kafka" in command and folder in Path(command[-1]).parents:
                found.append(ProcessIdentity(process.pid, process.create_time()))
    return found
