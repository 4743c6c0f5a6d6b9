"""Links: what `link.v1` carries, as values. No payload: keyed fingerprints and paths only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, Self

from schemas.record import Rank, entity_reference

Level = Literal["exact", "close", "partial", "conflict", "missing"]
VerdictKind = Literal["yes", "no", "moved"]
VerdictCause = Literal["", "split"]

_WHOLES: Final = {
    **dict.fromkeys(("street", "city", "postcode", "country"), "address"),
    "given_name": "name",
}


def whole_of(attribute: str) -> str:
    """Return the field that a compared attribute is, or is a part of: a city is of an address."""
    return _WHOLES.get(attribute, attribute)


def sorted_pair(first: str, second: str) -> tuple[str, str]:
    """Return two sides in the order in which every message names them."""
    return (first, second) if first <= second else (second, first)


def read_pair(items: list[str]) -> tuple[str, str]:
    """Return the pair of sides of a datum; raises ValueError unless there are two."""
    left, right = items
    return left, right


class Fact(NamedTuple):
    """What a record says of a subject's case: the fingerprint of a commodity or of a scheme.

    `attribute` is `commodity` or `scheme`. Facts never bring two entities together; they tell what
    else two linked subjects have in common.
    """

    attribute: str
    scheme: str
    fingerprint: int
    path: str


@dataclass(frozen=True, slots=True)
class EntityVersion:
    """One end of a link: an entity in one posting version of its record.

    `occurred_at_us` is when what the record reports happened, `role` the entity's in it; `facts`
    stand on subjects alone.
    """

    record: str
    entity: str
    version: int
    reposting: int
    published_at_us: int
    digest: bytes
    owner: str
    occurred_at_us: int = 0
    role: str = ""
    facts: tuple[Fact, ...] = ()

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
            "occurred_at_us": self.occurred_at_us,
            "role": self.role,
            "facts": [fact._asdict() for fact in self.facts],
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.EntityVersion`."""
        return cls(**{**datum, "facts": tuple(Fact(**fact) for fact in datum["facts"])})


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

    @property
    def flipped(self) -> "Evidence":
        """The same evidence read from the other end."""
        return Evidence(
            self.attribute,
            self.scheme,
            self.level,
            self.right_fingerprint,
            self.left_fingerprint,
            self.right_path,
            self.left_path,
            self.frequency_class,
        )

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
    message was published that caused it. A no with `cause` "split" has evidence: the pair still
    matches, but what it has in common is too common to bring it together.
    """

    sides: tuple[str, str]
    left: EntityVersion
    right: EntityVersion
    verdict: VerdictKind
    evidence: tuple[Evidence, ...]
    successor: tuple[str, str] | None
    published_ms: int
    cause: VerdictCause = ""

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
            "cause": self.cause,
        }

    @classmethod
    def from_avro(cls, datum: Mapping[str, Any]) -> Self:
        """Read a datum of `liaison.Verdict`."""
        successor = datum["successor"]
        return cls(
            sides=read_pair(datum["sides"]),
            left=EntityVersion.from_avro(datum["left"]),
            right=EntityVersion.from_avro(datum["right"]),
            verdict=datum["verdict"],
            evidence=tuple(map(Evidence.from_avro, datum["evidence"])),
            successor=None if successor is None else read_pair(successor),
            published_ms=datum["published_ms"],
            cause=datum["cause"],
        )
