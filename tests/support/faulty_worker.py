"""A stage's worker that dies by SIGKILL between the two halves of a batch's durability.

python -m tests.support.faulty_worker STAGE outputs|state SEED DEATHS FOLDER

`outputs` is the order of the real build, `state` the one that the fault suite must find out. Each
life ends at a seeded batch that has both outputs and changes; after DEATHS of them it lives on.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import Final, Literal, cast

from deploy import worker
from deploy.logs import configure_logging
from deploy.settings import read_settings
from streams.transport.batch import MemoryBatch
from streams.transport.changelog import PartitionState
from streams.transport.runner import StageRunner

Order = Literal["outputs", "state"]
"""What is made durable first."""

_LAST_BATCH: Final = 3
"""A life ends within so many batches that change anything."""


class Fate:
    """Decides at which batch this life ends; every death leaves a line in `FOLDER/STAGE.deaths`."""

    def __init__(self, stage: str, seed: int, deaths: int, folder: Path) -> None:
        self._book = folder / f"{stage}.deaths"
        died = len(died_at(folder, stage))
        drawn = Random(f"{seed}/{stage}/{died}").randint(1, _LAST_BATCH)
        self._left = drawn if died < deaths else 0

    def meet(self, batch: MemoryBatch) -> None:
        """End the process here, as a crash would, if this is the batch."""
        if not (batch.outputs and batch.changes):
            return
        self._left -= 1
        if self._left == 0:
            size = {"outputs": len(batch.outputs), "changes": len(batch.changes)}
            with self._book.open("a") as book:
                book.write(json.dumps(size | {"partition": batch.partition}) + "\n")
            os.kill(os.getpid(), signal.SIGKILL)


def died_at(folder: Path, stage: str) -> list[Mapping[str, int]]:
    """The batches a stage died at so far: their partition, outputs and changes."""
    book = folder / f"{stage}.deaths"
    return [json.loads(line) for line in book.read_text().splitlines()] if book.exists() else []


def mortal(order: Order, fate: Fate) -> type[StageRunner]:
    """A runner that settles in this order and may die between the halves."""

    class MortalRunner(StageRunner):
        async def _settle(self, partition: int, state: PartitionState, batch: MemoryBatch) -> None:
            halves = [
                partial(self._sink.publish, batch.outputs),
                partial(self._keep, partition, state, batch.changes),
            ]
            first, second = halves if order == "outputs" else reversed(halves)
            await first()
            fate.meet(batch)
            await second()

    return MortalRunner


if __name__ == "__main__":
    stage, order, seed, deaths, folder = sys.argv[1:]
    configure_logging()
    fate = Fate(stage, int(seed), int(deaths), Path(folder))
    worker.run(stage, read_settings(), mortal(cast("Order", order), fate))
