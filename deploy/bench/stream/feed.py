"""Feeds the stream bench: a topic filled beforehand, or a steady rate from a process of its own.

`python -m deploy.bench.stream.feed BOOTSTRAP TOPIC RATE SECONDS`
"""

import sys
import time
from contextlib import closing
from typing import Final

from kafka import KafkaProducer

from deploy.bench.stream.events import events

_LINGER_MS: Final = 5
_PACE_SECONDS: Final = 0.002


def fill(bootstrap: str, topic: str, count: int) -> int:
    """Publish so many messages; return how many distinct ids they carry."""
    ids = set()
    with closing(
        KafkaProducer(bootstrap_servers=bootstrap, linger_ms=20, batch_size=1 << 18)
    ) as producer:
        for key, value, partition in events(count, time.time_ns):
            producer.send(topic, value, key=key, partition=partition)
            ids.add(key)
        producer.flush()
    return len(ids)


def pace(bootstrap: str, topic: str, rate: float, seconds: float) -> None:
    """Publish at a steady rate."""
    with closing(KafkaProducer(bootstrap_servers=bootstrap, linger_ms=_LINGER_MS)) as producer:
        started = time.monotonic()
        for number, (key, value, partition) in enumerate(
            events(int(rate * seconds), time.time_ns, seed=time.time_ns())
        ):
            if (ahead := started + number / rate - time.monotonic()) > _PACE_SECONDS:
                time.sleep(ahead)
            producer.send(topic, value, key=key, partition=partition)
        producer.flush()


if __name__ == "__main__":
    pace(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))
