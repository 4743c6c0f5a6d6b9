"""State of one partition, rebuilt from its changelog; older owners are fenced out.

Every changelog row carries the token of the owner that wrote it. Tokens only grow: a take-over
writes a marker under a higher one before its first row. A worker that was stopped while another
took its partition may still write; such rows carry a lower token and are skipped on loading, and
the new owner rewrites their keys, so that compaction keeps the right row (design section 2,
"Zombies"). The topic's compaction lag gives the owner an hour for it.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from streams.transport.batch import Headers
from streams.transport.tables import Mark, MemoryRows, Rows

OWNER_HEADER = "owner"
MARKER_KEY = b"\x00liaison.owner"
_FORMAT = 1
TOPIC_CONFIG: Mapping[str, str] = {
    "cleanup.policy": "compact",
    "min.compaction.lag.ms": "3600000",
    "max.message.bytes": str(16 << 20),
}
"""A batch's changes are one record batch, hence atomic, hence the size."""

MAX_CHANGES_BYTES = 15 << 20
"""Largest sum of keys, values and overhead of one batch's changes."""

_ROW_OVERHEAD_BYTES = 64
_INCARNATIONS_BITS = 16


class ForeignWriteError(RuntimeError):
    """Somebody else wrote to a changelog partition this worker owns: its state may be stale."""


class ChangelogVersionError(RuntimeError):
    """The changelog was written in another format than this build reads: it must not be used."""


class ChangesTooLargeError(ValueError):
    """One batch changes more than `MAX_CHANGES_BYTES`: it could not be made durable atomically."""


class ChangelogRecord(Protocol):
    """The part of an aiokafka record that loading reads."""

    offset: int
    key: bytes
    value: bytes | None
    headers: Headers


class PartitionState:
    """Durable rows of one partition, and what is known of its changelog."""

    __slots__ = ("end", "foreign", "owned", "rows", "token", "version")

    def __init__(self, row_format: int = 0, rows: Rows | None = None) -> None:
        """`row_format` is the stage's own number for what its rows look like."""
        self.version = b"%d.%d" % (_FORMAT, row_format)
        self.rows: Rows = MemoryRows() if rows is None else rows
        mark = self.rows.mark
        self.end = mark.end
        """Offset the next changelog row must get."""
        self.token = mark.token
        """Highest token read or written."""
        self.owned = -1
        """The token under which this worker took the partition over; see `is_owned`."""
        self.foreign = set(mark.foreign)
        """Keys whose newest row was written by a fenced owner; rewritten at take-over."""
        if mark.end and mark.version != self.version:
            self._check(mark.version)

    @property
    def is_owned(self) -> bool:
        """Whether nobody has taken the partition over since this worker did."""
        return self.owned == self.token and not self.foreign

    def load(self, records: Iterable[ChangelogRecord]) -> None:
        """Apply changelog records in offset order; those already known are skipped.

        Raises:
            ChangelogVersionError: a marker says that the rows are of another format.
        """
        changes: dict[bytes, bytes | None] = {}
        headers, token = None, 0
        for record in records:
            if record.offset < self.end:
                continue
            self.end = record.offset + 1
            if record.headers != headers:
                headers = record.headers
                token = _owner(headers)
            if token < self.token:
                self.foreign.add(record.key)
                continue
            self.token = token
            if self.foreign:
                self.foreign.discard(record.key)
            if record.key == MARKER_KEY:
                self._check(record.value)
            else:
                changes[record.key] = record.value
        self.apply(changes)

    def apply(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Make changes the state; they stand in the changelog already."""
        mark = Mark(self.end, self.token, frozenset(self.foreign), self.version)
        self.rows.apply(changes, mark)

    def _check(self, version: bytes | None) -> None:
        if version != self.version:
            raise ChangelogVersionError(
                f"rows of format {version!r}, this build reads {self.version!r}: start the build "
                "that wrote them, or read the sources again in another namespace"
            )

    def claim(self, generation: int) -> tuple[int, dict[bytes, bytes | None]]:
        """Token and first rows of a new owner: the marker, then every foreign key put right.

        The token follows the group generation, and outgrows what was read where a group has been
        deleted and counts from one again, or a static member restarts within its generation.
        """
        token = max(self.token + 1, generation << _INCARNATIONS_BITS)
        rows: dict[bytes, bytes | None] = {MARKER_KEY: self.version}
        rows.update((key, self.rows.get(key)) for key in self.foreign if key != MARKER_KEY)
        return token, rows

    def written(self, first_offset: int, count: int) -> None:
        """Note that `count` rows of this owner stand in the changelog from `first_offset`.

        Raises:
            ForeignWriteError: the offset is not the expected one.
        """
        if first_offset != self.end:
            raise ForeignWriteError(f"changelog at offset {first_offset}, expected {self.end}")
        self.end += count


def row_headers(token: int) -> Headers:
    """Headers of every changelog row an owner writes."""
    return [(OWNER_HEADER, token.to_bytes(8, "big"))]


def check_size(changes: Mapping[bytes, bytes | None]) -> None:
    """Refuse changes that one record batch cannot hold.

    Raises:
        ChangesTooLargeError: more than `MAX_CHANGES_BYTES`.
    """
    size = sum(len(k) + len(v or b"") + _ROW_OVERHEAD_BYTES for k, v in changes.items())
    if size > MAX_CHANGES_BYTES:
        raise ChangesTooLargeError(f"{size} bytes of changes, at most {MAX_CHANGES_BYTES}")


def _owner(headers: Headers) -> int:
    return next((int.from_bytes(v, "big") for name, v in headers if name == OWNER_HEADER), 0)
