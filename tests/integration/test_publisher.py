"""The SDK and the world on a real broker: what has a receipt is on the topic, signed."""

import gc
import itertools
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.broker import own_broker
from deploy.settings import PathSettings, Settings
from producers.sdk import (
    Publisher,
    PublishError,
    Receipt,
    Rejected,
    SigningKeyPair,
    Timeouts,
    event,
)
from producers.world import build_parties, build_world, publish_world
from producers.world.faults import Signature
from schemas import headers, signing
from schemas.codec import Codec
from schemas.event import Event
from schemas.registry import load_lock
from schemas.topics import Topics, partition_of
from tests.support.agency_topics import create_agency_topics, everything, position

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
BRIEF = Timeouts(connect=1.0, acknowledge=2.0)


def exhaust(
    take: Callable[[Receipt | Rejected], None], results: Iterator[Receipt | Rejected]
) -> None:
    for result in results:
        take(result)


def cases(count: int) -> Iterator[Event]:
    return (event("hsi.field.CaseOpened", f"C-{i}", office="miami") for i in range(count))


@pytest.fixture
def key() -> SigningKeyPair:
    return SigningKeyPair(signing.generate_key())


@pytest.fixture
def topics(broker: str, namespace: str) -> Topics:
    topics = Topics(namespace, partitions=3)
    create_agency_topics(broker, topics)
    return topics


def test_receipt_names_the_position_at_which_the_signed_event_stands(
    broker: str, topics: Topics, key: SigningKeyPair
) -> None:
    with Publisher(broker, source="hsi.field", key=key, namespace=topics.namespace) as publisher:
        receipt = publisher.publish(event("hsi.field.CaseOpened", "C-17", office="miami"))
    message = everything(broker, topics)[position(receipt)]
    assert message.key == b"hsi.field/C-17"
    assert receipt.partition == partition_of(message.key, 3)
    assert message.verifies(signing.public_bytes(key.private_key))
    assert message.headers[headers.KEY_ID] == key.key_id.encode()
    assert message.headers[headers.CE_ID] == receipt.event_id.encode()
    decoded = Codec(load_lock()).decode_untrusted(message.value)
    assert decoded.datum["header"]["record_id"] == "C-17"


def test_stream_answers_every_event_in_order_and_skips_only_the_broken_one(
    broker: str, topics: Topics, key: SigningKeyPair
) -> None:
    events = list(cases(700))
    events[300]["header"]["version"] = 0
    with Publisher(broker, source="hsi.field", key=key, namespace=topics.namespace) as publisher:
        results = list(publisher.publish_many(events))
    assert [r.event_id for r in results] == [e["header"]["event_id"] for e in events]
    rejected = [result for result in results if isinstance(result, Rejected)]
    assert [(r.index, r.problems[0].path) for r in rejected] == [(300, "header.version")]
    stored = everything(broker, topics)
    receipts = [result for result in results if isinstance(result, Receipt)]
    assert {position(receipt) for receipt in receipts} == set(stored)
    public_key = signing.public_bytes(key.private_key)
    assert all(message.verifies(public_key) for message in stored.values())
    signatures = {message.headers[headers.SIGNATURE] for message in stored.values()}
    assert len(signatures) < 100, "one signature covers a batch"


@pytest.mark.promise("broker-down")
def test_unreachable_broker_is_said_in_plain_words_and_in_time(
    unused_tcp_port: int, key: SigningKeyPair
) -> None:
    address = f"127.0.0.1:{unused_tcp_port}"
    started = time.monotonic()
    with (
        Publisher(address, source="hsi.field", key=key, timeouts=BRIEF) as publisher,
        pytest.raises(PublishError, match="did not acknowledge") as caught,
    ):
        publisher.publish(next(cases(1)))
    assert caught.value.retryable
    assert address in caught.value.detail
    assert time.monotonic() - started < 8


