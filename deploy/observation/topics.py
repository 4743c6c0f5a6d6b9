"""Read a topic once, from its beginning to where it ends now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient

_POLL_MS = 500


def positions(consumer: Any, topic: str) -> dict[Any, int]:
    """Return the end offset of each partition of a topic."""
    partitions = [TopicPartition(topic, p) for p in sorted(consumer.partitions_for_topic(topic))]
    ends: dict[Any, int] = consumer.end_offsets(partitions)
    return ends


def read_all(bootstrap: str, topic: str) -> Iterator[Any]:
    """Yield every record of a topic up to the end it has at the call, partition by partition."""
    consumer = reader(bootstrap)
    try:
        for partition, end in positions(consumer, topic).items():
            consumer.assign([partition])
            consumer.seek_to_beginning(partition)
            while consumer.position(partition) < end:
                for records in consumer.poll(_POLL_MS, max_records=5_000).values():
                    yield from (r for r in records if r.offset < end)
    finally:
        consumer.close()


def reader(bootstrap: str) -> Any:
    """Return a consumer of no group that commits nothing."""
    return KafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_bytes=16 << 20,
        max_partition_fetch_bytes=8 << 20,
    )


def end_offsets(bootstrap: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
    """Return (topic, partition) → end offset."""
    consumer = reader(bootstrap)
    try:
        return {
            (tp.topic, tp.partition): end
            for topic in topics
            for tp, end in positions(consumer, topic).items()
        }
    finally:
        consumer.close()


def group_lag(bootstrap: str, groups: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the records each group has yet to commit on its source topics."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        lag = {}
        for group, topics in groups.items():
            committed = {
                (tp.topic, tp.partition): meta.offset
                for tp, meta in admin.list_group_offsets(group)[group].items()
            }
            ends = end_offsets(bootstrap, topics)
            lag[group] = sum(end - max(0, committed.get(tp, 0)) for tp, end in ends.items())
        return lag
    finally:
        admin.close()
