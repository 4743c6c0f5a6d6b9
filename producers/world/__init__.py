"""A seeded world of four source systems of three agencies, and the truth about it.

    world = build_world(seed=7, event_count=10_000, now=clock.now())
    summary = publish_world(world, bootstrap, topics=topics, keys=keys)
    world.truth.exact, world.truth.quarantined, …

Reading order: cast and numbers, records, plots and operations (what is told on purpose), noise
(what is not), faults, timeline, build, truth; then parties, publication, and the bench mix.
"""

from producers.world.build import World, build_world
from producers.world.timeline import Item
from producers.world.truth import EXACT_CLASSES, ExpectedMatch, Truth

__all__ = ["EXACT_CLASSES", "ExpectedMatch", "Item", "Truth", "World", "build_world"]
