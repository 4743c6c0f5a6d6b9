"""Links and matches: what `link.v1` and `match.v1` carry, as values.

A verdict says of one pair of entity versions whether they fit; a support is a minimal set of
evidence that reaches some class; a match is two sides with their supports. No payload anywhere:
evidence holds keyed fingerprints and paths.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, Self, cast

from schemas.record import Rank, entity_reference

Family = Literal["identity", "space_time"]
Level = Literal["exact", "close", "partial", "conflict", "missing"]
VerdictKind = Literal["yes", "no", "moved"]
Band = Literal["confirmed", "probable", "possible"]
MatchStatus = Literal["live", "retracted", "moved"]


@dataclass(frozen=True, slots=True)
class MatchClass:
    """A class of matches: its family, its rank within it, and the p99 time to notice."""

    name: str
    family: Family
    rank: int
    budget_seconds: int


MATCH_CLASSES: Final[Mapping[str, MatchClass]] = MappingProxyType(
    {
        each.name: each
        for each in (
            MatchClass("fuzzy", "identity", 1, 60),
            MatchClass("shared_identifier", "identity", 2, 10),
            MatchClass("target", "identity", 3, 5),
            MatchClass("duplicate_investigation", "identity", 4, 30),
            MatchClass("space_time", "space_time", 1, 2),
        )
    }
)
"""By name; a higher rank is the stronger claim."""

BANDS: Final[Mapping[str, int]] = MappingProxyType({"possible": 1, "probable": 2, "confirmed": 3})
"""Rank of each band; `possible` stays in the analyst queue."""

RECALL_BUDGET_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class EntityVersion:
    """One end of a link: an entity in one posting version of its record."""

    record: str
    entity: str
    version: int
    reposting: int
    published_at_us: int
    digest: bytes
    owner: str

    @property
    def rank(self) -> Rank:
        """Which version of the record this is."""
        return self.version, self.published_at_us, self.digest

    @property
    def reference(self) -> str:
        """`<record key>#<local id>`; ends are ordered by it."""
        return entity_reference(self.record, self.entity)

    def to_avro(self) -> dict[str, Any]:
        """Return the datum of `liaison.EntityVersion`."""
        return {
            "record": self.record,
            "entity": self.entity,
            "version": self.version,
            "reposting": self.reposting,
            "published_at_us": self.published_at_us,
            "digest": self.digest,
            "owner": self.owner,
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.EntityVersion`."""
        return cls(**datum)


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one attribute of two entities compares.

    Paths say where the values stand: `entities[<id>].identifiers[<index>]`,
    `entities[<id>].names`, `places[<id>]`. Each side has its own fingerprint, since values that
    are close or overlap differ. `frequency_class` tells how common the value is.
    """

    attribute: str
    scheme: str
    level: Level
    left_fingerprint: int
    right_fingerprint: int
    left_path: str
    right_path: str
    frequency_class: int

    def to_avro(self) -> dict[str, Any]:
        """Return the datum of `liaison.Evidence`."""
        return {
            "attribute": self.attribute,
            "scheme": self.scheme,
            "level": self.level,
            "fingerprint": self.left_fingerprint,
            "right_fingerprint": self.right_fingerprint,
            "left_path": self.left_path,
            "right_path": self.right_path,
            "frequency_class": self.frequency_class,
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.Evidence`."""
        return cls(
            attribute=datum["attribute"],
            scheme=datum["scheme"],
            level=datum["level"],
            left_fingerprint=datum["fingerprint"],
            right_fingerprint=datum["right_fingerprint"],
            left_path=datum["left_path"],
            right_path=datum["right_path"],
            frequency_class=datum["frequency_class"],
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the home of a pair says of it, to one unordered pair of sides.

    `moved` is a no whose `successor` is the current pair of sides. `published_ms` is when the
    message was published that caused it.
    """

    sides: tuple[str, str]
    left: EntityVersion
    right: EntityVersion
    verdict: VerdictKind
    evidence: tuple[Evidence, ...]
    successor: tuple[str, str] | None
    published_ms: int

    def to_avro(self) -> dict[str, Any]:
        """Return the datum of `liaison.Verdict`."""
        return {
            "sides": list(self.sides),
            "left": self.left.to_avro(),
            "right": self.right.to_avro(),
            "verdict": self.verdict,
            "evidence": [each.to_avro() for each in self.evidence],
            "successor": None if self.successor is None else list(self.successor),
            "published_ms": self.published_ms,
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.Verdict`."""
        successor = datum["successor"]
        return cls(
            sides=_pair(datum["sides"]),
            left=EntityVersion.from_avro(datum["left"]),
            right=EntityVersion.from_avro(datum["right"]),
            verdict=datum["verdict"],
            evidence=tuple(map(Evidence.from_avro, datum["evidence"])),
            successor=None if successor is None else _pair(successor),
            published_ms=datum["published_ms"],
        )


@dataclass(frozen=True, slots=True)
class Support:
    """A minimal set of evidence that reaches `match_class`, with its lineage: its two ends."""

    digest: str
    match_class: str
    band: Band
    bits: float
    evidence: tuple[Evidence, ...]
    left: EntityVersion
    right: EntityVersion
    left_side: str
    right_side: str

    def to_avro(self) -> dict[str, Any]:
        """Return the datum of `liaison.Support`."""
        return {
            "digest": self.digest,
            "match_class": self.match_class,
            "band": self.band,
            "bits": self.bits,
            "evidence": [each.to_avro() for each in self.evidence],
            "left": self.left.to_avro(),
            "right": self.right.to_avro(),
            "left_side": self.left_side,
            "right_side": self.right_side,
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.Support`."""
        return cls(
            digest=datum["digest"],
            match_class=datum["match_class"],
            band=datum["band"],
            bits=datum["bits"],
            evidence=tuple(map(Evidence.from_avro, datum["evidence"])),
            left=EntityVersion.from_avro(datum["left"]),
            right=EntityVersion.from_avro(datum["right"]),
            left_side=datum["left_side"],
            right_side=datum["right_side"],
        )


@dataclass(frozen=True, slots=True)
class Match:
    """Two sides of different owners that concern the same thing.

    `version` is a digest of the content; `order` and `partition` place the link message that
    last changed it, and of two versions the one with the higher order is in force. `successor`
    names the match that takes over one that moved.
    """

    id: str
    family: Family
    match_class: str
    version: str
    status: MatchStatus
    sides: tuple[str, str]
    supports: tuple[Support, ...]
    weights_version: str
    order: int
    partition: int
    successor: str | None
    published_ms: int

    def to_avro(self) -> dict[str, Any]:
        """Return the datum of `liaison.Match`."""
        return {
            "id": self.id,
            "family": self.family,
            "match_class": self.match_class,
            "version": self.version,
            "status": self.status,
            "sides": list(self.sides),
            "supports": [support.to_avro() for support in self.supports],
            "weights_version": self.weights_version,
            "order": self.order,
            "partition": self.partition,
            "successor": self.successor,
            "published_ms": self.published_ms,
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.Match`."""
        return cls(
            id=datum["id"],
            family=datum["family"],
            match_class=datum["match_class"],
            version=datum["version"],
            status=datum["status"],
            sides=_pair(datum["sides"]),
            supports=tuple(map(Support.from_avro, datum["supports"])),
            weights_version=datum["weights_version"],
            order=datum["order"],
            partition=datum["partition"],
            successor=datum["successor"],
            published_ms=datum["published_ms"],
        )


def sorted_pair(first: str, second: str) -> tuple[str, str]:
    """Return two sides in the order in which every message names them."""
    return (first, second) if first <= second else (second, first)


def _pair(items: list[str]) -> tuple[str, str]:
    if len(items) != 2:
        raise ValueError("a pair of sides has two")
    return cast("tuple[str, str]", tuple(items))
