"""Durable rows of one partition: in memory, or on disk in RocksDB with the place they were read to.

A table on disk carries how far its changelog had been read in the same write as the rows, so that a
restart reads the tail alone. It is a copy: one that cannot be opened, or says more than the
changelog holds, is thrown away with the reason, and the changelog is read from its beginning.
"""

import logging
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple, Protocol, Self

from streams.transport.batch import apply_changes

Changes = Mapping[bytes, bytes | None]

_MARK_KEY = b"\x00liaison.mark"
_HEAD = Struct("<qqHI")
_LENGTH = Struct("<I")
_CACHE_BYTES = 8 << 20
_WRITE_BUFFER_BYTES = 16 << 20
"""RocksDB's own defaults are gigabytes a partition."""

_log = logging.getLogger(__name__)


class Mark(NamedTuple):
    """How far a changelog is in the rows: next offset, highest token, keys to be rewritten."""

    end: int = 0
    token: int = 0
    foreign: frozenset[bytes] = frozenset()
    version: bytes = b""

    def encode(self) -> bytes:
        """Return the mark as it stands on disk."""
        keys = b"".join(_LENGTH.pack(len(key)) + key for key in sorted(self.foreign))
        head = _HEAD.pack(self.end, self.token, len(self.version), len(self.foreign))
        return head + self.version + keys

    @classmethod
    def decode(cls, value: bytes) -> Self:
        """Read a mark; raises ValueError or struct.error where it is cut short."""
        end, token, version, count = _HEAD.unpack_from(value)
        at, keys = _HEAD.size + version, []
        for _ in range(count):
            (length,) = _LENGTH.unpack_from(value, at)
            at += _LENGTH.size
            keys.append(value[at : at + length])
            at += length
        if at != len(value):
            raise ValueError(f"a mark of {at} bytes in {len(value)}")
        return cls(end, token, frozenset(keys), value[_HEAD.size : _HEAD.size + version])


class Rows(Protocol):
    """What the transport asks of a table."""

    mark: Mark
    """As of the last `apply`; a new table has read nothing."""

    def get(self, key: bytes, /) -> bytes | None:
        """Return a row."""
        ...

    def items(self) -> Iterable[tuple[bytes, bytes]]:
        """Return every row, in any order."""
        ...

    def apply(self, changes: Changes, mark: Mark) -> None:
        """Make changes and mark the state together; a raise means neither is to be trusted."""
        ...

    def close(self) -> None:
        """Give the partition up; rows on disk stay."""
        ...

    def discard(self) -> None:
        """Give the partition up and delete its rows."""
        ...


class MemoryRows(dict[bytes, bytes]):
    """Rows in a dictionary: read anew from the changelog at every start."""

    mark = Mark()

    def apply(self, changes: Changes, mark: Mark) -> None:
        """See `Rows.apply`."""
        apply_changes(changes, self)
        self.mark = mark

    def close(self) -> None:
        """See `Rows.close`."""
        self.clear()

    discard = close


class DiskRows:
    """Rows in RocksDB: memory is a cache of fixed size, however many there are."""

    def __init__(self, folder: Path) -> None:
        """Open or create; raises what RocksDB raises where the files are not sound."""
        from rocksdict import (  # noqa: PLC0415  an extra: memory tables need nothing
            BlockBasedOptions,
            Cache,
            Options,
            Rdict,
            WriteBatch,
        )

        options, blocks = Options(raw_mode=True), BlockBasedOptions()
        options.create_if_missing(True)  # noqa: FBT003  positional only
        options.set_write_buffer_size(_WRITE_BUFFER_BYTES)
        blocks.set_block_cache(Cache(_CACHE_BYTES))
        blocks.set_bloom_filter(10, False)  # noqa: FBT003  positional only
        options.set_block_based_table_factory(blocks)
        folder.mkdir(parents=True, exist_ok=True)
        self._batch = WriteBatch
        self._folder = folder
        self._db = Rdict(str(folder), options)
        found = self._db.get(_MARK_KEY)
        self.mark = Mark() if found is None else Mark.decode(found)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what is there; where it is not sound, say why and begin empty."""
        try:
            return cls(folder)
        except Exception as error:
            if "lock" in str(error).lower():
                raise
            _log.warning("%s is thrown away, the changelog is read instead: %s", folder, error)
            shutil.rmtree(folder, ignore_errors=True)
            return cls(folder)

    def get(self, key: bytes, /) -> bytes | None:
        """See `Rows.get`."""
        found: bytes | None = self._db.get(key)
        return found

    def items(self) -> Iterable[tuple[bytes, bytes]]:
        """See `Rows.items`."""
        rows: Iterable[tuple[Any, Any]] = self._db.items()
        return ((key, value) for key, value in rows if key != _MARK_KEY)

    def apply(self, changes: Changes, mark: Mark) -> None:
        """See `Rows.apply`."""
        batch = self._batch(raw_mode=True)
        for key, value in changes.items():
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        batch.put(_MARK_KEY, mark.encode())
        self._db.write(batch)
        self.mark = mark

    def close(self) -> None:
        """See `Rows.close`."""
        self._db.close()

    def discard(self) -> None:
        """See `Rows.discard`."""
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)
