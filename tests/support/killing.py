"""Starts again what dies by itself while a world is published to a running pipeline."""

import logging
from collections.abc import Callable, Mapping

from deploy.bench.crash.feed import Feed
from deploy.local.process import http_ready
from deploy.rehearsal import Rehearsal
from producers.world import Publication, World
from tests.support.waiting import eventually

_BACKLOG = 120
"""Events that may gather while a process is away: what its first batches after it will be."""
_PATIENCE_SECONDS = 90.0

_log = logging.getLogger(__name__)


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
