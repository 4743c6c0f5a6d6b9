"""Reads the agreement topic and hands on what is accepted; what is refused changes nothing.

The feed holds no policy of its own: `current` is the policy of all documents accepted so far, acts
aside, and `put` stores a document with its signatures, from which the next policy is built
(`consumers.sharing.acceptance.restored`). A message that is read twice changes nothing.
"""

from collections.abc import Callable, Iterable
from typing import Final

import structlog
from kafka import KafkaConsumer, TopicPartition

from consumers.sharing.acceptance import Refusal, arrived
from consumers.sharing.policy import Policy
from schemas.clock import Clock
from schemas.topics import Topics

log = structlog.get_logger(__name__)

_WAIT_MS: Final = 200


def agreements_read(bootstrap: str, topics: Topics) -> KafkaConsumer:
    """Return a consumer of the whole agreement topic from its beginning, which it always is read.

    It is compacted: the newest version of each document, few and small.
    """
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=None,
        client_id=f"{topics.namespace}-agreements",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        allow_auto_create_topics=False,
    )
    partitions = [TopicPartition(topics.agreement, n) for n in range(topics.partitions)]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    return consumer


def polled(consumer: KafkaConsumer) -> list[bytes]:
    """Return the messages that have arrived, waiting a moment for one."""
    found = consumer.poll(timeout_ms=_WAIT_MS).values()
    return [record.value or b"" for records in found for record in records]


def take_in(
    messages: Iterable[bytes],
    current: Callable[[], Policy],
    put: Callable[[str, bytes], object],
    clock: Clock,
) -> int:
    """Take in messages one after the other; return how many documents came into force.

    # INVARIANT: `current` is asked for each message, and `put` returns once the next `current`
    # stands on what it put: two documents that need each other come into force in their order.
    """
    count = 0
    for message in messages:
        before = current()
        found, document = arrived(before, message, clock.now())
        if isinstance(found, Refusal):
            log.warning("agreement_refused", code=found.code, detail=found.detail)
        elif found is not before:
            put(document, message)
            log.info("agreement_accepted", document=document)
            count += 1
    return count
