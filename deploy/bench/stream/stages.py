"""Our two stages of the stream bench, each as a process: `python -m … STAGE DECODER JSON`.

`dedupe` passes each event id once; `correlate` keeps the last events of each person. State is the
changelogged table of the batch transport, outputs are acknowledged before it.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import faust

from deploy.bench.stream.events import DECODERS, Decode, correlated
from schemas.topics import partition_of
from streams.transport.app import WorkerSettings, create_app
from streams.transport.batch import Batch, Message, Stage

_SEEN = b"1"


class _Bench:
    """What both have in common: no index, no poison."""

    table = True

    def __init__(self, source: str, target: str, decode: Decode, *, rekeyed: bool) -> None:
        self.source_topics = (source,)
        self._target = target
        self._decode = decode
        self._rekeyed = rekeyed

    def recovered(self, partition: int, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Nothing is derived."""

    def revoked(self, partition: int) -> None:
        """Nothing is derived."""

    def poison(self, message: Message, error: Exception, batch: Batch) -> None:
        """Nothing of the bench is poison: crash."""
        del message, batch
        raise error


class Dedupe(_Bench):
    """Each id once; to the partition of the person where somebody correlates."""

    name = "bench-dedupe"

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """See `Stage.process`."""
        for message in messages:
            event = self._decode(message.value)
            key = event["event_id"].encode()
            if batch.get(key) is not None:
                continue
            batch.put(key, _SEEN)
            if self._rekeyed:
                key = event["person"].encode()
                batch.send(self._target, partition_of(key, 4), key, message.value)
            else:
                batch.send(self._target, batch.partition, key, message.value)


class Correlate(_Bench):
    """The last events of each person, and one output an event."""

    name = "bench-correlate"

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """See `Stage.process`."""
        for message in messages:
            key = message.key or b""
            row, said = correlated(self._decode(message.value), batch.get(key) or b"")
            batch.put(key, row)
            batch.send(self._target, batch.partition, key, said)


def main() -> None:
    """Run one stage until told to stop."""
    name, decoder, given = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    decode = DECODERS[decoder]
    run, source = given.pop("run"), given.pop("source")
    rekeyed = given.pop("mode") == "correlate"
    stages: dict[str, Stage] = {
        "dedupe": Dedupe(
            source, f"{run}.mid" if rekeyed else f"{run}.out", decode, rekeyed=rekeyed
        ),
        "correlate": Correlate(f"{run}.mid", f"{run}.out", decode, rekeyed=True),
    }
    folder = Path(given.pop("data_folder"))
    settings: dict[str, Any] = {"namespace": run, "partitions": 4, "data_folder": folder, **given}
    app = create_app(stages[name], WorkerSettings(**settings))
    app.prepare()
    faust.Worker(app, loglevel="warn", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main()
