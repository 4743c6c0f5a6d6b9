"""What the run's own input must have come to, against what stands on `match.v1`, id by id."""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.demo.observe import matches
from deploy.observation.topics import read_all
from deploy.rehearsal import Rehearsal
from deploy.shadow import Shadow, as_message
from deploy.trust import Trust
from schemas.catalogue import SOURCES
from schemas.match import Match


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids of matches: expected live and not found, live and not expected, of other content."""

    expected: int
    missing: frozenset[str]
    ghosts: frozenset[str]
    differing: frozenset[str]


def difference(run: Rehearsal) -> Difference:
    """Run what the agencies' topics hold through the stages in memory, and compare."""
    shadow = Shadow(run.topics, Trust.of(run.settings).admission)
    for code in sorted(set(SOURCES.values())):
        for kind in ("case", "intelligence"):
            shadow.publish(map(as_message, read_all(run.bootstrap, run.topics.agency(code, kind))))
    shadow.run()
    return compare(shadow.matches(), {m.id: m for m in matches(run, shadow.codec)})


def compare(expected: Mapping[str, Match], found: Mapping[str, Match]) -> Difference:
    """Compare the final states of matches, offsets and clocks aside."""
    must = {name for name, match in expected.items() if match.status == "live"}
    live = {name for name, match in found.items() if match.status == "live"}
    differing = {name for name in must & live if expected[name].version != found[name].version}
    return Difference(
        len(must), frozenset(must - live), frozenset(live - must), frozenset(differing)
    )
