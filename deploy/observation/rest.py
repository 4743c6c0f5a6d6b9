"""When nothing is under way any more: every stage has read all, deliver has sent all it may."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consumers.sqlite import open_reader
from consumers.store.queries import backlog, positions
from deploy.observation.topics import end_offsets, group_lag
from schemas.catalogue import SOURCES
from schemas.errors import TransientError
from schemas.topics import Topics
from streams.app import STAGES

_PAUSE_SECONDS = 0.25
DELIVER = "deliver"

Watch = Callable[[dict[str, int]], None]
"""Called with what is left, by stage and by part of deliver."""


def sources_of(topics: Topics) -> dict[str, list[str]]:
    """Return the topics that each stage, and deliver, reads to its end."""
    return {
        "intake": [
            topics.agency(code, kind)
            for code in sorted(set(SOURCES.values()))
            for kind in ("case", "intelligence")
        ],
        "dedupe": [topics.record],
        "correlate": [topics.posting],
        "match": [topics.link],
        "network": [topics.edge],
        "resolve": [topics.graph],
        DELIVER: [topics.record, topics.match, topics.quarantine],
    }


@dataclass(frozen=True, slots=True)
class Installation:
    """What is looked at: a broker, a namespace, a vault (None: the streams alone)."""

    bootstrap: str
    topics: Topics
    vault: Path | None

    def left(self) -> dict[str, int]:
        """Return what is still to be done: records to commit by stage, deliver's own backlog."""
        topics, sources = self.topics, sources_of(self.topics)
        groups = {f"{topics.namespace}.{stage}": sources[stage] for stage in STAGES}
        lag = group_lag(self.bootstrap, groups)
        left = {stage: lag[f"{topics.namespace}.{stage}"] for stage in STAGES}
        return left if self.vault is None else left | self._undelivered(self.vault)

    def _undelivered(self, vault: Path) -> dict[str, int]:
        ends = end_offsets(self.bootstrap, sources_of(self.topics)[DELIVER])
        engine = open_reader(vault)
        try:
            done = positions(engine)
            waiting = backlog(engine)
        finally:
            engine.dispose()
        unread = sum(end - done.get(place, 0) for place, end in ends.items())
        sending = waiting["redecide"] + waiting["outbox"]
        return {DELIVER: unread, "sending": sending, "parked": waiting["parked"]}


def await_rest(installation: Installation, timeout_seconds: float, watch: Watch) -> float:
    """Wait until nothing is left, twice in a row; raises TransientError with what is left.

    Returns when it was first seen so, on the monotonic clock.
    """
    deadline = time.monotonic() + timeout_seconds
    quiet: list[float] = []
    while len(quiet) < 2:
        left = installation.left()
        watch(left)
        quiet = [] if any(left.values()) else [*quiet, time.monotonic()]
        if time.monotonic() > deadline:
            rest = ", ".join(f"{name} {count}" for name, count in left.items() if count)
            raise TransientError(
                "NOT_AT_REST", f"after {timeout_seconds:.0f} s there is left: {rest}"
            )
        time.sleep(_PAUSE_SECONDS)
    return quiet[0]
