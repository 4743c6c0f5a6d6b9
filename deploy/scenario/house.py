"""The running stages that real scenarios share: one namespace on a broker, a process each.

Stories run in it one after the other, each with ids of its own; what one has published is
withdrawn before the next begins, so that nothing of it can match again.
"""

import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kafka import KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from pydantic import SecretStr

from deploy.cluster import prepare
from deploy.local.broker import broker_address
from deploy.local.jars import Progress
from deploy.local.process import ProcessGroup
from deploy.observation.topics import reader
from deploy.pipeline import Pipeline
from deploy.scenario.line import STREAM
from deploy.scenario.mail import Mail
from deploy.scenario.parts import BLOCKING_SECRET
from deploy.settings import BrokerSettings, PathSettings, Settings, TrustSettings
from schemas.catalogue import SOURCES
from schemas.errors import TransientError
from schemas.party import Register, dump_register, sign_register
from schemas.signing import generate_key, public_bytes, save_private_key
from schemas.topics import Topics, partition_of

_COMMIT_SECONDS: Final = 0.05
_PAUSE_SECONDS: Final = 0.03
_TIMEOUT_SECONDS: Final = 30.0


@dataclass(slots=True)
class House:
    """Broker, topics and stages; publishes, and knows when the stream is at rest."""

    bootstrap: str
    topics: Topics
    folder: Path
    producer: Any
    consumer: Any
    admin: Any

    def publish(self, mail: Iterable[Mail], at: datetime) -> None:
        """Publish messages as of a moment; on return the broker has acknowledged each.

        A broker takes no message from the future: there the hour of the machine counts.
        """
        stamp_ms = int(min(at, datetime.now(UTC)).timestamp() * 1_000)
        sent = [
            self.producer.send(
                each.topic,
                key=each.key,
                value=each.value,
                headers=list(each.headers),
                partition=partition_of(each.key, self.topics.partitions),
                timestamp_ms=stamp_ms,
            )
            for each in mail
        ]
        self.producer.flush()
        for each in sent:
            each.get(timeout=_TIMEOUT_SECONDS)

    def ends(self, topics: Sequence[str]) -> dict[Any, int]:
        """Return the end offset of every partition of topics."""
        count = range(self.topics.partitions)
        partitions = [TopicPartition(topic, number) for topic in topics for number in count]
        ends: dict[Any, int] = self.consumer.end_offsets(partitions)
        return ends

    def lag(self) -> int:
        """Return how many messages the stages have yet to read."""
        waiting = 0
        for stage, sources in self._sources().items():
            (offsets,) = self.admin.list_group_offsets(f"{self.topics.namespace}.{stage}").values()
            for partition, end in self.ends(sources).items():
                read = offsets[partition].offset if partition in offsets else 0
                waiting += max(0, end - max(0, read))
        return waiting

    def rest(self) -> None:
        """Wait until every stage has read all there is; raises TransientError in the end."""
        wait(lambda: self.lag() == 0 and self.lag() == 0, "the stages")

    def _sources(self) -> dict[str, list[str]]:
        topics = self.topics
        agencies = [
            topics.agency(code, kind)
            for code in sorted(set(SOURCES.values()))
            for kind in ("case", "intelligence")
        ]
        return {
            "intake": agencies,
            "dedupe": [topics.record],
            "correlate": [topics.posting],
            "match": [topics.link],
            "network": [topics.edge],
        }


def wait(condition: Callable[[], bool], what: str) -> None:
    """Poll until a condition holds; raises TransientError with what is waited for."""
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TransientError("NOT_AT_REST", f"{what}: not at rest")
        time.sleep(_PAUSE_SECONDS)


@contextmanager
def house(settings: Settings, register: Register, progress: Progress) -> Iterator[House]:
    """Start the stages in a namespace of their own; end everything afterwards."""
    namespace = f"s-{uuid.uuid4().hex[:8]}"
    folder = settings.paths.state.resolve() / "rehearsals" / namespace
    folder.mkdir(mode=0o700, parents=True)
    try:
        with broker_address(settings, progress) as broker, ProcessGroup(folder) as group:
            own = _settle(settings, namespace, folder, broker.bootstrap, register)
            topics = Topics(namespace, own.partitions)
            prepare(broker.bootstrap, topics.all(set(SOURCES.values())))
            progress("Stages", 0, 1)
            Pipeline(own, group, STREAM).start()
            progress("Stages", 1, 1)
            producer = KafkaProducer(
                bootstrap_servers=broker.bootstrap, acks="all", allow_auto_create_topics=False
            )
            consumer = reader(broker.bootstrap)
            admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
            try:
                yield House(broker.bootstrap, topics, folder, producer, consumer, admin)
            finally:
                producer.close(timeout=5)
                _delete(admin, namespace)
                consumer.close()
                admin.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _delete(admin: Any, namespace: str) -> None:
    """Delete every topic of the namespace: on a broker that stays nothing is left behind."""
    if names := [name for name in admin.list_topics() if name.startswith(f"{namespace}.")]:
        admin.delete_topics(names)


def _settle(
    settings: Settings, namespace: str, folder: Path, bootstrap: str, register: Register
) -> Settings:
    trust = folder / "trust"
    trust.mkdir()
    key, path, ledger = generate_key(), trust / "parties.yaml", trust / "ledger.pem"
    path.write_bytes(dump_register(register))
    sign_register(path, key)
    (trust / "parties.pub").write_bytes(public_bytes(key))
    save_private_key(generate_key(), ledger)
    worker = settings.worker.model_copy(
        update={"commit_interval_seconds": _COMMIT_SECONDS, "linger_seconds": 0.005}
    )
    update = {
        "namespace": namespace,
        "broker": BrokerSettings(bootstrap=bootstrap),
        "paths": PathSettings(state=folder, cache=settings.paths.cache),
        "worker": worker,
        "trust": TrustSettings(
            register_file=path,
            register_key_file=trust / "parties.pub",
            ledger_key_file=ledger,
            blocking_secret=SecretStr(BLOCKING_SECRET.decode()),
            notice_secret=SecretStr("no stage needs the notice secret"),
        ),
    }
    return settings.model_copy(update=update)
