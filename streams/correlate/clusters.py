"""Entities from links: a pure function of the links, in whatever order they come.

Joining everything that is linked would make one person of a family, or of half a town. Links are
taken strongest first, and two groups join only where all that is known between them, taken
together, speaks for it: the mean over every pair across them, pairs that never came up counting a
little against it. What the brakes refuse stays an ambiguous link, for an analyst.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

UNSEEN_BITS: Final = -2.0
"""What a pair counts for that never came up as a link."""
MOST_BITS: Final = 8.0
"""What one link counts for at most: no single one carries two groups."""
_ROUNDS: Final = 2
"""A second look: what was refused between two small groups may hold between grown ones."""


class Edge(NamedTuple):
    """A link between two references; bits above (or below) the release threshold."""

    left: str
    right: str
    bits: float


class Cluster(NamedTuple):
    """One entity: its members in order, and the links between it and others that were refused."""

    members: tuple[str, ...]
    ambiguous: tuple[Edge, ...]

    @property
    def entity(self) -> str:
        """The id: that of the member that sorts first."""
        return self.members[0]


class _Groups:
    """Groups under way: who is in which, and the sum and number of links between any two."""

    def __init__(self, edges: list[Edge]) -> None:
        self.group: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}
        self._between: dict[str, dict[str, tuple[float, int]]] = {}
        for left, right, bits in edges:
            for one, other in ((left, right), (right, left)):
                if one not in self.group:
                    self.group[one] = one
                    self.members[one] = [one]
                    self._between[one] = {}
                counted = max(-MOST_BITS, min(MOST_BITS, bits))
                self._between[one][other] = (counted, 1)

    def belong(self, one: str, other: str) -> bool:
        """Whether the mean over all pairs across two groups speaks for joining them."""
        bits, count = self._between[one].get(other, (0.0, 0))
        pairs = len(self.members[one]) * len(self.members[other])
        return bits + UNSEEN_BITS * (pairs - count) > 0

    def join(self, one: str, other: str) -> None:
        """Make one group of two, the smaller into the larger."""
        sizes = len(self._between[one]), len(self._between[other])
        into, gone = (one, other) if sizes[0] >= sizes[1] else (other, one)
        members = self.members.pop(gone)
        self.members[into] += members
        for member in members:
            self.group[member] = into
        mine = self._between[into]
        mine.pop(gone, None)
        for third, (bits, count) in self._between.pop(gone).items():
            if third == into:
                continue
            before = mine.get(third, (0.0, 0))
            mine[third] = between = (before[0] + bits, before[1] + count)
            theirs = self._between[third]
            del theirs[gone]
            theirs[into] = between


def cluster(edges: Iterable[Edge]) -> list[Cluster]:
    """The entities of some links, by the id of each; only those of two members or more.

    Edges below the threshold (negative bits) join nothing by themselves: they count as what is
    known between two groups. A pair may stand once only.
    """
    # INVARIANT: the order of work is that of the sorted edges, never that of arrival.
    ordered = sorted(edges, key=lambda edge: (-edge.bits, edge.left, edge.right))
    groups = _Groups(ordered)
    strong = [edge for edge in ordered if edge.bits >= 0]
    for _ in range(_ROUNDS):
        refused = []
        for edge in strong:
            one, other = groups.group[edge.left], groups.group[edge.right]
            if one != other:
                if groups.belong(one, other):
                    groups.join(one, other)
                else:
                    refused.append(edge)
        strong = refused
    return _clusters(groups, strong)


def _clusters(groups: _Groups, refused: list[Edge]) -> list[Cluster]:
    ambiguous: dict[str, list[Edge]] = {}
    for edge in refused:
        ends = groups.group[edge.left], groups.group[edge.right]
        if ends[0] != ends[1]:
            for end in ends:
                ambiguous.setdefault(end, []).append(edge)
    found = [
        Cluster(tuple(sorted(members)), tuple(sorted(ambiguous.get(name, ()))))
        for name, members in groups.members.items()
        if len(members) > 1 or name in ambiguous
    ]
    return sorted(found)
