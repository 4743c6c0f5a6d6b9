"""The Kafka side of deliver: all partitions, from the vault's own positions."""

from collections.abc import Iterator, Mapping

from kafka import KafkaConsumer, TopicPartition

from consumers.delivery.apply import Message
from schemas.topics import Topics


class Source:
    """Reads record, match and quarantine topics; commits nothing to Kafka.

    # INVARIANT: partitions are assigned by hand and whole to the one deliver process, whose file
    # lock and generation fence it; the position to resume from is the vault's, never Kafka's.
    """

    def __init__(
        self,
        bootstrap: str,
        topics: Topics,
        positions: Mapping[tuple[str, int], int],
        poll_records: int,
    ) -> None:
        self._names = (topics.record, topics.match, topics.quarantine)
        self._consumer = KafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id=None,
            client_id=f"{topics.namespace}-deliver",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            fetch_max_wait_ms=100,
            max_poll_records=poll_records,
        )
        partitions = [
            TopicPartition(name, number)
            for name in self._names
            for number in range(topics.partitions)
        ]
        self._consumer.assign(partitions)
        for partition in partitions:
            position = positions.get((partition.topic, partition.partition))
            if position is None:
                self._consumer.seek_to_beginning(partition)
            else:
                self._consumer.seek(partition, position)

    def poll(self, seconds: float) -> list[Message]:
        """Return what has arrived, in order within each partition, waiting at most `seconds`."""
        polled = self._consumer.poll(timeout_ms=int(seconds * 1_000))
        return [
            Message(
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                value=record.value or b"",
                headers=dict(record.headers),
                timestamp_ms=record.timestamp,
            )
            for records in polled.values()
            for record in records
        ]

    def lag(self) -> Iterator[tuple[str, int]]:
        """Yield topics with the number of messages known to wait there."""
        for name in self._names:
            waiting = 0
            for partition in self._consumer.assignment():
                end = self._consumer.highwater(partition) if partition.topic == name else None
                if end is not None:
                    waiting += max(0, end - self._consumer.position(partition))
            yield name, waiting

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()
