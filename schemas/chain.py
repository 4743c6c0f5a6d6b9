"""What passes between `match` and the stages for analysts: edges there, chains back. No payload."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from schemas.link import EntityVersion, Evidence, read_pair
from schemas.support import Support, SupportLink

ChainKind = Literal["entity", "record"]
"""Whether both ends are linked to one entity (two hops), or to two entities of one record (three:
the record itself says that the two belong together)."""

CHAIN_KINDS: Final[tuple[ChainKind, ...]] = ("entity", "record")


@dataclass(frozen=True, slots=True)
class Edge:
    """The standing verdict on two entities, as to one pair of sides.

    `order` is the offset of the link that last changed it; one partition of `match` writes all
    edges of one pair of entities and sides, so that the highest is in force. `bits` are those above
    the release threshold (below it: negative), None where they are linked no more; `supports` are
    the minimal sets of this link that may be pushed, `quiet` those that could be were it not for a
    split key.
    """

    sides: tuple[str, str]
    left: EntityVersion
    right: EntityVersion
    bits: float | None
    supports: tuple[Support, ...]
    order: int
    published_ms: int
    quiet: tuple[Support, ...] = ()

    def to_avro(self) -> dict[str, Any]:
        """Return the datum of `liaison.Edge`."""
        return {
            "sides": list(self.sides),
            "left": self.left.to_avro(),
            "right": self.right.to_avro(),
            "bits": self.bits,
            "supports": [_slim(each) for each in self.supports],
            "quiet": [_slim(each) for each in self.quiet],
            "order": self.order,
            "published_ms": self.published_ms,
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.Edge`."""
        sides = read_pair(datum["sides"])
        left, right = map(EntityVersion.from_avro, (datum["left"], datum["right"]))
        return cls(
            sides=sides,
            left=left,
            right=right,
            bits=datum["bits"],
            supports=tuple(_whole(each, left, right, sides) for each in datum["supports"]),
            quiet=tuple(_whole(each, left, right, sides) for each in datum["quiet"]),
            order=datum["order"],
            published_ms=datum["published_ms"],
        )


def _slim(support: Support) -> dict[str, Any]:
    """A support of one link, but for its ends and sides: they are the edge's."""
    (link,) = support.links
    return {
        "digest": support.digest,
        "match_class": support.match_class,
        "band": support.band,
        "bits": support.bits,
        "evidence": [each.to_avro() for each in link.evidence],
    }


def _whole(
    datum: Mapping[str, Any], left: EntityVersion, right: EntityVersion, sides: tuple[str, str]
) -> Support:
    evidence = tuple(map(Evidence.from_avro, datum["evidence"]))
    return Support(
        digest=datum["digest"],
        match_class=datum["match_class"],
        band=datum["band"],
        bits=datum["bits"],
        links=(SupportLink(evidence, left, right, *sides),),
    )


@dataclass(frozen=True, slots=True)
class Chain:
    """What `network` says of one chain between two sides; without supports it is gone.

    `quiet` are its supports where only a split key parts the ends of a hop: nobody new is told.

    One partition of `network` writes all that is said of one chain; the highest `order` is in
    force.
    """

    id: str
    kind: ChainKind
    sides: tuple[str, str]
    order: int
    supports: tuple[Support, ...]
    published_ms: int
    quiet: tuple[Support, ...] = ()

    def to_avro(self) -> dict[str, Any]:
        """Return the datum of `liaison.Chain`."""
        return {
            "id": self.id,
            "kind": self.kind,
            "sides": list(self.sides),
            "order": self.order,
            "supports": [each.to_avro() for each in self.supports],
            "quiet": [each.to_avro() for each in self.quiet],
            "published_ms": self.published_ms,
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.Chain`."""
        return cls(
            id=datum["id"],
            kind=datum["kind"],
            sides=read_pair(datum["sides"]),
            order=datum["order"],
            supports=tuple(map(Support.from_avro, datum["supports"])),
            quiet=tuple(map(Support.from_avro, datum["quiet"])),
            published_ms=datum["published_ms"],
        )
