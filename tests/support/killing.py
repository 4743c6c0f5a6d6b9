"""Kills processes of a running pipeline at seeded moments while a world is published to it.

A kill counts only where work was in flight: offsets read just before it, which nobody alive has
committed when it is read again after it.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple, Self

from kafka import KafkaAdminClient

from consumers.sqlite import open_reader
from consumers.store.queries import backlog, positions
from deploy.local.process import http_ready
from deploy.observation.topics import positions as ends_of
from deploy.observation.topics import reader
from deploy.rehearsal import Rehearsal
from producers.world import Publication, World, publish_world
from schemas.catalogue import SOURCES
from tests.support.waiting import eventually

DELIVER = "deliver"
_RATE = 200.0
"""Events a second between two kills; slower than the stages, so that lag is what a kill leaves."""
_AHEAD = 50
"""Events that may be on their way while nobody has anything to do."""
_PATIENCE_SECONDS = 90.0

Place = tuple[str, int]
"""Topic and partition."""

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


class Gauge:
    """What each process has read and what there is to read, by place, from broker and vault."""

    def __init__(self, run: Rehearsal, admin: Any, consumer: Any) -> None:
        self._run = run
        self._admin = admin
        self._consumer = consumer
        topics = run.topics
        self._sources = {
            "intake": [
                topics.agency(code, kind)
                for code in sorted(set(SOURCES.values()))
                for kind in ("case", "intelligence")
            ],
            "dedupe": [topics.record],
            "correlate": [topics.posting],
            "match": [topics.link],
            DELIVER: [topics.record, topics.match, topics.quarantine],
        }

    @classmethod
    @contextmanager
    def of(cls, run: Rehearsal) -> Iterator[Self]:
        """Look at a running pipeline with connections of its own."""
        admin = KafkaAdminClient(bootstrap_servers=run.bootstrap)
        with closing(admin), closing(reader(run.bootstrap)) as consumer:
            yield cls(run, admin, consumer)

    def ends(self, process: str) -> dict[Place, int]:
        """Where the topics a process reads end now."""
        return {
            (place.topic, place.partition): end
            for topic in self._sources[process]
            for place, end in ends_of(self._consumer, topic).items()
        }

    def done(self, process: str) -> dict[Place, int]:
        """What a process has made durable: committed offsets, or the vault's positions."""
        if process == DELIVER:
            return self._vault()[0]
        group = f"{self._run.topics.namespace}.{process}"
        offsets = self._admin.list_group_offsets(group)[group]
        return {(place.topic, place.partition): at.offset for place, at in offsets.items()}

    def at_rest(self) -> bool:
        """Whether every process has read all there is."""
        return not any(lag(self.ends(each), self.done(each)) for each in self._sources)

    def unsent(self) -> int:
        """What deliver has read and not yet decided or sent."""
        waiting = self._vault()[1]
        return waiting["redecide"] + waiting["outbox"]

    def _vault(self) -> tuple[dict[Place, int], dict[str, int]]:
        vault = open_reader(self._run.settings.vault)
        try:
            return positions(vault), backlog(vault)
        finally:
            vault.dispose()


def lag(ends: Mapping[Place, int], done: Mapping[Place, int]) -> int:
    """How many records up to `ends` are not done."""
    return sum(max(0, end - max(0, done.get(place, 0))) for place, end in ends.items())


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
                feed.allow(feed.published + _AHEAD)
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
