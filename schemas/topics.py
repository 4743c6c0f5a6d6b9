"""The only source of topic names, partitions, keys, retention and schemas."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import xxhash

from schemas.catalogue import EVENT_TYPES, EventKind

EDGE_SCHEMA: Final = "liaison.EdgeBlock"
ENTITY_SCHEMA: Final = "liaison.EntityCluster"
KEY_FACT_SCHEMA: Final = "liaison.KeyFact"
MATCH_SCHEMA: Final = "liaison.Match"
NOTICE_SCHEMA: Final = "liaison.Notice"
POSTING_SCHEMA: Final = "liaison.PostingBlock"
RECORD_SCHEMA: Final = "liaison.Record"
VERDICT_SCHEMA: Final = "liaison.VerdictBlock"

DEFAULT_PARTITIONS: Final = 2
"""As many as a small machine has cores; every worker of a stage needs one."""

_DAY_MS: Final = 86_400_000
_MESSAGE_BYTES: Final = 1_048_576
"""Above the 256 KiB that intake admits: an oversized event must arrive to be quarantined."""
_QUARANTINE_BYTES: Final = _MESSAGE_BYTES + 65_536
"""Room for the quarantine headers beside an untouched value."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One topic as the admin client creates it.

    `key` says what the message key is; `schema` names the value's schemas, more than one on
    agency topics and on the record topic (subjects by TopicRecordName), none where the value is
    foreign bytes.
    """

    name: str
    partitions: int
    cleanup_policy: Literal["delete", "compact", "compact,delete"]
    retention_ms: int
    max_message_bytes: int
    key: str
    schema: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topics:
    """Names under one namespace. One partition count for all: Faust assigns by count."""

    namespace: str = "liaison"
    partitions: int = DEFAULT_PARTITIONS

    def agency(self, code: str, kind: EventKind) -> str:
        """Return the topic on which agency `code` publishes events of `kind`."""
        return f"{self.namespace}.agency.{code.lower()}.{kind}.v1"

    @property
    def record(self) -> str:
        """Admitted record versions, and facts about their keys, keyed by record."""
        return f"{self.namespace}.record.v1"

    @property
    def posting(self) -> str:
        """Posting blocks, sent to the partition of their blocking keys."""
        return f"{self.namespace}.posting.v1"

    @property
    def link(self) -> str:
        """Verdicts and chains in blocks, sent to the partition of their pair of sides."""
        return f"{self.namespace}.link.v1"

    @property
    def edge(self) -> str:
        """Edge blocks for `network`, sent to the partitions of their two records."""
        return f"{self.namespace}.edge.v1"

    @property
    def graph(self) -> str:
        """Edge blocks for `resolve`, all on one partition: a component knows no partitions."""
        return f"{self.namespace}.graph.v1"

    @property
    def entity(self) -> str:
        """Entity clusters for analysts, keyed by entity id."""
        return f"{self.namespace}.entity.v1"

    @property
    def match(self) -> str:
        """Changed matches, keyed by match id."""
        return f"{self.namespace}.match.v1"

    @property
    def agreement(self) -> str:
        """Signed agreements and bars, keyed by document id."""
        return f"{self.namespace}.agreement.v1"

    @property
    def quarantine(self) -> str:
        """Refused input and poison alike, keyed by origin."""
        return f"{self.namespace}.quarantine.v1"

    def all(self, agency_codes: Iterable[str]) -> list[TopicSpec]:
        """Return every topic that must exist for these agencies.

        Input is kept for 30 days (a replay by intake needs it), blocks for 7, quarantine for
        90; matches, entities and agreements are state, so their topics are compacted.
        """
        kinds: tuple[EventKind, ...] = ("case", "intelligence")
        agencies = [
            self._spec(
                self.agency(code, kind),
                30,
                "record key",
                *(n for n, t in EVENT_TYPES.items() if t.agency == code and t.kind == kind),
            )
            for code in sorted(set(agency_codes))
            for kind in kinds
        ]
        return [
            *agencies,
            self._spec(self.record, 30, "record key", RECORD_SCHEMA, KEY_FACT_SCHEMA),
            self._spec(self.posting, 7, "none", POSTING_SCHEMA),
            self._spec(self.link, 7, "none", VERDICT_SCHEMA),
            self._spec(self.edge, 7, "none", EDGE_SCHEMA),
            self._spec(self.graph, 7, "none", EDGE_SCHEMA),
            self._spec(self.entity, -1, "entity id", ENTITY_SCHEMA),
            self._spec(self.match, -1, "match id", MATCH_SCHEMA),
            self._spec(self.agreement, -1, "document id"),
            self._spec(self.quarantine, 90, "origin"),
        ]

    def _spec(self, name: str, days: int, key: str, *schemas: str) -> TopicSpec:
        state = days < 0
        return TopicSpec(
            name=name,
            partitions=self.partitions,
            cleanup_policy="compact" if state else "delete",
            retention_ms=-1 if state else days * _DAY_MS,
            max_message_bytes=_QUARANTINE_BYTES if name == self.quarantine else _MESSAGE_BYTES,
            key=key,
            schema=schemas,
        )


def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition of a message key (xxh3-64): agencies' own partitioners differ."""
    return int(xxhash.xxh3_64_intdigest(key) % partitions)


GRAPH_PARTITION: Final = 0
"""Where every edge of `graph.v1` goes."""


def partition_of_key(key: int, partitions: int) -> int:
    """Return the partition of a blocking key, a signed 64-bit hash but for its lowest bit.

    That bit says what a key is (`schemas.blocking`) and would send all keys of one sort together.
    """
    return ((key & 0xFFFF_FFFF_FFFF_FFFF) >> 1) % partitions


def partition_of_sides(sides: Iterable[str], partitions: int) -> int:
    """Return the partition of an unordered pair of sides."""
    return partition_of(b"\x00".join(side.encode() for side in sorted(sides)), partitions)
