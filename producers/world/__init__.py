"""A seeded world of four source systems of three agencies, and the truth about it.

    world = build_world(seed=7, event_count=10_000, now=clock.now())
    parties = build_parties(clock.now(), {"CBP/operations": Webhook.at(url)})
    publication = publish_world(world, bootstrap, topics, parties.keys)
    world.truth.exact, world.truth.quarantined, …

Reading order: cast and numbers, records, plots and operations (what is told on purpose), noise
(what is not), faults, timeline, build, truth; then parties, publication, and the bench mix.
"""

from producers.world.build import World, build_world
from producers.world.parties import Parties, Webhook, build_parties
from producers.world.publication import Publication, publish_world
from producers.world.timeline import Item
from producers.world.truth import EXACT_CLASSES, ExpectedMatch, Truth

__all__ = [
    "EXACT_CLASSES",
    "ExpectedMatch",
    "Item",
    "Parties",
    "Publication",
    "Truth",
    "Webhook",
    "World",
    "build_parties",
    "build_world",
    "publish_world",
]
