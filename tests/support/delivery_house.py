"""Deliver in a house of its own: a stage before it, an endpoint and the stores after it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from kafka import KafkaProducer
from sqlalchemy import Engine

from consumers.delivery.app import Deliver
from consumers.inbox.store import Inbox
from consumers.sharing.records import RecordHistory
from consumers.sqlite import open_reader
from consumers.store.queries import backlog
from schemas.codec import Codec
from schemas.headers import ORIGIN, REASON, RECORD
from schemas.match import Match
from schemas.registry import load_lock
from schemas.topics import MATCH_SCHEMA, RECORD_SCHEMA, Topics
from tests.support.broker import create_topic
from tests.support.deliver_process import WEBHOOK_SECRET, build_settings
from tests.support.waiting import eventually
from tests.support.webhook_receiver import WebhookReceiver
from tests.unit.consumers.sharing.scene import later, match, record, support

CODEC = Codec(load_lock())


class Stage:
    """Stands in for the streams: writes what they would write."""

    def __init__(self, bootstrap: str, namespace: str) -> None:
        self.topics = Topics(namespace, partitions=1)
        for topic in (self.topics.record, self.topics.match, self.topics.quarantine):
            create_topic(bootstrap, topic)
        self._producer = KafkaProducer(bootstrap_servers=bootstrap, linger_ms=5)

    def record(self, history: RecordHistory) -> None:
        version, published_us, digest = history.newest_rank
        assert history.newest is not None
        event: Any = history.newest
        header = {
            "record": history.record,
            "version": version,
            "published_at_us": published_us,
            "digest": digest,
            "operation": "REPORT",
            "event_type": event["header"]["event_type"],
            "event_id": "e",
            "owner": history.owner,
            "sides": [f"{history.owner[:3]}:record/{history.record}"],
            "published_ms": 0,
        }
        framed = CODEC.encode(event["header"]["event_type"], event)
        body = {"header": header, "entities": [], "event": framed}
        self._send(self.topics.record, CODEC.encode(RECORD_SCHEMA, body))

    def match(self, value: Match) -> None:
        self._send(self.topics.match, CODEC.encode(MATCH_SCHEMA, value.to_avro()))

    def conflict(self, record_key: str) -> None:
        headers = [
            (ORIGIN, b"t.agency.hsi.case.v1/0/7"),
            (REASON, b"VERSION_CONFLICT"),
            (RECORD, record_key.encode()),
        ]
        self._producer.send(self.topics.quarantine, b"bytes", partition=0, headers=headers)

    def pair(self, number: int, **marking: Any) -> tuple[RecordHistory, RecordHistory]:
        left = record(f"hsi.field/R-{number}", "HSI/miami", **marking)
        right = record(f"bis.oee/B-{number}", "BIS/enforcement", **marking)
        self.record(left)
        self.record(right)
        return left, right

    def matched(self, number: int, order: int = 1, **marking: Any) -> None:
        found = match(support(*self.pair(number, **marking)))
        self.match(replace(found, id=f"m-{number}", order=order))

    def corrected(self, number: int, version: int, **marking: Any) -> None:
        first = record(f"hsi.field/R-{number}", "HSI/miami")
        newer = record(f"hsi.field/R-{number}", "HSI/miami", version=version, **marking)
        self.record(later(first, newer))

    def flush(self) -> None:
        self._producer.flush()

    def close(self) -> None:
        self._producer.close()

    def _send(self, topic: str, value: bytes) -> None:
        self._producer.send(topic, value, partition=0)


class House:
    """A stage before deliver, an endpoint and the stores after it."""

    def __init__(self, bootstrap: str, namespace: str, folder: Path) -> None:
        self.stage = Stage(bootstrap, namespace)
        self.hook = WebhookReceiver(WEBHOOK_SECRET)
        self.arguments = (bootstrap, namespace, folder, self.hook.url)
        self.settings = build_settings(*self.arguments)
        self.inbox = Inbox.open(self.settings.inbox)
        self._ends: list[Any] = []

    def start(self) -> Deliver:
        deliver = Deliver(self.settings)
        thread = threading.Thread(target=deliver.run, daemon=True)
        thread.start()
        self._ends.append((deliver, thread))
        eventually(lambda: not deliver.condition.reasons, what="ready")
        return deliver

    def spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.support.deliver_process"]
        return subprocess.Popen([*command, *map(str, self.arguments)])

    def open_ids(self, office: str) -> set[str]:
        page = self.inbox.list_notices(office, limit=5_000)
        return {n.notice_id for n in page.notices if n.closed_at is None}

    def at_rest(self) -> bool:
        with closing_engine(self.settings.vault) as vault:
            waiting = backlog(vault)
            return not waiting["redecide"] and not waiting["outbox"]

    def stop(self) -> None:
        for deliver, thread in self._ends:
            deliver.stop()
            thread.join(10)
        self._ends = []

    def close(self) -> None:
        self.stop()
        self.hook.stop()
        self.stage.close()
        self.inbox.close()


@contextmanager
def closing_engine(path: Path) -> Iterator[Engine]:
    engine = open_reader(path)
    yield engine
    engine.dispose()
