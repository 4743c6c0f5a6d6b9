"""Blocks: many small things for one partition in one Kafka message.

A message per posting or verdict would cost more than all the rest (design section 2).
"""

from collections.abc import Sequence
from typing import Any, Final

from schemas.codec import Codec
from streams.transport.batch import Batch

MAX_BLOCK_BYTES: Final = 512 << 10
"""Well under the transport's limit, so that a poisoned block still fits into quarantine."""


class BlockWriter:
    """Writes blocks of one schema with one array `field` to one topic."""

    def __init__(self, codec: Codec, schema_name: str, field: str, topic: str) -> None:
        self._codec = codec
        self._schema_name = schema_name
        self._field = field
        self._topic = topic

    def send(self, batch: Batch, partition: int, items: Sequence[Any]) -> None:
        """Send the items in order, in as few messages as their size allows."""
        value = self._codec.encode(self._schema_name, {self._field: items})
        if len(value) <= MAX_BLOCK_BYTES or len(items) == 1:
            batch.send(self._topic, partition, None, value)
            return
        middle = len(items) // 2
        self.send(batch, partition, items[:middle])
        self.send(batch, partition, items[middle:])
