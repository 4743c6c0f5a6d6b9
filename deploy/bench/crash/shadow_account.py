"""What the run's own input must have come to, against what stands on `match.v1`, id by id."""

from deploy.observation.topics import read_all
from deploy.rehearsal import Rehearsal
from deploy.shadow import Difference, Shadow, as_message, compare, newest
from deploy.trust import Trust
from schemas.catalogue import SOURCES


def difference(run: Rehearsal) -> Difference:
    """Run what the agencies' topics hold through the stages in memory, and compare."""
    shadow = Shadow(run.topics, Trust.of(run.settings).admission)
    for code in sorted(set(SOURCES.values())):
        for kind in ("case", "intelligence"):
            shadow.publish(map(as_message, read_all(run.bootstrap, run.topics.agency(code, kind))))
    shadow.run()
    found = newest(read_all(run.bootstrap, run.topics.match), shadow.codec)
    return compare(shadow.matches(), found)
