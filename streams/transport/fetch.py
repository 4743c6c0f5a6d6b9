"""Fetching: records leave the client at a known moment, for the generation that asked."""

import asyncio
from collections.abc import Set as AbstractSet
from typing import Any

from aiokafka.errors import ConsumerStoppedError
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.transport.drivers.aiokafka import Transport as AIOKafkaTransport
from faust.types import TP

_FETCH_RECORDS = 4000
_IDLE = (1, 500)
"""Bytes and ms: while nothing comes, the first record ends the wait at once."""
GATHER_BYTES = 128 << 10
"""While records come they gather at the broker until there is so much, or for the linger."""


class BatchConsumerThread(AIOKafkaConsumerThread):
    """Faust's consumer thread, with a fetch that can't reach across a rebalance."""

    def _create_worker_consumer(self, transport: AIOKafkaTransport) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = _IDLE[1]  # noqa: SLF001  Faust fixes 1,500
        return consumer

    app: Any  # a streams.transport.app.StageApp

    def _gather(self, fetcher: Any, *, flowing: bool) -> None:
        """Let the next requests gather while records flow: a batch of one record costs as much."""
        gather = (GATHER_BYTES, max(1, int(self.app.settings.linger_seconds * 1_000)))
        wanted = gather if flowing else _IDLE
        fetcher._fetch_min_bytes, fetcher._fetch_max_wait_ms = wanted  # noqa: SLF001

    async def fetch(self, partitions: AbstractSet[TP], seconds: float, generation: int) -> Any:
        """Take what has been fetched of these partitions, waiting for it if there is nothing."""
        return await self.call_thread(self._fetch, partitions, seconds, generation)

    async def _fetch(self, partitions: AbstractSet[TP], seconds: float, generation: int) -> Any:
        consumer = self._ensure_consumer()
        fetcher, subscriptions = consumer._fetcher, consumer._subscription  # noqa: SLF001
        if fetcher._closed:  # noqa: SLF001
            raise ConsumerStoppedError
        with subscriptions.fetch_context():
            for wait in (True, False):
                # INVARIANT: records leave the fetcher only for the generation that asked, and
                # nothing is awaited between the question and their leaving. Stock waits inside:
                # what it takes after the next assignment is dropped, its position moved on.
                if not self.consumer.flow_active or subscriptions.reassignment_in_progress:
                    break
                if self.app.consumer_generation_id != generation:
                    break
                records = await fetcher.fetched_records(partitions, 0, _FETCH_RECORDS)
                self._gather(fetcher, flowing=bool(records) or wait)
                if records:
                    return records
                if wait:
                    waiter = fetcher._create_fetch_waiter()  # noqa: SLF001
                    await asyncio.wait([waiter], timeout=seconds)
                    waiter.cancel()
        return {}
