"""One batch from messages to durability: the order that loses nothing, and the way of a poison.

No Faust and no Kafka here: `Sink` is all the runner knows of a broker.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from streams.transport.batch import MemoryBatch, Message, Output, Stage
from streams.transport.changelog import PartitionState, check_size
from streams.transport.tables import MemoryRows, Rows


class Sink(Protocol):
    """Where effects become durable. Both methods return only after the broker's acknowledgement."""

    async def publish(self, outputs: Sequence[Output]) -> None:
        """Send outputs, in order per topic and partition. Raises if any of them is not written."""
        ...

    async def log(self, partition: int, rows: Mapping[bytes, bytes | None], token: int) -> int:
        """Append rows to the changelog as one atomic batch; the offset of the first."""
        ...


class TableRefusedError(ValueError):
    """A stage that declares no table has written a row."""


Progress = Callable[[int, int, int, int], None]
"""Called when records are durable: (partition, records in, outputs, poison records)."""


class StageRunner:
    """Runs the batches of one stage; at most one batch of a partition at a time."""

    def __init__(
        self,
        stage: Stage,
        sink: Sink,
        progress: Progress,
        open_rows: Callable[[int], Rows] = lambda _: MemoryRows(),
    ) -> None:
        """`open_rows` gives the table of a partition this worker now owns."""
        self._open = open_rows
        self.stage = stage
        self.states: dict[int, PartitionState] = {}
        self.doing: dict[int, str] = {}
        """What a partition in work waits for, for whoever finds it stalled."""
        self._sink = sink
        self._progress = progress
        self._recovered: set[int] = set()
        """Partitions that the stage has been given; of others it has nothing to forget."""

    def state(self, partition: int) -> PartitionState:
        """What is durable of a partition; loading its changelog goes here."""
        if partition not in self.states:
            rows = self._open(partition)
            self.states[partition] = PartitionState(getattr(self.stage, "row_format", 0), rows)
        return self.states[partition]

    async def take_over(self, partition: int, generation: int, end: int = 0) -> None:
        """Become the owner of a partition whose changelog has been loaded up to `end`. Idempotent.

        Raises:
            ForeignWriteError: another owner has written since; the caller must crash and reload.
        """
        state = self.state(partition)
        if state.is_owned:
            return
        state.end = max(state.end, end)
        if self.stage.table:
            token, rows = state.claim(generation)
            state.written(await self._sink.log(partition, rows, token), len(rows))
            state.token = token
        state.owned = state.token
        state.foreign.clear()
        state.apply({})
        self._rebuild(partition)

    def release(self, partition: int) -> None:
        """Forget a partition that another worker owns now."""
        if (state := self.states.pop(partition, None)) is not None:
            state.rows.close()
        if partition in self._recovered:
            self._recovered.remove(partition)
            self.stage.revoked(partition)

    async def run(self, partition: int, messages: Sequence[Message]) -> None:
        """Process messages of one partition until all their effects are durable.

        A raise of the stage drops the batch and retries record by record; a record that raises
        alone is poison, and what the stage says of it is settled in its stead. Whatever this
        raises itself means that nothing more may be acknowledged: the worker must crash.
        """
        state = self.states[partition]
        poison = 0
        try:
            batch = self._attempt(partition, state, messages)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  any raise of a pure function is the record's
            self._rebuild(partition)
            if len(messages) > 1:
                for message in messages:
                    await self.run(partition, (message,))
                return
            poison = 1
            batch = MemoryBatch(partition, state.rows)
            self.stage.poison(messages[0], error, batch)
        await self._settle(partition, state, batch)
        self._progress(partition, len(messages), len(batch.outputs), poison)

    def _attempt(
        self, partition: int, state: PartitionState, messages: Sequence[Message]
    ) -> MemoryBatch:
        batch = MemoryBatch(partition, state.rows)
        self.stage.process(messages, batch)
        if batch.changes and not self.stage.table:
            raise TableRefusedError(self.stage.name)
        check_size(batch.changes)
        return batch

    async def _settle(self, partition: int, state: PartitionState, batch: MemoryBatch) -> None:
        # INVARIANT: outputs are acknowledged before state, and state before the source offset.
        # State first would make a replay find its work done and its outputs missing for ever.
        self.doing[partition] = "outputs"
        await self._sink.publish(batch.outputs)
        self.doing[partition] = "changelog"
        await self._keep(partition, state, batch.changes)
        del self.doing[partition]

    async def _keep(
        self, partition: int, state: PartitionState, changes: Mapping[bytes, bytes | None]
    ) -> None:
        """Changelog, then store."""
        if changes:
            first = await self._sink.log(partition, changes, state.owned)
            state.written(first, len(changes))
            state.apply(changes)

    def _rebuild(self, partition: int) -> None:
        self._recovered.add(partition)
        self.stage.recovered(partition, self.states[partition].rows.items())
