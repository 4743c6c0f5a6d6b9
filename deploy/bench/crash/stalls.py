"""Finds partitions with lag and no progress, from a thread of its own, by broker and vault."""

import contextlib
import threading
import time
from collections.abc import Mapping
from typing import Final, NamedTuple, Self

from deploy.bench.crash.gauge import UNSEEN, Gauge, Place
from deploy.bench.crash.plan import BROKER
from deploy.rehearsal import Rehearsal

STALL_SECONDS: Final = 20.0
_PAUSE_SECONDS: Final = 2.0


class Stall(NamedTuple):
    """A partition that a stage had to read from and did not."""

    stage: str
    place: Place
    done: int
    end: int


class _Seen(NamedTuple):
    done: int
    since: float


class StallWatch:
    """Use it as a context manager. A stage under a fault is given its time from the fault's end."""

    def __init__(self, run: Rehearsal, struck: Mapping[str, float]) -> None:
        self._run = run
        self._struck = struck
        self._seen: dict[tuple[str, Place], _Seen] = {}
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="stalls", daemon=True)
        self.found: dict[tuple[str, Place], Stall] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._enough.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._enough.is_set():
            with (
                contextlib.suppress(*UNSEEN),
                Gauge.of(self._run) as gauge,
            ):
                while not self._enough.wait(_PAUSE_SECONDS):
                    for stage in gauge.stages:
                        self._look(stage, gauge.ends(stage), gauge.done(stage))
            self._enough.wait(_PAUSE_SECONDS)

    def _look(self, stage: str, ends: Mapping[Place, int], done: Mapping[Place, int]) -> None:
        now = time.monotonic()
        spared = max(self._struck.get(stage, 0.0), self._struck.get(BROKER, 0.0))
        for place, end in ends.items():
            at = max(0, done.get(place, 0))
            before = self._seen.get((stage, place))
            if before is None or at != before.done or at >= end:
                self._seen[stage, place] = _Seen(at, now)
            elif now - max(before.since, spared) > STALL_SECONDS:
                self.found.setdefault((stage, place), Stall(stage, place, at, end))
