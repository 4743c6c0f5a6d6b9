"""The agencies' topics on a real broker: made as deploy makes them, read back whole."""

import itertools
from contextlib import closing

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import NewTopic

from producers.sdk import Receipt
from schemas import headers, signing
from schemas.catalogue import SOURCES
from schemas.topics import Topics


class Message:
    """One message read back, with its headers by name."""

    def __init__(self, record: object) -> None:
        self.topic: str = record.topic  # type: ignore[attr-defined]
        self.key: bytes = record.key  # type: ignore[attr-defined]
        self.value: bytes = record.value  # type: ignore[attr-defined]
        self.headers: dict[str, bytes] = dict(record.headers)  # type: ignore[attr-defined]

    def verifies(self, public_key: bytes) -> bool:
        leaf = signing.event_leaf(self.topic, self.key, self.headers, self.value)
        signature, proof = (self.headers.get(n, b"") for n in (headers.SIGNATURE, headers.PROOF))
        return signing.verify(public_key, leaf, signature, proof)


def create_agency_topics(bootstrap: str, topics: Topics) -> None:
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        wanted = [s for s in topics.all(set(SOURCES.values())) if ".agency." in s.name]
        admin.create_topics(
            [
                NewTopic(
                    spec.name,
                    spec.partitions,
                    1,
                    topic_configs={"max.message.bytes": str(spec.max_message_bytes)},
                )
                for spec in wanted
            ],
            wait_for_metadata=True,
        )


def everything(bootstrap: str, topics: Topics) -> dict[tuple[str, int, int], Message]:
    """Every message of the agency topics, by its position."""
    with closing(KafkaConsumer(bootstrap_servers=bootstrap, group_id=None)) as consumer:
        names = [s.name for s in topics.all(set(SOURCES.values())) if ".agency." in s.name]
        parts = [TopicPartition(n, p) for n in names for p in range(topics.partitions)]
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        ends = consumer.end_offsets(parts)
        found = {}
        while any(consumer.position(part) < ends[part] for part in parts):
            for record in itertools.chain(*consumer.poll(timeout_ms=200).values()):
                found[record.topic, record.partition, record.offset] = Message(record)
        return found


def position(receipt: Receipt) -> tuple[str, int, int]:
    return receipt.topic, receipt.partition, receipt.offset