def test_missing_topic_is_an_error_not_a_new_topic(
    broker: str, namespace: str, key: SigningKeyPair
) -> None:
    with (
        Publisher(
            broker, source="hsi.field", key=key, namespace=namespace, timeouts=BRIEF
        ) as publisher,
        pytest.raises(PublishError, match="liaison topics create") as caught,
    ):
        publisher.publish(next(cases(1)))
    assert (caught.value.code, caught.value.retryable) == ("NO_TOPIC", False)
    assert Topics(namespace).agency("HSI", "case") in caught.value.detail


def publish_through_a_kill(folder: Path, key: SigningKeyPair, events: Sequence[Event]) -> None:
    with own_broker(Settings(paths=PathSettings(state=folder))) as broker:
        topics = Topics("t-killed", partitions=3)
        create_agency_topics(broker.bootstrap, topics)
        acknowledged: list[Receipt] = []
        publisher = Publisher(
            broker.bootstrap, source="hsi.field", key=key, namespace="t-killed", timeouts=BRIEF
        )

        def kill_midway(result: Receipt | Rejected) -> None:
            assert isinstance(result, Receipt)
            acknowledged.append(result)
            if len(acknowledged) == 1_500:
                broker.kill()

        with pytest.raises(PublishError) as caught:
            exhaust(kill_midway, publisher.publish_many(events))
        assert caught.value.retryable
        assert caught.value.acknowledged == len(acknowledged) < len(events)
        broker.start()
        rest = publisher.publish_many(events[caught.value.acknowledged :])
        acknowledged += [result for result in rest if isinstance(result, Receipt)]
        publisher.close()
        stored = everything(broker.bootstrap, topics)
    assert len(acknowledged) == len(events)
    for receipt in acknowledged:
        assert stored[position(receipt)].headers[headers.CE_ID] == receipt.event_id.encode()


# kafka-python leaves the socket of a refused connection to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.promise("broker-down")
def test_nothing_acknowledged_is_lost_when_the_broker_is_killed(
    tmp_path: Path, key: SigningKeyPair, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "kafka")  # kept log records would keep the sockets
    publish_through_a_kill(tmp_path, key, list(cases(6_000)))
    gc.collect()


def test_world_is_acknowledged_whole_and_its_faults_arrive_as_they_were_made(
    broker: str, topics: Topics
) -> None:
    world = build_world(11, 600, now=NOW)
    parties = build_parties(NOW, {})
    seen: list[tuple[int, int]] = []
    publication = publish_world(
        world,
        broker,
        topics,
        parties.keys,
        progress=lambda done, total: seen.append((done, total)),
    )
    stored = everything(broker, topics)
    assert {position(receipt) for receipt in publication.receipts} == set(stored)
    assert len(publication.receipts) == world.truth.published == 600
    assert seen[-1] == (600, 600)
    by_id = {message.headers[headers.CE_ID].decode(): message for message in stored.values()}
    for item in world.timeline:
        message = by_id[item.event["header"]["event_id"]]
        public_key = signing.public_bytes(parties.keys[item.source].private_key)
        assert message.topic == item.topic(topics)
        if item.raw is None:
            assert message.verifies(public_key)
        else:
            assert message.value == item.raw.value
            assert message.verifies(public_key) is (item.raw.signature is Signature.RIGHT)


def test_versions_of_one_record_stay_in_their_order_on_one_partition(
    broker: str, topics: Topics
) -> None:
    world = build_world(12, 500, now=NOW)
    publication = publish_world(world, broker, topics, build_parties(NOW, {}).keys)
    at = {receipt.event_id: receipt for receipt in publication.receipts}
    by_record: dict[tuple[str, bytes], list[Receipt]] = {}
    for item in world.timeline:
        if item.raw is None:
            place = (item.topic(topics), item.key)
            by_record.setdefault(place, []).append(at[item.event["header"]["event_id"]])
    assert all(_ascending(receipts) for receipts in by_record.values())
    assert Counter(len(receipts) > 1 for receipts in by_record.values())[True] > 20


def _ascending(receipts: Sequence[Receipt]) -> bool:
    one_partition = len({receipt.partition for receipt in receipts}) == 1
    return one_partition and all(a.offset < b.offset for a, b in itertools.pairwise(receipts))
