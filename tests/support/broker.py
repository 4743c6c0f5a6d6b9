"""Small words for talking to a real broker in tests."""

from contextlib import closing

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic


def create_topic(bootstrap: str, topic: str, partitions: int = 1) -> None:
    """Create a topic; on return it has leaders."""
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        admin.create_topics([NewTopic(topic, partitions, 1)], wait_for_metadata=True)


def publish(bootstrap: str, topic: str, *values: bytes) -> None:
    """Publish values; on return the broker has acknowledged each."""
    with closing(KafkaProducer(bootstrap_servers=bootstrap)) as producer:
        for receipt in [producer.send(topic, value) for value in values]:
            receipt.get(timeout=10)


def contents(bootstrap: str, topic: str) -> list[bytes]:
    """Every value in partition 0 of a topic, from its first offset to its present end."""
    partition = TopicPartition(topic, 0)
    with closing(KafkaConsumer(bootstrap_servers=bootstrap, group_id=None)) as consumer:
        consumer.assign([partition])
        consumer.seek_to_beginning(partition)
        end = consumer.end_offsets([partition])[partition]
        values: list[bytes] = []
        while consumer.position(partition) < end:
            for records in consumer.poll(timeout_ms=200).values():
                values += [record.value for record in records]
        return values


def delete_topics(bootstrap: str, namespaces: set[str]) -> None:
    """Delete every topic whose name starts with one of the namespaces."""
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        ours = [name for name in admin.list_topics() if name.split(".")[0] in namespaces]
        if ours:
            admin.delete_topics(ours)
