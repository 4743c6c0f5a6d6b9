"""What a stage sees: messages in, a batch to write to, nothing of Kafka, Faust or time.

`MemoryBatch` is the one implementation of `Batch`. The driver, the seeded simulation and unit tests
all use it; whoever drives a stage owns the commit points, in this order: the outputs of a batch are
acknowledged, then its changes are durable (`apply_changes`), then its source offset is committed.
"""

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

Headers = Sequence[tuple[str, bytes]]

MAX_OUTPUT_BYTES = 900_000
"""Largest key + value + headers of one output: safely under the broker's default of 1 MiB."""


class OutputTooLargeError(ValueError):
    """An output exceeds `MAX_OUTPUT_BYTES`; raised inside the stage, so its record is poison."""


@dataclass(frozen=True, slots=True)
class Message:
    """One Kafka record as a stage sees it; a Kafka null arrives as an empty value."""

    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    topic: str
    partition: int
    offset: int
    timestamp_ms: int


class Output(NamedTuple):
    """One record a stage sends."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes
    headers: Headers


class Batch(Protocol):
    """What a stage function may do during one batch of one partition."""

    partition: int

    def get(self, key: bytes) -> bytes | None:
        """State of this partition, with this batch's own changes over it."""
        ...

    def put(self, key: bytes, value: bytes) -> None:
        """Set a row; takes effect only when this batch's outputs are acknowledged."""
        ...

    def delete(self, key: bytes) -> None:
        """Remove a row; takes effect only when this batch's outputs are acknowledged."""
        ...

    def send(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes,
        headers: Headers = (),
    ) -> None:
        """Emit one record. Order is kept per topic and partition.

        Raises:
            OutputTooLargeError: more than `MAX_OUTPUT_BYTES`.
        """
        ...


StageFunction = Callable[[Sequence[Message], Batch], None]
"""Synchronous and pure: no I/O, no clock. A raise drops the batch's changes and outputs."""


class Stage(Protocol):
    """One stage: a pure function over batches, and the life of its derived indexes.

    Topic names, here and in `Batch.send`, are full names, namespace included. A derived index is
    whatever the stage keeps in memory per partition beside its rows; it must be a function of them.
    """

    @property
    def name(self) -> str:
        """Part of the group's and the changelog's name, and the label of its metrics."""
        ...

    @property
    def source_topics(self) -> Sequence[str]:
        """Where its messages come from; all have the one partition count."""
        ...

    @property
    def table(self) -> bool:
        """Whether the stage keeps rows; without, a batch that changes any is refused."""
        ...

    # A stage whose rows have formats also has `row_format: int`; without, 0. Rows of another one
    # are refused when they are loaded.

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """Handle messages of one partition in offset order. Raising means: try record by record."""
        ...

    def recovered(self, partition: int, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Rebuild the derived index of a partition from its complete durable rows.

        Called before the first batch after an assignment, and again whenever a batch was dropped
        after `process` may have touched the index. Replaces what the stage knew of the partition.
        """
        ...

    def revoked(self, partition: int) -> None:
        """Forget a partition: another worker owns it now."""
        ...

    def poison(self, message: Message, error: Exception, batch: Batch) -> None:
        """Say what becomes of a message that `process` cannot handle: a quarantine record.

        The batch is fresh. Raising here crashes the worker. Never put the text of `error` into an
        output: it may carry data.
        """
        ...


class Readable(Protocol):
    """Where `MemoryBatch.get` reads durable rows."""

    def get(self, key: bytes, /) -> bytes | None:
        """Return a row."""
        ...


class MemoryBatch:
    """A `Batch` as an overlay: changes and outputs are collected here and nowhere else."""

    __slots__ = ("_rows", "changes", "outputs", "partition")

    def __init__(self, partition: int, rows: Readable) -> None:
        """`rows` is the durable state of the partition; only read, only by `get`."""
        self.partition = partition
        self._rows = rows
        self.changes: dict[bytes, bytes | None] = {}
        """Row key to new value, `None` for a deleted row; the last write of a key counts."""
        self.outputs: list[Output] = []

    def get(self, key: bytes) -> bytes | None:
        """See `Batch.get`."""
        if key in self.changes:
            return self.changes[key]
        return self._rows.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """See `Batch.put`."""
        self.changes[key] = value

    def delete(self, key: bytes) -> None:
        """See `Batch.delete`."""
        self.changes[key] = None

    def send(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes,
        headers: Headers = (),
    ) -> None:
        """See `Batch.send`."""
        size = len(value) + len(key or b"") + sum(len(n) + len(v) for n, v in headers)
        if size > MAX_OUTPUT_BYTES:
            raise OutputTooLargeError(f"{size} bytes to {topic}, at most {MAX_OUTPUT_BYTES}")
        self.outputs.append(Output(topic, partition, key, value, headers))


def apply_changes(
    changes: Mapping[bytes, bytes | None], rows: MutableMapping[bytes, bytes]
) -> None:
    """Make a batch's changes the state: puts are set, deletes are gone."""
    for key, value in changes.items():
        if value is None:
            rows.pop(key, None)
        else:
            rows[key] = value
