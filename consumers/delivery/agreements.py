"""Reads the agreement topic; what is accepted comes into force, what is refused alarms.

An accepted document is stored in the policy book, with its signatures, and the keeper swaps it in
under the policy lease. A message that is read twice changes nothing, so that the topic is read from
its beginning at every start. What counts of a document is the newest message under its key.
"""

import re
import threading
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, Protocol

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from prometheus_client import Counter
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from consumers.delivery.decider import UNDECIDABLE
from consumers.sharing.acceptance import Refusal, arrived, restored
from consumers.sharing.policy import Policy
from consumers.store.policies import PolicyBook
from consumers.store.timers import put_document_alarm
from schemas.clock import Clock
from schemas.record import microseconds
from schemas.topics import Topics

log = structlog.get_logger(__name__)

_WAIT_MS: Final = 200
_UNAVAILABLE: Final = (SQLAlchemyError, KafkaError)
_POLLS_AT_START: Final = 50
_KEY: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,40}")
"""A document's id, as a key; any other key is told as `?`."""
_LONGEST_BASIS: Final = 500


class Arrived(NamedTuple):
    """A message: the document it says it is, and its bytes."""

    key: str
    body: bytes


class Arrivals(Protocol):
    """Where messages come from."""

    def poll(self) -> list[Arrived]:
        """Return what has arrived, waiting a moment."""

    def at_end(self) -> bool:
        """Whether everything that stands there has been returned."""

    def close(self) -> None:
        """Give connections back."""


class AgreementTopic:
    """The whole agreement topic from its beginning: compacted, few messages, all of them small."""

    def __init__(self, bootstrap: str, topics: Topics) -> None:
        self._topic = topics.agreement
        self._consumer = KafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id=None,
            client_id=f"{topics.namespace}-agreements",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            fetch_max_wait_ms=_WAIT_MS,
        )
        self._partitions = [TopicPartition(self._topic, n) for n in range(topics.partitions)]
        self._consumer.assign(self._partitions)
        self._consumer.seek_to_beginning(*self._partitions)

    def poll(self) -> list[Arrived]:
        """Return what has arrived, waiting a moment."""
        found = self._consumer.poll(timeout_ms=_WAIT_MS).values()
        return [Arrived(_key(r.key), r.value or b"") for records in found for r in records]

    def at_end(self) -> bool:
        """Whether everything that stands there has been returned; so where there is no topic."""
        if not self._consumer.partitions_for_topic(self._topic):
            log.warning("agreement_topic_missing", topic=self._topic)
            return True
        ends = self._consumer.end_offsets(self._partitions)
        return all(self._consumer.position(each) >= end for each, end in ends.items())

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()


class Distributed:
    """From documents that were accepted to the policy of all documents, acts aside.

    The last answer is kept: an act on an agreement builds nothing, and the keeper finds built what
    was just accepted. Any thread may ask.
    """

    def __init__(self, folder: Policy) -> None:
        """`folder` is the policy of the documents that deliver was started with."""
        self._folder = folder
        self._last: tuple[Mapping[str, bytes], Policy] = ({}, folder)

    def __call__(self, documents: Mapping[str, bytes]) -> Policy:
        """Return the policy with these documents, by id; one that no longer stands is left out."""
        known, policy = self._last
        if documents != known:
            policy, refused = restored(self._folder, documents.values())
            for each in refused:
                log.warning("agreement_not_restored", code=each.code, detail=each.detail)
            self.remember(documents, policy)
        return policy

    def remember(self, documents: Mapping[str, bytes], policy: Policy) -> None:
        """Keep an answer that was found otherwise."""
        self._last = documents, policy


class Acceptance:
    """Takes messages in: into the policy book, or into the vault's alarms."""

    def __init__(
        self, vault: Engine, book: PolicyBook, base: Distributed, refused: Counter, clock: Clock
    ) -> None:
        """`refused` counts by reason."""
        self._vault = vault
        self._book = book
        self._base = base
        self._refused = refused
        self._clock = clock

    def take_in(self, messages: Iterable[Arrived]) -> None:
        """Take messages in, one after the other; those taken in already change nothing.

        # INVARIANT: each is judged by the book as it is, so that two documents that need each
        # other come into force in their order.
        """
        verdicts = {each.key: self._verdict(each.body) for each in messages}
        now_us = microseconds(self._clock.now())
        with self._vault.begin() as connection:
            for key, refusal in verdicts.items():
                basis = refusal and f"{refusal.code}: {refusal.detail}"[:_LONGEST_BASIS]
                if put_document_alarm(connection, key, basis, now_us):
                    log.error("agreement_refused", document=key, basis=basis)
        for refusal in filter(None, verdicts.values()):
            self._refused.labels(refusal.code).inc()

    def _verdict(self, body: bytes) -> Refusal | None:
        _, _, documents = self._book.read()
        before = self._base(documents)
        # Of what was accepted before it is not asked whether its signers' keys have run out.
        now = None if body in documents.values() else self._clock.now()
        try:
            found, document = arrived(before, body, now)
        except UNDECIDABLE as error:
            return Refusal("UNREADABLE", type(error).__name__)
        if isinstance(found, Refusal):
            return found
        if found is not before:
            self._base.remember({**documents, document: body}, found)
            number = self._book.put_document(document, body)
            log.info("agreement_accepted", document=document, number=number)
        return None


class Feed:
    """Polls the topic in a thread of its own.

    What could not be stored is kept and tried again.
    """

    def __init__(self, source: Arrivals, acceptance: Acceptance) -> None:
        self._source = source
        self._acceptance = acceptance
        self._waiting: list[Arrived] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="agreements", daemon=True)

    def start(self) -> None:
        """Take in what stands on the topic, as far as it can be read now; then start the thread."""
        if not any(self._reaches_end() for _ in range(_POLLS_AT_START)):
            log.error("agreement_topic_unread")
        self._thread.start()

    def stop(self) -> None:
        """End it and leave the broker."""
        self._stopping.set()
        self._thread.join()
        self._source.close()

    def turn(self) -> bool:
        """Take in what has arrived; return whether all of it was."""
        try:
            self._waiting += self._source.poll()
            if self._waiting:
                self._acceptance.take_in(self._waiting)
        except _UNAVAILABLE as error:
            log.error("agreements_unavailable", error=type(error).__name__)  # noqa: TRY400
            return False
        self._waiting = []
        return True

    def _reaches_end(self) -> bool:
        try:
            return self.turn() and self._source.at_end()
        except KafkaError:
            return False

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.turn()


def _key(key: bytes | None) -> str:
    text = (key or b"").decode("ascii", "replace")
    return text if _KEY.fullmatch(text) else "?"
