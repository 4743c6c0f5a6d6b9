"""The correlate stage: reads posting blocks, asks the table, writes rows and verdict blocks."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic

import structlog
from prometheus_client import Gauge

from schemas import metrics
from schemas.blocking import HOLDERS_CAP
from schemas.codec import Codec
from schemas.record import KeyFact, KeyGeneration
from schemas.topics import (
    KEY_FACT_SCHEMA,
    VERDICT_SCHEMA,
    Topics,
    partition_of,
    partition_of_sides,
)
from streams import poison
from streams.blocks import BlockWriter
from streams.correlate import rows
from streams.correlate.core import Compare, Table
from streams.correlate.crowds import Crowds
from streams.correlate.posted import F, Row, head_of
from streams.transport.batch import Batch, Message

OVERFULL_KEYS = Gauge(
    metrics.OVERFULL_KEYS, "Keys never split that have more holders than the cap."
)

_log = structlog.get_logger()


class CorrelateStage(Generic[F]):
    """`posting.v1` to `link.v1`, and facts about common keys back to `record.v1`.

    Table: entity reference to `posted.Row`, and blocking key to generation. `compare` judges two
    entities, `decode` reads their features; decoded features are shared by all partitions of this
    worker.
    """

    name = "correlate"
    table = True

    def __init__(
        self,
        topics: Topics,
        codec: Codec,
        compare: Compare[F],
        decode: Callable[[bytes], F],
        holders_cap: int = HOLDERS_CAP,
    ) -> None:
        self.source_topics = (topics.posting,)
        self._topics = topics
        self._codec = codec
        self._compare = compare
        self._decode = decode
        self._cap = holders_cap
        self._writer = BlockWriter(codec, VERDICT_SCHEMA, "verdicts", topics.link)
        self._tables: dict[int, Table[F]] = {}
        self._interned: dict[str, tuple[bytes, F]] = {}

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """See `Stage.process`."""
        table = self._tables[batch.partition]
        overfull = len(table.crowds.overfull)
        blocks: dict[int, list[dict[str, Any]]] = {}
        published_ms = 0
        for message in messages:
            for posting in self._codec.decode(message.value).datum["postings"]:
                head = head_of(posting)
                published_ms = max(published_ms, head.published_ms)
                for posted in posting["entities"]:
                    row = table.place(head, posted)
                    if row is not None:
                        batch.put(row.reference.encode(), rows.encode(row))
                        self._collect(table, row, blocks)
        for partition in sorted(blocks):
            self._writer.send(batch, partition, blocks[partition])
        self._tell(table.crowds, published_ms, batch)
        if len(table.crowds.overfull) != overfull:
            self._alarm(batch.partition, overfull, len(table.crowds.overfull))

    def recovered(self, partition: int, rows_: Iterable[tuple[bytes, bytes]]) -> None:
        """See `Stage.recovered`."""
        entities: list[Row[F]] = []
        generations: dict[int, int] = {}
        for key, value in rows_:
            if rows.is_generation(key):
                blocking_key, generation = rows.decode_generation(key, value)
                generations[blocking_key] = generation
            else:
                entities.append(rows.decode(key, value))
        table = Table(
            partition, self._topics.partitions, self._compare, self._features_of, self._cap
        )
        table.restore(entities, generations)
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

    def _tell(self, crowds: Crowds[F], published_ms: int, batch: Batch) -> None:
        """Say what has changed at common keys, to each record once, and keep it.

        INVARIANT: the last word of a batch will do: whoever a crashed attempt at a shorter one has
        told of an earlier generation is listed still, or needs to know no more.
        """
        for key, generation in crowds.changed.items():
            batch.put(*rows.encode_generation(key, generation))
        for record, facts in crowds.told.items():
            told = KeyFact(
                record=record,
                published_ms=published_ms,
                facts=[KeyGeneration(key=key, generation=facts[key]) for key in sorted(facts)],
            )
            name, value = record.encode(), self._codec.encode(KEY_FACT_SCHEMA, told)
            to = partition_of(name, self._topics.partitions)
            batch.send(self._topics.record, to, name, value)
        crowds.changed.clear()
        crowds.told.clear()

    def _features_of(self, row: Row[F]) -> F:
        if row.features is None:
            blob, features = self._interned.get(row.reference, (None, None))
            if blob != row.blob or features is None:
                features = self._decode(row.blob)
                self._interned[row.reference] = row.blob, features
            row.features = features
        return row.features

    def _alarm(self, partition: int, before: int, keys: int) -> None:
        OVERFULL_KEYS.set(sum(len(table.crowds.overfull) for table in self._tables.values()))
        if keys > before:
            _log.warning("keys_overfull", partition=partition, keys=keys)
