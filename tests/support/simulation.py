"""Drives the real stages in process through seeded histories, and looks at where they come to rest.

A seeded scheduler picks which partition of which stage moves next and how much it reads, crashes
stages between "some outputs", "outputs", "state" and "offset", loses commits, moves partitions,
and writes old messages again, as a zombie would. The executable model of the same rules is
`prototypes/protocol/model.py`; here the code that runs in production is under test.

    python -m tests.support.simulation --seed 17
    python -m tests.support.simulation --histories 5000 [--bug no_marker]
"""

import argparse
import logging
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from unittest.mock import patch

import structlog

from schemas import headers
from schemas.codec import Codec
from schemas.registry import load_lock
from streams.correlate.agent import CorrelateStage
from streams.dedupe.agent import DedupeStage
from streams.match.agent import MatchStage, reassessment
from streams.network import core as network
from streams.network.agent import NetworkStage
from streams.resolve.agent import ResolveStage
from streams.transport.batch import MemoryBatch, Message, Output, Stage, apply_changes
from tests.support.at_rest import Log, Violation, check
from tests.support.histories import (
    CAP,
    MARGINS,
    TOPICS,
    WEIGHTS,
    compare,
    history,
    record_datum,
    record_partition,
)
from tests.support.planted import BUGS, STATE_FIRST

CODEC = Codec(load_lock())

_CALM_AFTER = 2_000
"""Steps after which nothing goes wrong any more."""
_ENDLESS = 20_000
_FAN_OUT = 5
"""Low enough that small histories have hubs, which come and go."""


