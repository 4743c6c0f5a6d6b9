"""Record batches to the broker: idempotent, every acknowledgement awaited."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiokafka.producer.message_accumulator import BatchBuilder
from faust.transport.drivers.aiokafka import Producer

from streams.transport.batch import Output
from streams.transport.changelog import TOPIC_CONFIG, row_headers

_OUTPUT_BATCH_BYTES = 1_000_000
_CHANGELOG_BATCH_BYTES = int(TOPIC_CONFIG["max.message.bytes"])


class NotAcknowledgedError(RuntimeError):
    """The broker has acknowledged a batch without saying where it stands."""


class BatchProducer(Producer):
    """Faust's producer with idempotence, and whole record batches instead of single sends."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}

    async def send_batch(
        self, topic: str, partition: int, batch: BatchBuilder
    ) -> asyncio.Future[Any]:
        """Queue a record batch; the result is acknowledged with the first record's metadata."""
        batch.close()
        sent: asyncio.Future[Any] = await self._ensure_producer().send_batch(
            batch, topic, partition=partition
        )
        return sent


class KafkaSink:
    """`runner.Sink` over a `BatchProducer`."""

    def __init__(self, app: Any, changelog: str) -> None:
        """`app` is asked for its `producer` at each use: Faust makes it late."""
        self._app = app
        self._changelog = changelog

    async def publish(self, outputs: Sequence[Output]) -> None:
        """See `Sink.publish`."""
        sent = [
            await self._app.producer.send_batch(topic, partition, batch)
            for topic, partition, batch in _record_batches(outputs)
        ]
        await asyncio.gather(*sent)

    async def log(self, partition: int, rows: Mapping[bytes, bytes | None], token: int) -> int:
        """See `Sink.log`."""
        batch = BatchBuilder(_CHANGELOG_BATCH_BYTES, 0)
        headers = row_headers(token)
        for key, value in rows.items():
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                raise NotAcknowledgedError("changes do not fit one record batch")
        metadata = await (await self._app.producer.send_batch(self._changelog, partition, batch))
        if metadata.offset < 0:
            raise NotAcknowledgedError(f"no offset for {self._changelog} {partition}")
        last = int(metadata.offset) + len(rows) - 1
        self._app.recovery.active_offsets[self._app.changelog_tp(partition)] = last
        return int(metadata.offset)


def _record_batches(outputs: Iterable[Output]) -> Iterable[tuple[str, int, BatchBuilder]]:
    """Pack outputs into record batches the broker accepts, in order per topic and partition."""
    full: list[tuple[str, int, BatchBuilder]] = []
    open_: dict[tuple[str, int], BatchBuilder] = {}
    for topic, partition, key, value, headers in outputs:
        record = {"timestamp": None, "key": key, "value": value, "headers": list(headers)}
        place = topic, partition
        batch = open_.get(place)
        if batch is not None:
            if batch.append(**record) is not None:
                continue
            full.append((*place, batch))
        open_[place] = batch = BatchBuilder(_OUTPUT_BATCH_BYTES, 0)
        batch.append(**record)
    return full + [(*place, batch) for place, batch in open_.items()]
