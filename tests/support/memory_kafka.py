"""What the transport asks of a broker, in memory, failing where a test says."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streams.transport.batch import Headers, Output
from streams.transport.changelog import row_headers


class LostError(Exception):
    """The broker, or the process, went away at this point."""


@dataclass
class Row:
    offset: int
    key: bytes
    value: bytes | None
    headers: Headers


class ChangelogPartition:
    """A compacted partition, as a broker keeps it."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def append(self, token: int, rows: Mapping[bytes, bytes | None]) -> int:
        first = len(self.rows)
        for offset, (key, value) in enumerate(rows.items(), first):
            self.rows.append(Row(offset, key, value, row_headers(token)))
        return first

    def compacted(self) -> list[Row]:
        newest = {row.key: row.offset for row in self.rows}
        return [row for row in self.rows if newest[row.key] == row.offset]


class MemorySink:
    """A `runner.Sink` that fails at the nth effect; what it has acknowledged stays."""

    def __init__(self, fail_at: int | None = None) -> None:
        self.outputs: list[Output] = []
        self.changelogs: defaultdict[int, ChangelogPartition] = defaultdict(ChangelogPartition)
        self.effects: list[str] = []
        self.fail_at = fail_at

    def _count(self, effect: str) -> None:
        if len(self.effects) == self.fail_at:
            raise LostError
        self.effects.append(effect)

    async def publish(self, outputs: Sequence[Output]) -> None:
        self._count("outputs")
        self.outputs += outputs

    async def log(self, partition: int, rows: Mapping[bytes, bytes | None], token: int) -> int:
        self._count("state")
        return self.changelogs[partition].append(token, rows)
