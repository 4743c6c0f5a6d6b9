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
    whole: dict[str, set[str]] = {}
    for edge in sorted(edges, key=lambda each: (-each.bits, each.left, each.right)):
        one = whole.setdefault(edge.left, {edge.left})
        other = whole.setdefault(edge.right, {edge.right})
        if one is other or not _records(one).isdisjoint(_records(other)):
            continue
        one |= other
        whole.update(dict.fromkeys(other, one))
    found = {min(members): tuple(sorted(members)) for members in whole.values()}
    return [Cluster(found[key]) for key in sorted(found) if len(found[key]) > 1]


def _records(members: Iterable[str]) -> set[str]:
    return {member.partition("#")[0] for member in members}
