"""The dedupe stage on a real broker: numbered ids in, workers to kill, and what came out."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource

from streams.transport.changelog import PartitionState
from tests.support.broker import create_topic
from tests.support.waiting import eventually

PARTITIONS = 4


@dataclass
class TransportWorld:
    """Topics, feeder and workers of one test."""

    bootstrap: str
    namespace: str
    folder: Path
    ids: set[bytes] = field(default_factory=set)
    published: int = 0
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.source, self.target = f"{self.namespace}.in", f"{self.namespace}.out"
        for topic in (self.source, self.target):
            create_topic(self.bootstrap, topic, PARTITIONS)
        self.changelog = f"{self.namespace}.dedupe-state-changelog"
        self.connect()

    def feed(self, count: int, value: bytes = b"x" * 200) -> None:
        """Publish that many new ids, a tenth of them twice; returns when acknowledged."""
        first = len(self.ids)
        numbers = [n for n in range(first, first + count) for _ in range(1 + (n % 10 == 0))]
        receipts = [
            self.producer.send(self.source, value, key=b"%d" % n, partition=n % PARTITIONS)
            for n in numbers
        ]
        for receipt in receipts:
            receipt.get(timeout=60)
        self.ids |= {b"%d" % n for n in numbers}
        self.published += len(numbers)

    @contextmanager
    def feeding(self, count: int = 100, every_seconds: float = 0.05) -> Iterator[None]:
        """Publish new ids all the time in the background."""
        enough = threading.Event()

        def feed() -> None:
            while not enough.wait(every_seconds):
                self.feed(count)

        with ThreadPoolExecutor(1) as pool:
            fed = pool.submit(feed)
            try:
                yield
            finally:
                enough.set()
                fed.result()

    def publish(self, key: bytes, value: bytes) -> None:
        """Publish one record that is not an id."""
        self.producer.send(self.source, value, key=key, partition=0).get(timeout=10)
        self.published += 1

    def worker(self, **settings: object) -> subprocess.Popen[bytes]:
        """Start a worker; settings go over the defaults of `dedupe_stage`."""
        number = len(self.workers)
        given = {
            "bootstrap": self.bootstrap,
            "namespace": self.namespace,
            "partitions": PARTITIONS,
            "commit_interval_seconds": 0.2,
            "data_folder": str(self.folder / f"data-{number}"),
            "source": self.source,
            "target": self.target,
            **settings,
        }
        with (self.folder / f"worker-{number}.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.support.dedupe_stage", json.dumps(given)],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.workers.append(worker)
        return worker

    def connect(self) -> None:
        """Open this side's own clients."""
        self.producer = KafkaProducer(bootstrap_servers=self.bootstrap, linger_ms=10)
        self.consumer = KafkaConsumer(
            bootstrap_servers=self.bootstrap,
            group_id=f"{self.namespace}.dedupe",
            enable_auto_commit=False,
        )

    def disconnect(self) -> None:
        """Close this side's own clients: a broker that is gone would keep them dialling."""
        self.consumer.close()
        self.producer.close()

    def end(self) -> None:
        """Kill every worker."""
        self.disconnect()
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGCONT)
                worker.kill()
            worker.wait()

    def configure(self, topic: str, **configs: str) -> None:
        """Change settings of a topic, dots written as underscores."""
        named = {name.replace("_", "."): value for name, value in configs.items()}
        with closing(KafkaAdminClient(bootstrap_servers=self.bootstrap)) as admin:
            admin.alter_configs([ConfigResource("TOPIC", topic, named)])

    def delete_up_to(self, offset: int) -> None:
        """Let the broker delete every source record before an offset, as retention would."""
        with closing(KafkaAdminClient(bootstrap_servers=self.bootstrap)) as admin:
            admin.delete_records(dict.fromkeys(_all(self.source), offset))

    def limit_outputs(self, size_bytes: int) -> None:
        """Let the broker refuse larger record batches on the target topic."""
        self.configure(self.target, max_message_bytes=str(size_bytes))

    def log(self, worker: subprocess.Popen[bytes]) -> str:
        """What a worker has said."""
        return (self.folder / f"worker-{self.workers.index(worker)}.log").read_text()

    def await_ready(self, worker: subprocess.Popen[bytes]) -> None:
        """Wait until a worker has joined the group and recovered."""
        eventually(lambda: "Worker ready" in self.log(worker), 40, "worker ready")

    def await_out(self, goal: int) -> None:
        """Wait until there are so many outputs."""
        eventually(lambda: self.count_out() >= goal, 40, f"{goal} outputs")

    def await_worked_off(self, **settings: object) -> None:
        """Wait for lag 0; do what a supervisor does where the newest worker ends."""

        def worked_off() -> bool:
            if self.workers[-1].poll() is not None:
                self.worker(**settings)
            return self.lag() == 0

        eventually(worked_off, 60, "lag 0")

    def count_out(self) -> int:
        """Outputs so far, repeats included."""
        return sum(self.consumer.end_offsets(_all(self.target)).values())

    def lag(self) -> int:
        """Source records not committed."""
        ends = self.consumer.end_offsets(_all(self.source))
        return sum(end - (self.consumer.committed(tp) or 0) for tp, end in ends.items())

    def lost(self) -> set[bytes]:
        """Ids that came in and have not come out."""
        return self.ids - {record.key for record in self._read(self.target)}

    def values_out(self, key: bytes) -> list[bytes]:
        """Values that came out under a key."""
        return [record.value for record in self._read(self.target) if record.key == key]

    def ids_in_state(self) -> set[bytes]:
        """Ids in the durable state, as the next owner would load it."""
        states = {n: PartitionState() for n in range(PARTITIONS)}
        for record in self._read(self.changelog):
            states[record.partition].load([record])
        return {key for state in states.values() for key, _ in state.rows.items()}

    def _read(self, topic: str) -> list[Any]:
        ends = self.consumer.end_offsets(_all(topic))
        self.consumer.assign(list(ends))
        self.consumer.seek_to_beginning(*ends)
        records = []
        while any(self.consumer.position(tp) < end for tp, end in ends.items()):
            for batch in self.consumer.poll(timeout_ms=200).values():
                records += batch
        return records


def _all(topic: str) -> list[TopicPartition]:
    return [TopicPartition(topic, n) for n in range(PARTITIONS)]
