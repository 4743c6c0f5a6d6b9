"""The operators' desk reads a real broker: its topics, its groups' lag, and its absence."""

from datetime import timedelta

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.structs import OffsetAndMetadata

from consumers.desks.ops.broker import BrokerWatch
from tests.support.notices import NOW
from tests.support.waiting import eventually

RECORDS = 7
COMMITTED = 2


def publish(broker: str, namespace: str) -> str:
    """Fill a topic of two partitions, of which a group has committed a part of one."""
    topic, group = f"{namespace}.record.v1", f"{namespace}.dedupe"
    admin = KafkaAdminClient(bootstrap_servers=broker)
    admin.create_topics({topic: {"num_partitions": 2}})
    admin.wait_for_topics([topic])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=broker)
    for number in range(RECORDS):
        producer.send(topic, b"x", partition=number % 2)
    producer.flush()
    producer.close()
    consumer = KafkaConsumer(bootstrap_servers=broker, group_id=group, enable_auto_commit=False)
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.commit({partition: OffsetAndMetadata(COMMITTED, "", -1)})
    consumer.close()
    return group


def test_desk_tells_topics_replicas_and_the_lag_of_every_group(broker: str, namespace: str) -> None:
    group = publish(broker, namespace)
    watch = BrokerWatch(broker, namespace)
    try:
        eventually(lambda: watch.ask(None, NOW).lag, what="a group's lag")
        read = watch.ask(None, NOW)
        assert (read.up, read.topics, read.partitions) == (True, 1, 2)
        assert (read.under_replicated, read.leaderless) == (0, 0)
        assert read.brokers >= 1
        assert read.lag == {group: RECORDS - COMMITTED}
        later = watch.ask(read, NOW + timedelta(seconds=5))
        assert later.since == NOW
    finally:
        watch.close()


def test_broker_that_does_not_answer_is_down_since_it_was_first_missed() -> None:
    watch = BrokerWatch("127.0.0.1:1", "t-absent")
    first = watch.ask(None, NOW)
    again = watch.ask(first, NOW + timedelta(seconds=5))
    assert (again.up, again.since) == (False, NOW)
    assert again.problem == "ConnectionRefusedError"
