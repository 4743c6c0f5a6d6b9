"""A bare confluent-kafka loop with a dict: nothing durable, no recovery. A ceiling, no peer.

`python -m deploy.bench.peers.stream_loop MODE DECODER '{"bootstrap": …, "run": …}'`
"""

import json
import sys

from confluent_kafka import Consumer, Producer

from deploy.bench.stream.events import DECODERS, correlated

mode, decoder, given = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
decode, run, origin = DECODERS[decoder], given["run"], given["source"]
SOURCE, MIDDLE, TARGET = origin, f"{run}.mid", f"{run}.out"
_COMMIT_EVERY = 5_000

consumer = Consumer(
    {
        "bootstrap.servers": given["bootstrap"],
        "group.id": f"{run}-loop",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "fetch.wait.max.ms": 10,
        "session.timeout.ms": 10_000,
    }
)
producer = Producer(
    {
        "bootstrap.servers": given["bootstrap"],
        "linger.ms": 2,
        "batch.size": 262_144,
        "queue.buffering.max.messages": 1_000_000,
        "acks": "all",
    }
)
seen: set[str] = set()
history: dict[bytes, bytes] = {}


def send(topic: str, key: bytes, value: bytes) -> None:
    """Queue one message, waiting while the queue is full."""
    while True:
        try:
            producer.produce(topic, value, key)
        except BufferError:
            producer.poll(0.01)
        else:
            return


def handle(topic: str, key: bytes, value: bytes) -> None:
    """Do what the other engines do with one message."""
    event = decode(value)
    if topic == MIDDLE:
        history[key], said = correlated(event, history.get(key, b""))
        send(TARGET, key, said)
    elif event["event_id"] not in seen:
        seen.add(event["event_id"])
        if mode == "dedupe":
            send(TARGET, key, value)
        else:
            send(MIDDLE, event["person"].encode(), value)


def main() -> None:
    """Run until killed; outputs are flushed before offsets are committed."""
    consumer.subscribe([SOURCE, *([MIDDLE] if mode == "correlate" else [])])
    count = 0
    while True:
        messages = consumer.consume(1_000, 0.02)
        for message in messages:
            if not message.error():
                handle(message.topic(), message.key(), message.value())
                count += 1
        producer.poll(0)
        if count > _COMMIT_EVERY:
            producer.flush()
            consumer.commit(asynchronous=True)
            count = 0


if __name__ == "__main__":
    main()
