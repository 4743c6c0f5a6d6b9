"""quixstreams with its own RocksDB state and changelog, at least once.

`python -m deploy.bench.peers.stream_quix MODE DECODER '{"bootstrap": …, "run": …}'`
"""

import json
import sys
from typing import Any

from quixstreams import Application
from quixstreams.models import TopicConfig

from deploy.bench.stream.events import DECODERS, PARTITIONS, correlated

mode, decoder, given = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
decode, run, origin = DECODERS[decoder], given["run"], given["source"]
shape = TopicConfig(num_partitions=PARTITIONS, replication_factor=1)
app = Application(
    broker_address=given["bootstrap"],
    consumer_group=f"{run}-quix",
    auto_offset_reset="earliest",
    state_dir=given["data_folder"],
    loglevel="ERROR",
    commit_interval=1.0,
    processing_guarantee="at-least-once",
    consumer_extra_config={"fetch.wait.max.ms": 10, "session.timeout.ms": 10_000},
    producer_extra_config={"linger.ms": 2, "batch.size": 262_144, "acks": "all"},
)
source = app.topic(origin, key_deserializer="bytes", value_deserializer="bytes", config=shape)
keys = "bytes" if mode == "dedupe" else "str"
target = app.topic(f"{run}.out", key_serializer=keys, value_serializer="bytes", config=shape)


def fresh(value: bytes, state: Any) -> bool:
    """Whether an id comes for the first time; the message key is the id, so state is its own."""
    decode(value)
    if state.exists("seen"):
        return False
    state.set("seen", 1)
    return True


def correlate(value: bytes, state: Any) -> bytes:
    """Keep a person's last events."""
    row, said = correlated(decode(value), (state.get("last") or "").encode())
    state.set("last", row.decode())
    return said


frame = app.dataframe(source).filter(fresh, stateful=True)
if mode == "correlate":
    frame = frame.group_by(
        key=lambda value: decode(value)["person"],
        name="person",
        value_serializer="bytes",
        value_deserializer="bytes",
        key_serializer="str",
        key_deserializer="str",
    ).apply(correlate, stateful=True)
frame.to_topic(target)

if __name__ == "__main__":
    app.run()
