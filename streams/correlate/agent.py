"""The correlate stage: reads posting blocks, asks the table, writes rows and verdict blocks."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic

import structlog
from prometheus_client import Gauge

from schemas import metrics
from schemas.codec import Codec
from schemas.topics import VERDICT_SCHEMA, Topics, partition_of_sides
from streams import poison
from streams.blocks import BlockWriter
from streams.correlate import rows
from streams.correlate.core import Compare, F, Row, Table, head_of
from streams.transport.batch import Batch, Message

OVERFULL_KEYS = Gauge(metrics.OVERFULL_KEYS, "Blocking keys above the cap of distinct holders.")

_log = structlog.get_logger()


class CorrelateStage(Generic[F]):
    """`posting.v1` to `link.v1`. Table: entity reference to `core.Row`.

    `compare` judges two entities, `decode` reads their features; decoded features are shared by
    all partitions of this worker.
    """

    name = "correlate"
    table = True

    def __init__(
        self, topics: Topics, codec: Codec, compare: Compare[F], decode: Callable[[bytes], F]
    ) -> None:
        self.source_topics = (topics.posting,)
        self._topics = topics
        self._codec = codec
        self._compare = compare
        self._decode = decode
        self._writer = BlockWriter(codec, VERDICT_SCHEMA, "verdicts", topics.link)
        self._tables: dict[int, Table[F]] = {}
        self._interned: dict[str, tuple[bytes, F]] = {}

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """See `Stage.process`."""
        table = self._tables[batch.partition]
        overfull = len(table.overfull)
        blocks: dict[int, list[dict[str, Any]]] = {}
        for message in messages:
            for posting in self._codec.decode(message.value).datum["postings"]:
                head = head_of(posting)
                for posted in posting["entities"]:
                    row = table.place(head, posted)
                    if row is not None:
                        batch.put(row.reference.encode(), rows.encode(row))
                        self._collect(table, row, blocks)
        for partition in sorted(blocks):
            self._writer.send(batch, partition, blocks[partition])
        if len(table.overfull) > overfull:
            self._alarm(batch.partition, len(table.overfull))

    def recovered(self, partition: int, rows_: Iterable[tuple[bytes, bytes]]) -> None:
        """See `Stage.recovered`."""
        table = Table(partition, self._topics.partitions, self._compare, self._features_of)
        for key, value in rows_:
            table.restore(rows.decode(key, value))
        self._tables[partition] = table

    def revoked(self, partition: int) -> None:
        """See `Stage.revoked`."""
        del self._tables[partition]
        self._interned.clear()

    def poison(self, message: Message, error: Exception, batch: Batch) -> None:
        """See `Stage.poison`."""
        del error
        poison.quarantine(self._topics, self.name, message, batch)

    def _collect(
        self, table: Table[F], row: Row[F], blocks: dict[int, list[dict[str, Any]]]
    ) -> None:
        for verdict in table.verdicts(row):
            partition = partition_of_sides(verdict.sides, self._topics.partitions)
            blocks.setdefault(partition, []).append(verdict.to_avro())

    def _features_of(self, row: Row[F]) -> F:
        if row.features is None:
            blob, features = self._interned.get(row.reference, (None, None))
            if blob != row.blob or features is None:
                features = self._decode(row.blob)
                self._interned[row.reference] = row.blob, features
            row.features = features
        return row.features

    def _alarm(self, partition: int, keys: int) -> None:
        OVERFULL_KEYS.set(sum(len(table.overfull) for table in self._tables.values()))
        _log.warning("keys_overfull", partition=partition, keys=keys)
