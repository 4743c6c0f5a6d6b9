"""The Faust driver: fetches whole partitions' worth, hands out batches, commits what is durable.

Faust keeps the group, the assignor, recovery, and agents as those who subscribe. Replaced are its
inner loop, its way through streams and its acknowledgements: stock Faust acknowledges what an
iterator skips, forgets acknowledgements before it commits on revocation, and empties stream queues
after it has resumed and sought partitions.
Every private name used here is pinned by `tests/unit/streams/transport/test_faust_names.py`.

It is one module because its methods are callbacks of one Faust class and share one set of lanes.
"""

import asyncio
import os
import threading
import time
from typing import Any

from aiokafka.errors import IllegalStateError
from faust.transport.drivers.aiokafka import Consumer as AIOKafkaConsumer
from faust.transport.drivers.aiokafka import Transport as AIOKafkaTransport
from faust.types import TP
from mode import Service

from streams.transport import metrics
from streams.transport.batch import Message
from streams.transport.fetch import BatchConsumerThread
from streams.transport.lanes import Lane
from streams.transport.producer import BatchProducer
from streams.transport.recovery import BulkRecovery
from streams.transport.watchdog import (
    RecordsGoneError,
    StalledError,
    find_stall,
    gap_reason,
    rebalance_stall,
)

BARRIER_SECONDS = 5.0
"""How long a rebalance or a stop waits for batches that have begun."""
EXIT_SECONDS = 10.0
"""How long a crashed worker may take to end; a producer that retries for ever would keep it."""
_FETCH_SECONDS = 0.5
_BUSY_FETCH_SECONDS = 0.01


