"""The two senders behind one door, and how much room each channel has left."""

import queue
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol

from consumers.delivery.attempts import Attempt, Result
from schemas.party import Channel


class Sender(Protocol):
    """Takes attempts that have begun and reports each exactly once, unless the process dies."""

    def start(self) -> None:
        """Begin to work."""

    def submit(self, attempts: Iterable[Attempt]) -> None:
        """Take attempts of this sender's kind."""

    def stop(self) -> None:
        """End."""


class Senders:
    """Senders by channel kind. Only the loop's thread calls it; `report` may be called by any."""

    def __init__(self, channels: Iterable[Channel], concurrency: Mapping[str, int]) -> None:
        self._room = {channel.id: concurrency[channel.kind] for channel in channels}
        self._running: Counter[str] = Counter()
        self._senders: dict[str, Sender] = {}
        self._results: queue.SimpleQueue[Result] = queue.SimpleQueue()

    def add(self, kind: str, sender: Sender) -> None:
        """Give a kind of channel its sender, and start it."""
        self._senders[kind] = sender
        sender.start()

    def report(self, result: Result) -> None:
        """Take the end of an attempt."""
        self._results.put(result)

    def submit(self, attempts: Iterable[Attempt]) -> None:
        """Hand begun attempts to the senders of their kinds."""
        by_kind: dict[str, list[Attempt]] = {}
        for attempt in attempts:
            self._running[attempt.channel.id] += 1
            by_kind.setdefault(attempt.channel.kind, []).append(attempt)
        for kind, each in by_kind.items():
            self._senders[kind].submit(each)

    def ended(self) -> list[Result]:
        """Return the attempts that ended since the last call."""
        results = []
        while not self._results.empty():
            results.append(self._results.get())
            self._running[results[-1].attempt.channel.id] -= 1
        return results

    def capacity(self) -> dict[str, int]:
        """Return how many attempts may begin, by channel; a slow endpoint uses only its own."""
        return {channel: room - self._running[channel] for channel, room in self._room.items()}

    def stop(self) -> None:
        """Stop every sender."""
        for sender in self._senders.values():
            sender.stop()
