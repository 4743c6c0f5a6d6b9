"""Supports: minimal sets of links that reach some class, each link with its lineage. No payload."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

from schemas.link import EntityVersion, Evidence

Band = Literal["confirmed", "probable", "possible"]


class End(NamedTuple):
    """One end of one link of a support: an entity version and the side on which it counts."""

    version: EntityVersion
    side: str


@dataclass(frozen=True, slots=True)
class SupportLink:
    """One link of a support: what of its evidence is needed, and its two ends."""

    evidence: tuple[Evidence, ...]
    left: EntityVersion
    right: EntityVersion
    left_side: str
    right_side: str

    @property
    def ends(self) -> tuple[End, End]:
        """Left, right."""
        return End(self.left, self.left_side), End(self.right, self.right_side)

    @property
    def flipped(self) -> "SupportLink":
        """The same link read from the other end."""
        evidence = tuple(each.flipped for each in self.evidence)
        return SupportLink(evidence, self.right, self.left, self.right_side, self.left_side)

    def to_avro(self) -> dict[str, Any]:
        """Return the datum of `liaison.SupportLink`."""
        return {
            "evidence": [each.to_avro() for each in self.evidence],
            "left": self.left.to_avro(),
            "right": self.right.to_avro(),
            "left_side": self.left_side,
            "right_side": self.right_side,
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.SupportLink`, or of a record that has its fields."""
        return cls(
            evidence=tuple(map(Evidence.from_avro, datum["evidence"])),
            left=EntityVersion.from_avro(datum["left"]),
            right=EntityVersion.from_avro(datum["right"]),
            left_side=datum["left_side"],
            right_side=datum["right_side"],
        )


@dataclass(frozen=True, slots=True)
class Support:
    """A minimal set of links that reaches `match_class`, all of them needed.

    Every link is read in one direction: from the first link's left side, or, in a chain, from the
    end of the hop before.
    """

    digest: str
    match_class: str
    band: Band
    bits: float
    links: tuple[SupportLink, ...]

    @property
    def ends(self) -> tuple[End, ...]:
        """Every end of every link, in order; an entity stands once for each of its links."""
        return tuple(end for link in self.links for end in link.ends)

    @property
    def sides(self) -> tuple[str, str]:
        """The two sides that it brings together: where it begins and where it ends."""
        return self.links[0].left_side, self.links[-1].right_side

    @property
    def records(self) -> frozenset[str]:
        """The records of its lineage."""
        return frozenset(end.version.record for end in self.ends)

    @property
    def owners(self) -> frozenset[str]:
        """The owners of its records."""
        return frozenset(end.version.owner for end in self.ends)

    @property
    def side_owners(self) -> frozenset[str]:
        """The owners of the two sides; who owns only a hop between them is none of these."""
        return frozenset(end.version.owner for end in self.ends if end.side in self.sides)

    def to_avro(self) -> dict[str, Any]:
        """Return the datum of `liaison.Support`: the first link's fields stand in it."""
        first, *further = self.links
        return {
            "digest": self.digest,
            "match_class": self.match_class,
            "band": self.band,
            "bits": self.bits,
            **first.to_avro(),
            "further": [link.to_avro() for link in further],
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.Support`."""
        further = map(SupportLink.from_avro, datum["further"])
        return cls(
            digest=datum["digest"],
            match_class=datum["match_class"],
            band=datum["band"],
            bits=datum["bits"],
            links=(SupportLink.from_avro(datum), *further),
        )
