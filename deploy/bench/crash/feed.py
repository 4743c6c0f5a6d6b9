"""Publishes a world from a thread of its own, never beyond what is allowed."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self

from deploy.rehearsal import Rehearsal
from producers.world import Publication, World, publish_world

RATE: Final = 200.0
"""Events a second; slower than the stages, so that lag is what a fault leaves."""
_PATIENCE_SECONDS: Final = 300.0


class Feed:
    """Use it as a context manager: left early, it publishes the rest unasked."""

    def __init__(self, run: Rehearsal, world: World, rate: float = RATE) -> None:
        self._run = run
        self._world = world
        self._rate = rate
        self._allowed = 0
        self._changed = threading.Condition()
        self._thread = ThreadPoolExecutor(1)
        self.published = 0
        """Events acknowledged so far."""

    def __enter__(self) -> Self:
        self._publication = self._thread.submit(self._publish)
        return self

    def __exit__(self, *_error: object) -> None:
        self.allow(len(self._world.timeline))
        self._thread.shutdown()

    def allow(self, events: int) -> None:
        """Let publishing go on until so many events are acknowledged."""
        with self._changed:
            self._allowed = max(self._allowed, events)
            self._changed.notify_all()

    def result(self) -> Publication:
        """Publish what is left and return every receipt."""
        self.allow(len(self._world.timeline))
        return self._publication.result(_PATIENCE_SECONDS)

    @property
    def ended(self) -> bool:
        """Whether everything is published; what went wrong with publishing is raised."""
        if self._publication.done():
            self._publication.result()
        return self._publication.done()

    def reached(self, events: int) -> bool:
        """Whether so many are acknowledged, or all there are."""
        return self.published >= events or self.ended

    def _publish(self) -> Publication:
        run = self._run
        return publish_world(
            self._world, run.bootstrap, run.topics, run.keys, progress=self._wait, rate=self._rate
        )

    def _wait(self, done: int, _total: int) -> None:
        with self._changed:
            self.published = done
            self._changed.wait_for(lambda: done < self._allowed or self.is_whole(done))

    def is_whole(self, done: int) -> bool:
        """Whether so many events are all there are."""
        return done == len(self._world.timeline)

    _publication: Future[Publication]
