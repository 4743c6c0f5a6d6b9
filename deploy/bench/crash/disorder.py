"""A world as an unreliable way to the broker leaves it: some events later, some twice."""

from dataclasses import replace
from random import Random
from typing import Final

from producers.world import World
from producers.world.truth import truth_of

LATE: Final = 0.05
TWICE: Final = 0.03
_FARTHEST: Final = 0.2
"""Part of the world by which an event comes later at most."""


def disordered(world: World, seed: int) -> World:
    """Return the world with its events late, out of order and twice, and the truth of that.

    What is not sound stays where it is, and comes once.
    """
    rng = Random(f"disorder {seed}")
    count = len(world.timeline)
    places: list[tuple[float, int]] = []
    for place, item in enumerate(world.timeline):
        late = rng.random() < LATE and item.raw is None
        places.append((place + (rng.random() * _FARTHEST * count if late else 0), place))
        if rng.random() < TWICE and item.raw is None:
            places.append((place + rng.random() * _FARTHEST * count, place))
    timeline = [world.timeline[place] for _, place in sorted(places)]
    return replace(world, timeline=timeline, truth=truth_of(timeline, world.people))
