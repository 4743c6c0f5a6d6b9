"""Matches: what `match.v1` carries, as values, and the classes it may have. No payload.

A match is two sides with their supports (`schemas.support`), whose parts and those of a link
(`schemas.link`) are exported here too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, Self

from schemas.lead import Lead
from schemas.link import (
    EntityVersion,
    Evidence,
    Fact,
    Level,
    Verdict,
    VerdictKind,
    read_pair,
    sorted_pair,
)
from schemas.support import Band, End, Support, SupportLink

__all__ = [
    "BANDS",
    "MATCH_CLASSES",
    "RECALL_BUDGET_SECONDS",
    "Band",
    "End",
    "EntityVersion",
    "Evidence",
    "Fact",
    "Family",
    "Lead",
    "Level",
    "Match",
    "MatchClass",
    "MatchStatus",
    "Support",
    "SupportLink",
    "Verdict",
    "VerdictKind",
    "sorted_pair",
]

Family = Literal["identity", "space_time", "network"]
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
            MatchClass("network", "network", 1, 300),
        )
    }
)
"""By name; a higher rank is the stronger claim."""

BANDS: Final[Mapping[str, int]] = MappingProxyType({"possible": 1, "probable": 2, "confirmed": 3})
"""Rank of each band; `possible` stays in the analyst queue."""

RECALL_BUDGET_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Match:
    """Two sides of different owners that concern the same thing.

    `version` is a digest of the content; `order` and `partition` place the link message that
    last changed it, and of two versions the one with the higher order is in force. `successor`
    names the match that takes over one that moved; `lead` who might lead, where two investigate one
    thing. `quiet` are supports some ends of which no longer meet because all they share is a value
    too common: nobody new is told, nothing told is recalled.
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
    lead: Lead | None = None
    quiet: tuple[Support, ...] = ()

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
            "lead": None if self.lead is None else self.lead.to_avro(),
            "quiet": [support.to_avro() for support in self.quiet],
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.Match`."""
        lead = datum["lead"]
        return cls(
            id=datum["id"],
            family=datum["family"],
            match_class=datum["match_class"],
            version=datum["version"],
            status=datum["status"],
            sides=read_pair(datum["sides"]),
            supports=tuple(map(Support.from_avro, datum["supports"])),
            weights_version=datum["weights_version"],
            order=datum["order"],
            partition=datum["partition"],
            successor=datum["successor"],
            published_ms=datum["published_ms"],
            lead=None if lead is None else Lead.from_avro(lead),
            quiet=tuple(map(Support.from_avro, datum["quiet"])),
        )
