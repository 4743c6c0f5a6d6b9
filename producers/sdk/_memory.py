"""A publisher without a broker, for partners' own tests."""

from collections import Counter
from collections.abc import Iterable, Iterator

from producers.sdk._exceptions import PublishError, ValidationError
from producers.sdk._message import Message, Preparer, SigningKeyPair
from producers.sdk._publisher import event_id_of
from producers.sdk._results import Receipt, Rejected
from schemas.codec import Codec
from schemas.event import Event
from schemas.registry import load_lock
from schemas.signing import generate_key
from schemas.topics import Topics, partition_of


class MemoryPublisher:
    """Validates, strips and signs as `Publisher` does, and keeps the messages in `sent`.

    Set `broker_down` to see how one's own code takes an unreachable broker.
    """

    def __init__(
        self, *, source: str, key: SigningKeyPair | None = None, namespace: str = "liaison"
    ) -> None:
        self.sent: list[Message] = []
        self.broker_down = False
        self._topics = Topics(namespace)
        self._preparer = Preparer(
            Codec(load_lock()), source, self._topics, key or SigningKeyPair(generate_key())
        )
        self._offsets: Counter[tuple[str, int]] = Counter()

    def publish(self, event: Event) -> Receipt:
        """Keep the event; raises ValidationError, or PublishError while `broker_down`."""
        (message,) = self._preparer.sign([self._preparer.prepare(event)])
        if self.broker_down:
            raise PublishError("the broker is down, as the test asked", retryable=True)
        partition = partition_of(message.key, self._topics.partitions)
        offset = self._offsets[message.topic, partition]
        self._offsets[message.topic, partition] += 1
        self.sent.append(message)
        return Receipt(message.event_id, message.topic, partition, offset)

    def publish_many(self, events: Iterable[Event]) -> Iterator[Receipt | Rejected]:
        """Keep the events in order; yield one result for each."""
        for index, event in enumerate(events):
            try:
                yield self.publish(event)
            except ValidationError as error:
                yield Rejected(index, event_id_of(event), error.problems)
            except PublishError as error:
                raise PublishError(error.detail, retryable=True, acknowledged=index) from None

    def close(self) -> None:
        """Nothing to disconnect."""
