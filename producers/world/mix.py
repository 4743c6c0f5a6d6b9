"""The bench mix: steady, plain traffic whose proportions stand in the design (section 7).

2 % of the events belong to a match of an identifier that two offices hold and that touches
Mexico, so that both offices and the attaché are told: three recipients. One telephone is on a
thousand records of one office: a key with a thousand holders and no match.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Final

from producers.sdk import MarkingFields, entity, name
from producers.world.build import DEFAULT_NOW
from producers.world.cast import Human
from producers.world.names import invented
from producers.world.records import BIS, LOS_ANGELES, MIAMI, Owner, Registry, Version
from producers.world.timeline import Item, Planned, in_order, repeats
from producers.world.truth import Truth, truth_of
from schemas.codec import Codec
from schemas.event import Entity, Identifier
from schemas.registry import load_lock

_OWNERS: Final = (MIAMI, LOS_ANGELES, BIS)
_REPEATED, _CORRECTED, _WITHDRAWN, _MATCHING = 0.10, 0.03, 0.01, 0.02
_RARE: Final = 0.7
_HUB_HOLDERS: Final = 1_000
_HUB_SHARE: Final = 0.2
"""In a short mix the hub is on no more than this share of the records."""
_NARRATIVE: Final = (
    "Seen at the forwarder's yard on two evenings; goods were reloaded to an unmarked vehicle and "
    "the consignee named on the papers could not be reached at the address that was given. "
)


@dataclass(frozen=True, slots=True)
class Mix:
    """A timeline of sound events, and what must come of it."""

    timeline: list[Item] = field(repr=False)
    truth: Truth


def build_mix(seed: int, count: int, *, now: datetime = DEFAULT_NOW) -> Mix:
    """Return exactly `count` events, the same for the same seed; at least 500, else ValueError."""
    if count < 500:
        raise ValueError("a mix needs at least 500 events")
    writer = _Writer(Registry(Random(seed), now))
    registry, rng = writer.registry, writer.registry.rng
    repeated, corrected, withdrawn = (
        round(count * share) for share in (_REPEATED, _CORRECTED, _WITHDRAWN)
    )
    pairs = round(count * _MATCHING / 2)
    records = count - repeated - corrected - withdrawn
    for _ in range(pairs):
        writer.pair()
    plain = len(registry.chains)
    hub = registry.cast.number("phone")
    holders = min(_HUB_HOLDERS, round(records * _HUB_SHARE))
    for index in range(records - plain):
        writer.plain(hub if index < holders else None)
    changing = rng.sample(registry.chains[plain:], corrected + withdrawn)
    for chain in changing[:corrected]:
        first, *others = chain.last.event["entities"]
        corrected_entity: Entity = {**first, "birth_place": "Unknown"}
        registry.amend(chain, entities=[corrected_entity, *others])
    for chain in changing[corrected:]:
        registry.withdraw(chain)
    versions = [version for chain in registry.chains for version in chain.versions]
    planned = [Planned(v) for v in (*versions, *repeats(registry, registry.chains, repeated))]
    timeline = in_order(planned, now, Codec(load_lock()))
    return Mix(timeline, truth_of(timeline, registry.people))


class _Writer:
    """Writes the records of the mix."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def pair(self) -> None:
        """Two offices that hold one telephone of a person who touches Mexico."""
        human = self._human("MX")
        for owner in (MIAMI, BIS):
            self._report(owner, human, ("phone",), [])

    def plain(self, hub: Identifier | None) -> None:
        """A record that matches nothing, with the hub's number if one is given."""
        human = self._human()
        owner = MIAMI if hub is not None else self.registry.rng.choice(_OWNERS)
        self._report(owner, human, ("passport",), [] if hub is None else [hub])

    def _human(self, country: str | None = None) -> Human:
        """Names rare enough that a new record meets about five others."""
        rng = self.registry.rng
        human = self.registry.cast.human(country, rare=_RARE)
        return replace(human, given=(invented(rng),)) if rng.random() < _RARE else human

    def _report(
        self, owner: Owner, human: Human, schemes: tuple[str, ...], more: list[Identifier]
    ) -> Version:
        cast, rng = self.registry.cast, self.registry.rng
        person = cast.person(human, "p1", "subject", schemes)
        person["identifiers"] += more
        firm = entity(
            "organization",
            "c1",
            role="associate",
            names=[name(f"{invented(rng)} {invented(rng)} Ltd")],
            nationalities=[rng.choice(("US", "MX", "AE", "HK", "TR"))],
        )
        entities = [person, firm]
        if rng.random() < 0.5:
            entities.append(cast.person(self._human(), "p2", "associate", ()))
        mark: MarkingFields = self.registry.mark("plain")
        chain = self.registry.subject(owner, entities, mark)
        event = chain.last.event
        narrative = "list_name" if owner is BIS else "activity"
        event["detail"] = {**event["detail"], narrative: _NARRATIVE * 2}
        return chain.last