class BatchConsumer(AIOKafkaConsumer):
    """Hands out one batch a partition at a time and commits only what is durable."""

    _thread: BatchConsumerThread
    app: Any  # a streams.transport.app.StageApp, which imports this module

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lanes: dict[TP, Lane] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._recovery = BulkRecovery(self.app)

    def _new_consumer_thread(self) -> BatchConsumerThread:
        return BatchConsumerThread(self, loop=self.loop, beacon=self.beacon)

    # -- work

    def _begin(self, tp: TP, lane: Lane) -> None:
        """Start work on the next batch of a lane, if there is one and it may be begun."""
        # INVARIANT: nothing is begun while rebalancing: at its end the sources are sought to the
        # committed offsets, and what was begun meanwhile would be worked on twice at once.
        if self.app.rebalancing or not self.flow_active or self._lanes.get(tp) is not lane:
            return
        if lane.hand_out(time.monotonic()):
            task = asyncio.create_task(self._work(tp, lane))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _work(self, tp: TP, lane: Lane) -> None:
        begun = time.monotonic()
        try:
            end = self._recovery.end(tp.partition)
            await self.app.runner.take_over(tp.partition, self.app.consumer_generation_id, end)
            await self.app.runner.run(tp.partition, lane.handed_out)
            lane.settle()
            metrics.BATCH_SECONDS.labels(self.app.stage.name).observe(time.monotonic() - begun)
            self._begin(tp, lane)
        except Exception as error:  # noqa: BLE001  whatever it is, nothing more may be settled
            await self.abort(error)

    def progress(self, partition: int) -> None:
        """Note for the watchdog that some of a batch has become durable."""
        for tp, lane in self._lanes.items():
            if tp.partition == partition:
                lane.progress_at = time.monotonic()

    async def abort(self, error: BaseException) -> None:
        """Crash the worker, and end the process even where something waits for ever."""
        timer = threading.Timer(EXIT_SECONDS, os._exit, (70,))
        timer.daemon = True
        timer.start()
        await self.app.crash(error)

    # -- commits: only settled batches count, not what stream iterators acknowledge

    def ack(self, message: Any) -> bool:
        """Count for nothing: `Lane.settle` is the only acknowledgement."""
        del message
        return False

    async def force_commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Commit every offset whose effects are durable; while rebalancing only the barrier does.

        A commit that meets the group between two generations would throw this member out of it.
        """
        del topics, start_new_transaction
        return not self.app.rebalancing and await self._commit_settled()

    async def _commit_settled(self) -> bool:
        offsets = {tp: n for tp, lane in self._lanes.items() if (n := lane.settled) is not None}
        offsets = {tp: n for tp, n in offsets.items() if self._committed_offset[tp] != n}
        if not offsets or not await self._thread.commit(offsets):
            return False
        self._committed_offset.update(offsets)
        self.app.monitor.on_tp_commit(offsets)
        return True

    # -- rebalancing and stopping

    async def _barrier(self) -> None:
        """Finish begun batches, drop the others, commit."""
        self.stop_flow()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=BARRIER_SECONDS)
            if late:
                await self.abort(StalledError(f"{len(late)} batches outlast the barrier"))
        await self.maybe_wait_for_commit_to_finish()
        await self._commit_settled()

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Settle and commit what has begun before partitions are given up."""
        if not self.app.should_stop:
            await self._barrier()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Start lanes anew; keep the state of partitions that stay, forget the others."""
        sources = {tp for tp in assigned if tp.topic in self.app.stage.source_topics}
        self._recovery.prepare({tp.partition for tp in sources})
        self._lanes = {tp: Lane(time.monotonic()) for tp in sources}
        metrics.PARTITIONS.labels(self.app.stage.name).set(len(sources))
        await super().on_partitions_assigned(assigned, generation_id)

    async def on_stop(self) -> None:
        """Settle and commit what has begun before the worker leaves."""
        if not self.app.crashed:
            await self._barrier()
        await super().on_stop()

    # -- the fetch loop

    async def _drain_messages(self, fetcher: Any) -> None:
        try:
            while not (self.should_stop or fetcher.should_stop):
                await self._fetch_once()
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.app.should_stop:
                raise
        except Exception as error:
            await self.abort(error)
            raise

    async def _fetch_once(self) -> None:
        # INVARIANT: sources are fetched only outside of rebalances, whose last act is to seek
        # them to the committed offsets: a lane sees a partition from there on, without a gap.
        if not self.flow_active:
            await self.wait(self.can_resume_flow.wait())
            return
        generation, lanes = self.app.consumer_generation_id, self._lanes
        skipped = {tp for tp, lane in lanes.items() if self.app.rebalancing or lane.is_full}
        wanted = self._get_active_partitions() - skipped
        if not wanted:
            await asyncio.sleep(_BUSY_FETCH_SECONDS)
            return
        seconds = _BUSY_FETCH_SECONDS if skipped else _FETCH_SECONDS
        records = await self._thread.fetch(wanted, seconds, generation)
        if not records and self.app.recovery.in_recovery:
            await self._recovery.skip_compacted_ends(self._read_to)
        if generation != self.app.consumer_generation_id or lanes is not self._lanes:
            return
        for topic_partition, batch in records.items():
            tp = TP(topic_partition.topic, topic_partition.partition)
            if tp in lanes:
                await self._refuse_gap(tp, lanes[tp].next_offset, batch[0].offset)
                lanes[tp].offer(
                    Message(r.key, r.value or b"", r.headers, *tp, r.offset, r.timestamp)
                    for r in batch
                )
                if not lanes[tp].handed_out:
                    lanes[tp].progress_at = time.monotonic()
            else:
                self._recovery.load(tp, batch)
        self._recovery.finish(self._get_active_partitions())
        for tp, lane in lanes.items():
            self._begin(tp, lane)

    async def _refuse_gap(self, tp: TP, expected: int, first: int) -> None:
        """Tell deleted records from offsets that never were records (transaction markers)."""
        expected = expected or self._committed_offset[tp] or 0
        if expected and first > expected:
            earliest = await self.earliest_offsets(tp)
            if reason := gap_reason(tp, expected, earliest[tp]):
                raise RecordsGoneError(reason)

    # -- watching

    @Service.task
    async def _watch(self) -> None:
        limit, began = self.app.settings.stall_seconds, None
        async for _ in self.itertimer(1.0, name="batch-watchdog"):
            now = time.monotonic()
            # The lanes' time starts anew with the assignment that ends a rebalance.
            began = (began or now) if self.app.rebalancing else None
            for tp, lane in self._lanes.items():
                if lane.is_idle and await self._has_read_all(tp):
                    lane.progress_at = now
            if began is None:
                reason = find_stall(self._lanes, self.app.runner.doing, self._end, now, limit)
            else:
                reason = rebalance_stall(now - began, limit)
            if reason:
                await self.abort(StalledError(reason))
            oldest = [m.timestamp_ms for lane in self._lanes.values() if (m := lane.oldest)]
            metrics.observe(self.app.stage.name, sum(map(self._lag, self._lanes)), oldest)

    def _end(self, tp: TP) -> int:
        try:
            return self.highwater(tp) or 0
        except (AssertionError, IllegalStateError):
            return 0  # a rebalance has just taken it, or has not given it yet

    async def _has_read_all(self, tp: TP) -> bool:
        """Whether nothing is left to fetch; behind the last record there may be markers."""
        if (self._committed_offset[tp] or 0) >= self._end(tp):
            return True
        read = await self._read_to(tp)
        return read is None or read >= self._end(tp)

    async def _read_to(self, tp: TP) -> int | None:
        """How far a partition has been fetched; None where a rebalance has just taken it."""
        try:
            return await self.position(tp) or 0
        except (AssertionError, IllegalStateError):
            return None

    def _lag(self, tp: TP) -> int:
        durable = self._lanes[tp].settled or self._committed_offset[tp] or 0
        return max(0, self._end(tp) - durable)


class BatchTransport(AIOKafkaTransport):
    """What Faust loads for the URL scheme `liaison`."""

    Consumer = BatchConsumer
    Producer = BatchProducer
    driver_version = "liaison"
