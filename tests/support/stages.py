"""Events through real stages in one process, one message at a time, until all is read."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Final, cast

from schemas import headers
from schemas.codec import Codec
from schemas.digest import content_digest
from schemas.event import Event
from schemas.registry import load_lock
from schemas.topics import partition_of
from streams.intake.core import Admitted, IntakePolicy, normalise
from streams.transport.batch import MemoryBatch, Message, Output, Stage, apply_changes
from tests.support.entities import SECRET
from tests.support.histories import TOPICS

CODEC: Final = Codec(load_lock())
_POLICY: Final = cast("IntakePolicy", SimpleNamespace(secret=SECRET))

Log = dict[tuple[str, int], list[Message]]
"""By topic and partition."""


def admitted(events: Sequence[Event]) -> Iterator[Output]:
    """The events as intake puts them on `record.v1`."""
    for number, event in enumerate(events):
        agency = "BIS" if event["header"]["source"] == "bis.oee" else "HSI"
        record = normalise(
            Admitted(event, agency, content_digest(event)),
            Message(None, b"", (), "agency", 0, number, 0),
            _POLICY,
        )
        value = CODEC.encode("liaison.Record", record)
        to = partition_of(record["header"]["record"].encode(), TOPICS.partitions)
        origin = ((headers.ORIGIN, f"agency/0/{number}".encode()),)
        yield Output(TOPICS.record, to, None, value, origin)


def at_rest(events: Sequence[Event], stages: Sequence[Stage]) -> Log:
    """What stands on every topic once each stage has read all that the one before it wrote."""
    log: Log = defaultdict(list)

    def append(output: Output) -> None:
        entries = log[output.topic, output.partition]
        place = (output.topic, output.partition, len(entries))
        entries.append(Message(output.key, output.value, tuple(output.headers), *place, 0))

    for output in admitted(events):
        append(output)
    for stage in stages:
        for partition in range(TOPICS.partitions):
            rows: dict[bytes, bytes] = {}
            stage.recovered(partition, ())
            for message in log[next(iter(stage.source_topics)), partition]:
                batch = MemoryBatch(partition, rows)
                stage.process([message], batch)
                apply_changes(batch.changes, rows)
                for output in batch.outputs:
                    append(output)
    return log
