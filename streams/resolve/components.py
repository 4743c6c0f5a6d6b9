"""Edges to clusters, until `streams.correlate.clusters` does it under the same signature. Pure.

Strongest edge first, two clusters become one unless that would make two entities of one record the
same: a record does not name one person twice.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Edge(NamedTuple):
    """A link of two entities by reference, and what it weighs."""

    left: str
    right: str
    bits: float


class Cluster(NamedTuple):
    """Entities that are one; references, sorted."""

    members: tuple[str, ...]


def cluster(edges: Iterable[Edge]) -> list[Cluster]:
    """Return the clusters of two or more; the order of the edges does not matter."""
    whole: dict[str, _Part] = {}
    for edge in sorted(edges, key=lambda each: (-each.bits, each.left, each.right)):
        one, other = (whole.get(end) or _Part(end) for end in (edge.left, edge.right))
        larger, smaller = (one, other) if len(one.members) >= len(other.members) else (other, one)
        if one is other or not larger.records.isdisjoint(smaller.records):
            continue
        larger.members += smaller.members
        larger.records |= smaller.records
        whole |= dict.fromkeys(smaller.members, larger)
        whole[edge.left] = whole[edge.right] = larger
    parts = {id(part): part for part in whole.values()}
    return sorted(Cluster(tuple(sorted(part.members))) for part in parts.values())


class _Part:
    """Entities found to be one so far, and the records that they stand in."""

    def __init__(self, member: str) -> None:
        self.members = [member]
        self.records = {member.partition("#")[0]}
