"""The stages of the stream in one process: a log by topic and partition, read until all is read."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from deploy.scenario.mail import CODEC, Mail
from schemas.party import Register
from schemas.topics import Topics
from streams.app import build_stage
from streams.transport.batch import MemoryBatch, Message, Stage, apply_changes

STREAM: Final = ("intake", "dedupe", "correlate", "match", "network")
"""Stages whose outputs reach a recipient; `resolve` writes for analysts alone."""


class Line:
    """Real stages over an in-process log, one partition each, one batch at a time."""

    def __init__(self, register: Register, secret: bytes, topics: Topics) -> None:
        self.topics = topics
        self.log: dict[str, list[Message]] = defaultdict(list)
        self._stages = [
            build_stage(name, topics, CODEC, lambda: (register, secret)) for name in STREAM
        ]
        self._rows: dict[str, dict[bytes, bytes]] = defaultdict(dict)
        self._read: dict[tuple[str, str], int] = defaultdict(int)
        for stage in self._stages:
            stage.recovered(0, ())

    def append(self, mail: Mail, now: datetime) -> Message:
        """Put an agency's message on its topic."""
        return self._append(mail.topic, mail.key, mail.value, tuple(mail.headers), now)

    def run(self, now: datetime) -> None:
        """Work until every stage has read all there is."""
        while any(self._work(stage, topic, now) for stage, topic in self._sources()):
            pass

    def after(self, topic: str, offset: int) -> list[Message]:
        """Return a topic's messages from an offset on."""
        return self.log[topic][offset:]

    def _sources(self) -> Iterator[tuple[Stage, str]]:
        for stage in self._stages:
            for topic in stage.source_topics:
                yield stage, topic

    def _work(self, stage: Stage, topic: str, now: datetime) -> bool:
        start = self._read[stage.name, topic]
        messages = self.log[topic][start:]
        if not messages:
            return False
        self._read[stage.name, topic] = start + len(messages)
        rows = self._rows[stage.name]
        for message in messages:
            batch = MemoryBatch(0, rows)
            stage.process([message], batch)
            apply_changes(batch.changes, rows)
            for output in batch.outputs:
                self._append(output.topic, output.key, output.value, tuple(output.headers), now)
        return True

    def _append(
        self,
        topic: str,
        key: bytes | None,
        value: bytes,
        headers: tuple[tuple[str, bytes], ...],
        now: datetime,
    ) -> Message:
        entries = self.log[topic]
        stamp = int(now.timestamp() * 1_000)
        message = Message(key, value, headers, topic, 0, len(entries), stamp)
        entries.append(message)
        return message