@dataclass
class Worker:
    """One stage, and what of it outlives a crash."""

    build: Callable[[], Stage]
    rows: dict[int, dict[bytes, bytes]] = field(default_factory=lambda: defaultdict(dict))
    offsets: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Start again from durable rows and committed offsets."""
        self.stage = self.build()
        for partition in range(TOPICS.partitions):
            self.recover(partition)

    def recover(self, partition: int) -> None:
        """Give the stage the durable rows of a partition."""
        self.stage.recovered(partition, self.rows[partition].items())


class Simulation:
    """One history, run to rest."""

    def __init__(self, seed: int, *, state_first: bool = False) -> None:
        self.rng = random.Random(seed)
        self.events = history(self.rng)
        self.log: Log = defaultdict(list)
        self._state_first = state_first
        self._trouble = self.rng.choice((0.0, 0.05, 0.3))
        self._appetite = self.rng.choice((1, 3, 8))
        self.weights = "weights"
        self._upgrade_at = self.rng.choice((-1, -1, self.rng.randint(0, 60)))
        for event in self.events:
            value = CODEC.encode("liaison.Record", record_datum(event))
            facts = ((headers.ORIGIN, event.origin.encode()),)
            self._append(Output(TOPICS.record, record_partition(event), None, value, facts))
        self.workers = (
            Worker(lambda: DedupeStage(TOPICS, CODEC)),
            Worker(lambda: CorrelateStage(TOPICS, CODEC, compare, bytes.decode, CAP)),
            Worker(self._match_stage),
            Worker(lambda: NetworkStage(TOPICS, CODEC)),
            Worker(lambda: ResolveStage(TOPICS, CODEC)),
        )

        self._ask()

    def run(self) -> None:
        """Step until nothing is left to read; raises Violation when that never comes."""
        for step in range(_ENDLESS):
            ready = [
                (worker, partition)
                for worker in self.workers
                for partition in range(TOPICS.partitions)
                if worker.offsets[partition] < len(self._source(worker, partition))
            ]
            if step == self._upgrade_at or (not ready and step < self._upgrade_at):
                self._upgrade_at = -1
                self.upgrade()
                continue
            if not ready:
                return
            trouble = self._trouble if step < _CALM_AFTER else 0.0
            if self.rng.random() < trouble / 5:
                self._zombie()
            self._step(*self.rng.choice(ready), trouble)
        raise Violation("does not come to rest")

    def _match_stage(self) -> Stage:
        return MatchStage(TOPICS, CODEC, WEIGHTS[self.weights], self.weights, MARGINS[self.weights])

    def upgrade(self) -> None:
        """Start `match` again with other weights, as a new release does, and let it say so."""
        self.weights = "other weights"
        self.workers[2].restart()
        self._ask()

    def _ask(self) -> None:
        """Do as a starting worker does."""
        for partition in range(TOPICS.partitions):
            asked = reassessment(CODEC, self.weights)
            self._append(Output(TOPICS.link, partition, None, asked, ()))

    def _step(self, worker: Worker, partition: int, trouble: float) -> None:
        start = worker.offsets[partition]
        count = self.rng.randint(1, self._appetite)
        messages = self._source(worker, partition)[start : start + count]
        batch = MemoryBatch(partition, worker.rows[partition])
        worker.stage.process(messages, batch)
        if self.rng.random() < trouble:
            self._crash(worker, batch)
            return
        self._publish(batch.outputs)
        apply_changes(batch.changes, worker.rows[partition])
        worker.offsets[partition] = start + len(messages)
        if self.rng.random() < trouble / 3:
            self._lose_commit(worker, partition)

    def _crash(self, worker: Worker, batch: MemoryBatch) -> None:
        """Get as far as some point of the durability order, then start again, offset not moved."""
        point = self.rng.choice(("dropped", "nothing", "some outputs", "outputs", "state"))
        if self._state_first:
            apply_changes(batch.changes, worker.rows[batch.partition])
        elif point == "dropped":
            worker.recover(batch.partition)
            return
        elif point == "some outputs":
            self._publish(self._acknowledged(batch.outputs))
        elif point != "nothing":
            self._publish(batch.outputs)
            if point == "state":
                apply_changes(batch.changes, worker.rows[batch.partition])
        worker.restart()

    def _acknowledged(self, outputs: Sequence[Output]) -> Iterable[Output]:
        """Some partitions took what they were sent before the crash, others did not."""
        took = {(o.topic, o.partition): self.rng.random() < 0.5 for o in outputs}
        return (output for output in outputs if took[output.topic, output.partition])

    def _lose_commit(self, worker: Worker, partition: int) -> None:
        """A stretch is read again, by a new owner or the same, against state that has seen it."""
        back = self.rng.randint(1, 3 * self._appetite)
        worker.offsets[partition] = max(0, worker.offsets[partition] - back)
        if self.rng.random() < 0.5:
            worker.stage.revoked(partition)
            worker.recover(partition)

    def _zombie(self) -> None:
        """Any old message once more, at the end of its partition; of records, rather a fact."""
        topics = (TOPICS.record, TOPICS.posting, TOPICS.link, TOPICS.edge, TOPICS.graph)
        place = self.rng.choice([p for p in self.log if p[0] in topics and self.log[p]])
        facts = [each for each in self.log[place] if each.topic == TOPICS.record and each.key]
        old = self.rng.choice(facts or self.log[place])
        self._append(Output(*place, old.key, old.value, old.headers))

    def _source(self, worker: Worker, partition: int) -> list[Message]:
        (topic,) = worker.stage.source_topics
        return self.log[topic, partition]

    def _publish(self, outputs: Iterable[Output]) -> None:
        for output in outputs:
            self._append(output)

    def _append(self, output: Output) -> None:
        log = self.log[output.topic, output.partition]
        place = (output.topic, output.partition, len(log))
        log.append(Message(output.key, output.value, tuple(output.headers), *place, 0))


def violation(seed: int, *, state_first: bool = False) -> str | None:
    """Run one history; None when every promise held, else what was broken."""
    try:
        with patch.object(network, "FAN_OUT", _FAN_OUT):
            simulation = Simulation(seed, state_first=state_first)
            simulation.run()
            rows = simulation.workers[2].rows.values()
            check(simulation.events, simulation.log, rows, CODEC, simulation.weights)
    except Violation as broken:
        return str(broken)
    return None


def main(arguments: Sequence[str]) -> int:
    """Run histories; exit 0 when the real stages break nothing, or a planted bug is caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="one history")
    parser.add_argument("--histories", type=int, default=1_000)
    parser.add_argument("--bug", choices=sorted(BUGS), help="plant a bug in the real stages")
    given = parser.parse_args(arguments)
    seeds = range(given.histories) if given.seed is None else (given.seed,)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    started = time.perf_counter()
    with BUGS[given.bug]() if given.bug else nullcontext():
        found = {s: v for s in seeds if (v := violation(s, state_first=given.bug == STATE_FIRST))}
    seconds = time.perf_counter() - started
    pace = len(seeds) * 60 / seconds
    sys.stdout.write(
        f"{len(seeds)} histories, {len(found)} violations, {seconds:.1f} s, {pace:.0f} a minute\n"
    )
    for seed, broken in list(found.items())[:3]:
        sys.stdout.write(f"  --seed {seed}: {broken}\n")
    return 0 if bool(found) == bool(given.bug) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
