"""One engine, measured: CPU an event and rate over a full topic, latency at a steady rate."""

import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import NewTopic

from deploy.bench.cost import Meter
from deploy.bench.stream.engines import Engines, Job, Setting
from deploy.bench.stream.events import PARTITIONS, sent_at
from deploy.local.process import ProcessGroup
from schemas.errors import TransientError

_TIMEOUT_SECONDS: Final = 120.0
_POLL_SECONDS: Final = 0.02
_FROM: Final = 0.1
"""What comes before a tenth of the outputs is start, and does not count."""
_WARM_SECONDS: Final = 3.0


class Filled(NamedTuple):
    """A topic to read, how many messages it has and how many distinct ids."""

    topic: str
    messages: int
    distinct: int


class Cost(NamedTuple):
    """CPU microseconds an event in all processes, and events a second."""

    us: float
    events_s: float


class Steady(NamedTuple):
    """Latency published → output read, and CPU an event, at a steady rate."""

    p50_ms: float
    p99_ms: float
    us: float


@dataclass(frozen=True)
class Bench:
    """Broker, engines, and a group of processes that end with the bench."""

    bootstrap: str
    engines: Engines
    group: ProcessGroup
    folder: Path

    def topics(self, *names: str) -> None:
        """Create topics; on return they have leaders."""
        with closing(KafkaAdminClient(bootstrap_servers=self.bootstrap)) as admin:
            admin.create_topics(
                [NewTopic(name, PARTITIONS, 1) for name in names], wait_for_metadata=True
            )

    def cost(self, job: Job, filled: Filled) -> Cost:
        """Let an engine work a full topic off; raises TransientError where it does not."""
        with (
            closing(KafkaConsumer(bootstrap_servers=self.bootstrap)) as consumer,
            self._running(job, filled.topic, {}) as (run, pids),
        ):
            ends = [TopicPartition(f"{run}.out", n) for n in range(PARTITIONS)]
            first = self._await(consumer, ends, int(filled.distinct * _FROM), job)
            begun, before = time.monotonic(), Meter.read(pids)
            last = self._await(consumer, ends, filled.distinct, job)
            seconds, after = time.monotonic() - begun, Meter.read(pids)
        events = (last - first) * filled.messages / filled.distinct
        return Cost(
            round(sum(after.per_event(before, max(1, int(events))).values()), 1),
            round(events / max(seconds, _POLL_SECONDS)),
        )

    def steady(self, job: Job, rate: float, seconds: float, settings: Mapping[str, Any]) -> Steady:
        """Feed at a rate and read what comes out."""
        source = f"bench-{uuid.uuid4().hex[:8]}.in"
        self.topics(source)
        with (
            self._running(job, source, settings) as (run, pids),
            closing(_reader(self.bootstrap, f"{run}.out")) as consumer,
        ):
            self._feed(source, rate, _WARM_SECONDS)
            _drain(consumer, quiet_seconds=1.0)
            before = Meter.read(pids)
            self._feed(source, rate, seconds)
            found = _drain(consumer, quiet_seconds=1.5)
            after = Meter.read(pids)
        us = sum(after.per_event(before, int(rate * seconds)).values())
        late = found[len(found) // 5 :]
        p50, p99 = np.percentile(np.asarray(late), (50, 99))
        return Steady(round(float(p50), 1), round(float(p99), 1), round(us, 1))

    def _feed(self, source: str, rate: float, seconds: float) -> None:
        name = f"feed-{uuid.uuid4().hex[:8]}"
        argv = (sys.executable, "-m", "deploy.bench.stream.feed", self.bootstrap, source)
        self.group.start(name, (*argv, str(rate), str(seconds)))

    def _await(self, consumer: Any, ends: Sequence[Any], goal: int, job: Job) -> int:
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while (count := int(sum(consumer.end_offsets(ends).values()))) < goal:
            if time.monotonic() > deadline:
                raise TransientError("ENGINE", f"{job}: {count} of {goal} outputs")
            time.sleep(_POLL_SECONDS)
        return count

    @contextmanager
    def _running(
        self, job: Job, source: str, settings: Mapping[str, Any]
    ) -> Iterator[tuple[str, dict[str, int]]]:
        run = f"bench-{uuid.uuid4().hex[:8]}"
        self.topics(f"{run}.mid", f"{run}.out")
        folder = self.folder / run
        folder.mkdir(parents=True)
        setting = Setting(self.bootstrap, run, source, folder)
        processes = self.engines.processes(job, setting, settings)
        for name, argv in processes.items():
            self.group.start(f"{run}-{name}", argv)
        try:
            yield run, {name: self.group.pid(f"{run}-{name}") for name in processes}
        finally:
            for name in processes:
                self.group.kill(f"{run}-{name}")


def _reader(bootstrap: str, topic: str) -> Any:
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, fetch_max_wait_ms=5)
    partitions = [TopicPartition(topic, n) for n in range(PARTITIONS)]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    return consumer


def _drain(consumer: Any, quiet_seconds: float) -> list[float]:
    """Read until nothing has come for so long; return ms since each output's event was sent."""
    found: list[float] = []
    last, began = time.monotonic(), False
    while time.monotonic() - last < (quiet_seconds if began else _TIMEOUT_SECONDS / 4):
        batch = consumer.poll(5)
        now = time.time_ns()
        for records in batch.values():
            found += [(now - sent_at(record.value)) / 1e6 for record in records]
        if batch:
            last, began = time.monotonic(), True
    return found
