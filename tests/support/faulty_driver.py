"""The test-only build that makes state durable before outputs: a fault the kill test must find."""

from streams.transport.batch import MemoryBatch
from streams.transport.changelog import PartitionState
from streams.transport.runner import StageRunner


class StateFirstRunner(StageRunner):
    """Settles in the wrong order. Lives in tests, so that nothing in production can reach it."""

    async def _settle(self, partition: int, state: PartitionState, batch: MemoryBatch) -> None:
        await self._keep(partition, state, batch.changes)
        await self._sink.publish(batch.outputs)
