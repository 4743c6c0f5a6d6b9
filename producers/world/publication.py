"""Publishes a world: sound events through the SDK, faulty ones past it, in order of arrival."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Protocol, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kafka import KafkaProducer

from producers.sdk import Publisher, PublishError, Receipt, SigningKeyPair, Timeouts
from producers.world.faults import Raw, Signature
from producers.world.timeline import Item
from schemas import headers
from schemas.signing import event_leaf, generate_key, sign_batch
from schemas.topics import Topics, partition_of

_CHUNK: Final = 1_024
_PACE_SECONDS: Final = 0.05
_ACKNOWLEDGE_SECONDS: Final = 120

Progress = Callable[[int, int], None]
"""Called with (acknowledged, total) as publishing goes on."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Every acknowledged message by its event id, and the seconds from first to last."""

    receipts: tuple[Receipt, ...]
    seconds: float


class HasTimeline(Protocol):
    """A world or a bench mix."""

    @property
    def timeline(self) -> Sequence[Item]:
        """Messages in order of arrival."""


def publish_world(
    world: HasTimeline,
    bootstrap: str,
    topics: Topics,
    keys: Mapping[str, SigningKeyPair],
    *,
    progress: Progress | None = None,
    rate: float | None = None,
) -> Publication:
    """Publish a world's timeline; `rate` in events a second, None: as fast as possible.

    A broker may be away for two minutes.
    Order is kept within a source system; chunks of source systems follow each other in order.
    Raises PublishError when the broker stops acknowledging, and when it refuses a message.
    """
    with _Press(bootstrap, topics, keys) as press:
        items, started = world.timeline, time.monotonic()
        receipts: list[Receipt] = []
        for chunk in _paced(items, rate):
            receipts += press.publish(chunk)
            if progress is not None:
                progress(len(receipts), len(items))
        return Publication(tuple(receipts), time.monotonic() - started)


def _paced(items: Sequence[Item], rate: float | None) -> Iterator[list[Item]]:
    """Chunks of the timeline, none before its time."""
    size = _CHUNK if rate is None else max(1, min(_CHUNK, int(rate * _PACE_SECONDS)))
    started, given, rest = time.monotonic(), 0, iter(items)
    while chunk := list(islice(rest, size)):
        if rate is not None:
            time.sleep(max(0.0, started + given / rate - time.monotonic()))
        given += len(chunk)
        yield chunk


class _Press:
    """One publisher for each source system, and a bare producer for what no SDK would send."""

    def __init__(self, bootstrap: str, topics: Topics, keys: Mapping[str, SigningKeyPair]) -> None:
        self._topics = topics
        timeouts = Timeouts(acknowledge=_ACKNOWLEDGE_SECONDS)
        self._keys = keys
        self._forger = generate_key()
        self._publishers = {
            source: Publisher(
                bootstrap, source=source, key=key, namespace=topics.namespace, timeouts=timeouts
            )
            for source, key in keys.items()
        }
        self._bare: Any = KafkaProducer(
            bootstrap_servers=bootstrap, acks="all", allow_auto_create_topics=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for publisher in self._publishers.values():
            publisher.close()
        self._bare.close(timeout=_ACKNOWLEDGE_SECONDS)

    def publish(self, chunk: Sequence[Item]) -> list[Receipt]:
        """Publish a chunk and return its receipts once all of it is acknowledged."""
        bare = [(item, self._send(item, item.raw)) for item in chunk if item.raw is not None]
        receipts = []
        for source, publisher in self._publishers.items():
            events = [i.event for i in chunk if i.raw is None and i.source == source]
            for result in publisher.publish_many(events):
                if not isinstance(result, Receipt):
                    problem = result.problems[0]
                    raise PublishError(f"{problem.path}: {problem.message}", retryable=False)
                receipts.append(result)
        for item, pending in bare:
            at = pending.get(timeout=_ACKNOWLEDGE_SECONDS)
            event_id = item.event["header"]["event_id"]
            receipts.append(Receipt(event_id, at.topic, at.partition, at.offset))
        return receipts

    def _send(self, item: Item, raw: Raw) -> Any:
        topic = item.topic(self._topics)
        return self._bare.send(
            topic,
            key=item.key,
            value=raw.value,
            headers=self._headers(item, raw, topic),
            partition=partition_of(item.key, len(self._bare.partitions_for(topic))),
        )

    def _headers(self, item: Item, raw: Raw, topic: str) -> list[tuple[str, bytes]]:
        header = item.event["header"]
        described = {
            headers.CE_ID: header["event_id"].encode(),
            headers.CE_SOURCE: header["source"].encode(),
            headers.CE_TYPE: header["event_type"].encode(),
            headers.CE_TIME: header["published_at"].isoformat().encode(),
        }
        if raw.signature is not Signature.NONE:
            own = self._keys[item.source]
            key: Ed25519PrivateKey = own.private_key
            if raw.signature is Signature.FORGED:
                key = self._forger
            leaf = event_leaf(topic, item.key, described, raw.value)
            ((signature, proof),) = sign_batch(key, [leaf])
            described |= {
                headers.KEY_ID: own.key_id.encode(),
                headers.SIGNATURE: signature,
                headers.PROOF: proof,
            }
        return list(described.items())
