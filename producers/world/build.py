"""Builds a world: stories, background, slips, corrections, repeats, faults, and its truth."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Final, Self

from producers.world.faults import FAULTS, contested, faulty
from producers.world.noise import Background, misspelt
from producers.world.operations import ENCOUNTERS, Planner
from producers.world.plots import FUZZY, PLOTS
from producers.world.records import Registry, Version
from producers.world.stories import Storyteller
from producers.world.timeline import Item, Planned, delay, in_order, overtake, repeats
from producers.world.truth import Truth, truth_of
from schemas.catalogue import WITHDRAW
from schemas.codec import Codec
from schemas.registry import load_lock

MIN_EVENTS: Final = 500
"""Fewer could not hold one of everything."""
DEFAULT_NOW: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)

_PLOT_SCALE: Final = 10_000
"""Weights of plots are counts in a world of this many events."""


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many messages of each sort a world of `event_count` holds (issue 3)."""

    misspelt: int
    repeated: int
    corrections: int
    withdrawals: int
    late: int
    faults: int
    conflicts: int

    @classmethod
    def of(cls, event_count: int) -> Self:
        """8 % slips, 10 % repeats, 3 % corrections, 1 % withdrawals, 5 % late, 1 % malformed."""
        kinds = len(FAULTS) + 1
        malformed = max(kinds, event_count // 100)
        return cls(
            misspelt=event_count * 8 // 100,
            repeated=event_count // 10,
            corrections=event_count * 3 // 100,
            withdrawals=event_count // 100,
            late=event_count * 5 // 100,
            faults=malformed - malformed // kinds,
            conflicts=malformed // kinds,
        )


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is published, in order of arrival, and what must come of it."""

    seed: int
    timeline: Sequence[Item]
    truth: Truth
    people: dict[tuple[str, str], str] = field(repr=False)


def build_world(seed: int, event_count: int, *, now: datetime = DEFAULT_NOW) -> World:
    """Return the world of a seed: exactly `event_count` messages, the same at every call.

    `now` is the moment of publishing: events are dated in the 20 hours before it, operations
    are planned for the two months after. Raises ValueError under 500 events.
    """
    if event_count < MIN_EVENTS:
        raise ValueError(f"a world needs at least {MIN_EVENTS} events")
    counts = _Counts.of(event_count)
    registry = Registry(Random(seed), now)
    planner = Planner(registry)
    _tell_stories(registry, planner, event_count)
    sound = event_count - counts.faults - counts.conflicts - counts.repeated
    _fill(registry, planner, sound, counts)
    planned = [Planned(version) for version in _with_conflicts(registry, counts)]
    baits = [chain for chain in registry.chains if chain.versions[0].event["entities"]]
    for index in range(counts.faults):
        fault = FAULTS[index % len(FAULTS)]
        planned.append(Planned(faulty(registry, fault, registry.rng.choice(baits)), fault))
    _delay(registry, planned, counts.late)
    timeline = in_order(planned, now, Codec(load_lock()))
    return World(seed, timeline, truth_of(timeline, registry.people), registry.people)


def _tell_stories(registry: Registry, planner: Planner, event_count: int) -> None:
    """Every plot at least once; more by weight, mixed, so that fates fall on all of them."""

    def times(weight: int, least: int = 1) -> int:
        return max(least, round(weight * event_count / _PLOT_SCALE))

    teller = Storyteller(registry)
    plots = [plot for plot in PLOTS for _ in range(times(plot.weight))]
    registry.rng.shuffle(plots)
    for plot in plots:
        teller.play(plot)
    for plot in (p for p in FUZZY for _ in range(times(p.weight))):
        teller.play_fuzzy(plot)
    for encounter in (e for e in ENCOUNTERS for _ in range(times(e.weight, least=3))):
        planner.meet(encounter)


def _fill(registry: Registry, planner: Planner, versions: int, counts: _Counts) -> None:
    """Background up to `versions` in all, with slips, the corrections of some, withdrawals."""
    rng = registry.rng
    told = [version.event for chain in registry.chains for version in chain.versions]
    withdrawn = sum(event["header"]["operation"] == WITHDRAW for event in told)
    corrected = len(told) - len(registry.chains) - withdrawn
    corrections = max(0, counts.corrections - corrected)
    withdrawals = max(1, counts.withdrawals - withdrawn)
    background = Background(registry, planner)
    for _ in range(versions - len(told) - corrections - withdrawals):
        background.write()
    single = [chain for chain in registry.chains if len(chain.versions) == 1]
    rng.shuffle(single)
    spoilt = single[: counts.misspelt]
    sound = [chain.last.event for chain in spoilt]
    for chain in spoilt:
        chain.last.event = misspelt(rng, chain.last.event)
    for chain, event in list(zip(spoilt, sound, strict=True))[:corrections]:
        registry.amend(chain, entities=event["entities"], places=event["places"])
    for chain in single[-withdrawals:]:
        registry.withdraw(chain)


def _with_conflicts(registry: Registry, counts: _Counts) -> list[Version]:
    """All versions, with contested ones beside and repeats of the others."""
    rng = registry.rng
    fit = [c for c in registry.chains if len(c.versions) == 1 and c.last.event["entities"]]
    chosen = rng.sample(fit, counts.conflicts)
    rivals = [contested(registry, chain) for chain in chosen]
    taken = {id(chain) for chain in chosen}
    calm = [chain for chain in registry.chains if id(chain) not in taken]
    again = repeats(registry, calm, counts.repeated)
    return [*(v for chain in registry.chains for v in chain.versions), *rivals, *again]


def _delay(registry: Registry, planned: Sequence[Planned], count: int) -> None:
    """Some newer versions overtake the older; other events are merely late, `count` in all."""
    overtaken = overtake(registry.rng, registry.chains, share=0.25)
    punctual = [each.version for each in planned if each.version.late == 0.0]
    delay(registry.rng, punctual, max(0, count - overtaken))
