"""Stock Faust, as its documentation writes it: an agent, a changelogged table, an awaited send.

`python -m deploy.bench.peers.stream_faust MODE DECODER '{"bootstrap": …, "run": …}'`
"""

import json
import sys
from typing import Any

import faust

from deploy.bench.stream.events import DECODERS, PARTITIONS, correlated

mode, decoder, given = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
decode, run, origin = DECODERS[decoder], given["run"], given["source"]

app = faust.App(
    f"{run}-faust",
    broker=f"kafka://{given['bootstrap']}",
    store="memory://",
    datadir=given["data_folder"],
    web_enabled=False,
    topic_partitions=PARTITIONS,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    consumer_group_instance_id=given.get("instance_id"),
    broker_commit_interval=1.0,
    broker_session_timeout=10.0,
    broker_heartbeat_interval=2.0,
    broker_max_poll_records=2_000,
    producer_linger=0.002,
    producer_acks=-1,
    producer_max_batch_size=262_144,
    stream_wait_empty=False,
    stream_recovery_delay=0.0,
    stream_buffer_maxsize=4_096,
    logging_config=None,
)
RAW: dict[str, Any] = {
    "key_type": bytes,
    "value_type": bytes,
    "key_serializer": "raw",
    "value_serializer": "raw",
    "partitions": PARTITIONS,
}
source, target = app.topic(origin, **RAW), app.topic(f"{run}.out", **RAW)
seen = app.Table("seen", partitions=PARTITIONS, key_type=bytes, value_type=bytes)

if mode == "dedupe":

    @app.agent(source)
    async def dedupe(stream: Any) -> None:
        """Each id once."""
        async for event in stream.events():
            key = decode(event.value)["event_id"].encode()
            if key not in seen:
                seen[key] = b"1"
                await target.send(key=event.key, value=event.value)

else:
    history = app.Table("history", partitions=PARTITIONS, key_type=bytes, value_type=bytes)

    async def fresh(value: bytes) -> bool:
        """Whether an id comes for the first time."""
        key = decode(value)["event_id"].encode()
        if key in seen:
            return False
        seen[key] = b"1"
        return True

    @app.agent(source)
    async def correlate(stream: Any) -> None:
        """Each id once, grouped by person, with the person's last events."""
        by_person = stream.filter(fresh).group_by(
            lambda value: decode(value)["person"].encode(), name="person", partitions=PARTITIONS
        )
        async for event in by_person.events():
            row, said = correlated(decode(event.value), history.get(event.key) or b"")
            history[event.key] = row
            await target.send(key=event.key, value=said)


if __name__ == "__main__":
    faust.Worker(app, loglevel="error", redirect_stdouts=False).execute_from_commandline()
