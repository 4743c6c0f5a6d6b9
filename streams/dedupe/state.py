"""What dedupe keeps of a record: the version in force, and where it is posted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from schemas.record import EntityPosting, Rank
from streams.lists import Keys


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity or place of the version in force, with at least one key."""

    kind: str
    keys: Keys
    features: bytes
    finer: Mapping[int, Keys] = field(default_factory=dict)
    stood: tuple[int, ...] = ()
    """Every partition to which it was posted since it came, sorted."""
    role: str = ""
    facts: tuple[dict[str, Any], ...] = ()
    """Data of `liaison.Fact`."""

    def standing(self, stood: tuple[int, ...]) -> Self:
        """Return the entity posted to these partitions."""
        return type(self)(
            self.kind, self.keys, self.features, self.finer, stood, self.role, self.facts
        )


@dataclass(frozen=True, slots=True)
class RecordState:
    """The version in force."""

    record: str
    rank: Rank
    reposting: int
    owner: str
    origins: tuple[str, ...]
    """Agency positions at which this content arrived, the first `MAX_ORIGINS`."""
    sides: tuple[str, ...]
    former_sides: tuple[str, ...]
    former_owners: tuple[str, ...]
    published_ms: int
    occurred_at_us: int
    changed: bool
    """Whether another content was posted before."""
    entities: Mapping[str, Entity]
    """By local id."""
    facts: Mapping[int, int]
    """The generation of each key at which an entity is listed, as far as its owner told."""


def entity_of(posted: EntityPosting) -> Entity:
    """Return an entity as intake normalised it, standing nowhere yet."""
    finer = {each["key"]: tuple(each["keys"]) for each in posted["finer"]}
    return Entity(
        posted["kind"],
        tuple(posted["keys"]),
        posted["features"],
        finer,
        role=posted["role"],
        facts=tuple(posted["facts"]),
    )
