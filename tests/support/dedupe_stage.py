"""A small stage for tests of the transport: passes each id once, remembers it, as a process.

`python -m tests.support.dedupe_stage '{"bootstrap": …}'` runs one worker of it.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import faust

from streams.transport.app import WorkerSettings, create_app
from streams.transport.batch import Batch, Message
from streams.transport.runner import StageRunner
from tests.support.faulty_driver import StateFirstRunner

POISON = b"poison"


class DedupeStage:
    """Row: id → position that first carried it. Index: how many ids there are."""

    name = "dedupe"
    table = True

    def __init__(self, source: str, target: str) -> None:
        self.source_topics = (source,)
        self._target = target
        self.counts: dict[int, int] = {}

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        for message in messages:
            if message.value == POISON:
                raise ValueError("poison")
            key = message.key or b""
            if batch.get(key) is None:
                batch.put(key, b"%d/%d" % (message.partition, message.offset))
                batch.send(self._target, batch.partition, key, message.value)
                self.counts[batch.partition] += 1

    def recovered(self, partition: int, rows: Iterable[tuple[bytes, bytes]]) -> None:
        self.counts[partition] = sum(1 for _ in rows)

    def revoked(self, partition: int) -> None:
        del self.counts[partition]

    def poison(self, message: Message, error: Exception, batch: Batch) -> None:
        del error
        batch.send(self._target, batch.partition, message.key, b"quarantined")


def main() -> None:
    given = json.loads(sys.argv[1])
    runner: type[StageRunner] = StateFirstRunner if given.pop("state_first", False) else StageRunner
    stage = DedupeStage(given.pop("source"), given.pop("target"))
    tables = Path(given.pop("tables")) if "tables" in given else None
    settings = WorkerSettings(data_folder=Path(given.pop("data_folder")), tables=tables, **given)
    app = create_app(stage, settings, runner)
    app.prepare()
    faust.Worker(app, loglevel="info").execute_from_commandline()


if __name__ == "__main__":
    main()
