"""An entity as it stands on one partition."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from schemas.blocking import is_split
from schemas.link import EntityVersion, Fact
from schemas.record import PostedEntity, Posting, entity_reference

F = TypeVar("F")
"""Decoded features; the table never looks into them."""

_NOTHING: Final[Mapping[int, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Head:
    """What the entities of one posting share."""

    record: str
    posting_version: tuple[int, int]
    """(version, re-postings within it)."""
    published_at_us: int
    digest: bytes
    owner: str
    sides: tuple[str, ...]
    former_sides: tuple[str, ...]
    former_owners: tuple[str, ...]
    published_ms: int
    changed: bool
    """Whether the record was posted with another content before."""
    occurred_at_us: int = 0


class Row(Generic[F]):
    """One entity as it stands on one partition, withdrawn or not; compared by identity."""

    __slots__ = (
        "blob",
        "entity",
        "facts",
        "features",
        "generations",
        "head",
        "held",
        "keys",
        "reference",
        "role",
        "split",
    )

    def __init__(self, head: Head, posted: PostedEntity, held: tuple[int, ...] = ()) -> None:
        """`held` are the keys of this partition at which it was ever paired."""
        self.reference = entity_reference(head.record, posted["entity"])
        self.entity = posted["entity"]
        self.held = held
        self.update(head, posted)

    def update(self, head: Head, posted: PostedEntity) -> None:
        """Take another posting of the entity."""
        self.head = head
        self.keys = tuple(posted["keys"])
        self.blob = posted["features"]
        self.role = posted["role"]
        self.facts = tuple(Fact(**fact) for fact in posted["facts"])
        told = {each["key"]: each["generation"] for each in posted["generations"]}
        self.generations = told or _NOTHING
        """Generations that the record knows, by key."""
        self.split = tuple(key for key, known in self.generations.items() if is_split(known))
        """Keys at which it is listed but not paired: as far as the record knows, they are split."""
        self.features: F | None = None

    @property
    def listed(self) -> tuple[int, ...]:
        """Every key at which its holder is counted."""
        return self.keys + self.split

    @property
    def end(self) -> EntityVersion:
        """This row as one end of a link."""
        head = self.head
        return EntityVersion(
            head.record,
            self.entity,
            *head.posting_version,
            head.published_at_us,
            head.digest,
            head.owner,
            head.occurred_at_us,
            self.role,
            self.facts,
        )


def head_of(posting: Posting) -> Head:
    """Return what the entities of a posting share."""
    return Head(
        posting["record"],
        (posting["version"], posting["reposting"]),
        posting["published_at_us"],
        posting["digest"],
        posting["owner"],
        tuple(posting["sides"]),
        tuple(posting["former_sides"]),
        tuple(posting["former_owners"]),
        posting["published_ms"],
        posting["changed"],
        posting["occurred_at_us"],
    )
