"""The stages in this process, on topics in memory: what must come of what an agency published.

No clock, no broker, one message after the other: whatever real processes do with the same messages
must end the same. The crash bench compares with it, and `liaison replay` is it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from schemas.codec import Codec
from schemas.match import Match
from schemas.party import Register
from schemas.registry import load_lock
from schemas.topics import Topics
from streams.app import STAGES, build_stage
from streams.transport.batch import MemoryBatch, Message, Stage, apply_changes

_APPETITE: Final = 500
"""Messages a stage takes at once; what comes out must not depend on it."""

Place = tuple[str, int]


class Shadow:
    """Topics and stages of one namespace in memory."""

    def __init__(self, topics: Topics, admission: Callable[[], tuple[Register, bytes]]) -> None:
        self.codec = Codec(load_lock())
        self.log: dict[Place, list[Message]] = defaultdict(list)
        self.rows: dict[tuple[str, int], dict[bytes, bytes]] = defaultdict(dict)
        self._topics = topics
        self._offsets: dict[tuple[str, Place], int] = defaultdict(int)
        self._stages = [build_stage(name, topics, self.codec, admission) for name in STAGES]
        for stage in self._stages:
            for partition in range(topics.partitions):
                stage.recovered(partition, ())

    def publish(self, messages: Iterable[Message]) -> None:
        """Put messages where they stand on the broker; their offsets stay as they are."""
        for message in messages:
            self.log[message.topic, message.partition].append(message)

    def run(self) -> None:
        """Let every stage read until nothing is left."""
        moved = True
        while moved:
            steps = [self._step(stage) for stage in self._stages]
            moved = any(steps)

    def matches(self) -> Mapping[str, Match]:
        """Return the newest state of every match, by id."""
        places = [(self._topics.match, n) for n in range(self._topics.partitions)]
        return newest((message for place in places for message in self.log[place]), self.codec)

    def _step(self, stage: Stage) -> bool:
        moved = False
        for topic in stage.source_topics:
            for partition in range(self._topics.partitions):
                place = (topic, partition)
                start = self._offsets[stage.name, place]
                messages = self.log[place][start : start + _APPETITE]
                if messages:
                    self._process(stage, partition, messages)
                    self._offsets[stage.name, place] = start + len(messages)
                    moved = True
        return moved

    def _process(self, stage: Stage, partition: int, messages: Sequence[Message]) -> None:
        rows = self.rows[stage.name, partition]
        try:
            batch = MemoryBatch(partition, rows)
            stage.process(messages, batch)
        except Exception as error:  # noqa: BLE001  any raise of a pure function is the record's
            stage.recovered(partition, rows.items())
            if len(messages) > 1:
                for message in messages:
                    self._process(stage, partition, [message])
                return
            batch = MemoryBatch(partition, rows)
            stage.poison(messages[0], error, batch)
        apply_changes(batch.changes, rows)
        for output in batch.outputs:
            entries = self.log[output.topic, output.partition]
            place = (output.topic, output.partition, len(entries))
            entries.append(Message(output.key, output.value, tuple(output.headers), *place, 0))


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids of matches: expected live and not found, live and not expected, of other content."""

    expected: int
    missing: frozenset[str]
    ghosts: frozenset[str]
    differing: frozenset[str]


def compare(expected: Mapping[str, Match], found: Mapping[str, Match]) -> Difference:
    """Compare the final states of matches, offsets and clocks aside."""
    must = {name for name, match in expected.items() if match.status == "live"}
    live = {name for name, match in found.items() if match.status == "live"}
    differing = {name for name in must & live if expected[name].version != found[name].version}
    return Difference(
        len(must), frozenset(must - live), frozenset(live - must), frozenset(differing)
    )


def newest(messages: Iterable[Any], codec: Codec) -> dict[str, Match]:
    """Return the newest state of every match among messages of `match.v1`, by id."""
    found: dict[str, Match] = {}
    for message in messages:
        match = Match.from_avro(codec.decode(message.value).datum)
        if match.id not in found or match.order >= found[match.id].order:
            found[match.id] = match
    return found


def as_message(record: Any) -> Message:
    """Return a record of kafka-python as a stage sees it."""
    return Message(
        record.key,
        record.value or b"",
        tuple(record.headers),
        record.topic,
        record.partition,
        record.offset,
        record.timestamp,
    )
