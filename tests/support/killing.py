"""Kills processes of a running pipeline at seeded moments while a world is published to it.

A kill counts only where work was in flight: offsets read just before it, which nobody alive has
committed when it is read again after it.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import NamedTuple, Self

from deploy.local.process import http_ready
from deploy.rehearsal import Rehearsal
from producers.world import Publication, World, publish_world
from tests.support.gauge import DELIVER, Gauge, Place, lag
from tests.support.waiting import eventually

_RATE = 200.0
"""Events a second between two kills; slower than the stages, so that lag is what a kill leaves."""
_AHEAD = 50
"""Events that may be on their way while nobody has anything to do."""
_BACKLOG = 120
"""Events that may gather while a process is away: what its first batches after it will be."""
_PATIENCE_SECONDS = 90.0

_log = logging.getLogger(__name__)


class Moment(NamedTuple):
    """Kill `process` once `published` events are acknowledged and it has work in flight."""

    published: int
    process: str


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: how much was published, and what the process left undone."""

    process: str
    published: int
    lag: int
    ends: Mapping[Place, int]
    done: Mapping[Place, int]

    def __str__(self) -> str:
        offsets = ", ".join(
            f"{topic.split('.', 1)[1]}/{partition} {self.done.get((topic, partition), 0)} of {end}"
            for (topic, partition), end in sorted(self.ends.items())
            if end
        )
        return f"{self.process} at {self.published} published, lag {self.lag}: {offsets}"


def schedule(seed: int, events: int, processes: Sequence[str], kills: int) -> list[Moment]:
    """Return `kills` moments over a world, one in each equal part of it, each process in turn."""
    rng = Random(seed)
    turns: list[str] = []
    while len(turns) < kills:
        turns += rng.sample(processes, len(processes))
    part = events / (kills + 1)
    return [
        Moment(int((n + rng.random()) * part), process) for n, process in enumerate(turns[:kills])
    ]


class Feed:
    """Publishes a world from a thread of its own, never beyond what is allowed.

    Use it as a context manager: left early, it publishes the rest unasked.
    """

    def __init__(self, run: Rehearsal, world: World) -> None:
        self._run = run
        self._world = world
        self._allowed = 0
        self._changed = threading.Condition()
        self._thread = ThreadPoolExecutor(1)
        self.published = 0

    def __enter__(self) -> Self:
        self._publication = self._thread.submit(self._publish)
        return self

    def __exit__(self, *_error: object) -> None:
        self.allow(len(self._world.timeline))
        self._thread.shutdown()

    def allow(self, events: int) -> None:
        """Let publishing go on until so many events are acknowledged."""
        with self._changed:
            self._allowed = events
            self._changed.notify_all()

    def result(self) -> Publication:
        """Publish what is left and return every receipt."""
        self.allow(len(self._world.timeline))
        return self._publication.result(_PATIENCE_SECONDS)

    @property
    def ended(self) -> bool:
        """Whether everything is published."""
        return self._publication.done()

    def _publish(self) -> Publication:
        run = self._run
        return publish_world(
            self._world, run.bootstrap, run.topics, run.keys, progress=self._wait, rate=_RATE
        )

    def _wait(self, done: int, _total: int) -> None:
        with self._changed:
            self.published = done
            self._changed.wait_for(lambda: done < self._allowed or self.is_whole(done))

    def is_whole(self, done: int) -> bool:
        """Whether so many events are all there are."""
        return done == len(self._world.timeline)

    _publication: Future[Publication]


def kill_in_flight(run: Rehearsal, gauge: Gauge, feed: Feed, process: str) -> Kill:
    """Kill a process with -9 while it has work in flight, and start it again."""
    run.pipeline.await_ready(process)

    def strike() -> Kill | None:
        ends = gauge.ends(process)
        if lag(ends, gauge.done(process)) == 0:
            if gauge.at_rest():
                feed.allow(feed.published + _AHEAD)
            return None
        run.pipeline.kill(process)
        done = gauge.done(process)
        left = lag(ends, done) + (gauge.unsent() if process == DELIVER else 0)
        run.pipeline.launch(process)
        if left == 0:
            run.pipeline.await_ready(process)
            return None
        return Kill(process, feed.published, left, ends, done)

    kill = eventually(strike, _PATIENCE_SECONDS, f"lag of {process}")
    assert kill is not None
    _log.info("kill -9 %s", kill)
    return kill


def killed_along(
    run: Rehearsal, world: World, moments: Sequence[Moment]
) -> tuple[list[Kill], Publication]:
    """Publish a world and kill at every moment; returns with all processes up again."""
    kills = []
    with Gauge.of(run) as gauge, Feed(run, world) as feed:
        for number, (published, process) in enumerate(moments):
            following = moments[number + 1].published if number + 1 < len(moments) else published
            feed.allow(following)
            eventually(lambda: feed.published >= published, _PATIENCE_SECONDS)  # noqa: B023
            kills.append(kill_in_flight(run, gauge, feed, process))
        publication = feed.result()
    for process in run.pipeline.names:
        run.pipeline.await_ready(process)
    return kills, publication


def all_ready(run: Rehearsal) -> bool:
    """Whether every process can do its work now; one that just started may have died again."""
    return all(http_ready(f"{run.pipeline.url(each)}/readyz")() for each in run.pipeline.names)


def outlived(run: Rehearsal, world: World, deaths: Callable[[], Mapping[str, int]]) -> Publication:
    """Publish a world and start again what ends, until each process has died as often as it must.

    `deaths` tells how often each has still to die. Publishing waits while one is away, so that
    what comes after a death comes in batches of its own.
    """
    with Feed(run, world) as feed:

        def supervised() -> bool:
            for process in set(run.pipeline.names) - run.group.alive():
                _log.info("%s died at %d published", process, feed.published)
                run.pipeline.kill(process)
                run.pipeline.launch(process)
            if all_ready(run):
                feed.allow(feed.published + _BACKLOG)
            return feed.ended and not any(deaths().values())

        try:
            eventually(supervised, _PATIENCE_SECONDS)
        except AssertionError as error:
            error.add_note(f"still to die: {deaths()}")
            raise
        publication = feed.result()
    for process in run.pipeline.names:
        run.pipeline.await_ready(process)
    return publication
