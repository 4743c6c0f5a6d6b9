"""Edges on their way to the stages for analysts: which are news, and where they go."""

from collections.abc import Iterable
from typing import Any, Final

from schemas.chain import Edge
from schemas.codec import Codec
from schemas.topics import EDGE_SCHEMA, GRAPH_PARTITION, Topics, partition_of
from streams.blocks import BlockWriter
from streams.transport.batch import Batch

Content = tuple[float | str, ...]
"""What of an edge is news; nothing where the two are not linked."""

_ENDS: Final = ("left", "right")
UNKNOWN: Final[Content] = ("unknown",)


def content_of(edge: Edge | None) -> Content:
    """Return what of an edge is news: not when one and the same content came."""
    if edge is None:
        return ()
    if edge.bits is None:
        return tuple(f"quiet {support.digest}" for support in edge.quiet)
    contents = (edge.left.digest.hex(), edge.right.digest.hex())
    return edge.bits, *contents, *(support.digest for support in edge.supports)


def _outline(end: dict[str, Any]) -> dict[str, Any]:
    """What entities are made of: who, and when it happened."""
    return end | {"facts": [], "digest": b""}


class EdgeWriter:
    """Sends edges to the partitions of both their records, and all of them to one."""

    def __init__(self, topics: Topics, codec: Codec) -> None:
        self._partitions = topics.partitions
        self._edges = BlockWriter(codec, EDGE_SCHEMA, "edges", topics.edge)
        self._graph = BlockWriter(codec, EDGE_SCHEMA, "edges", topics.graph)

    def send(self, edges: Iterable[Edge], batch: Batch) -> None:
        """Send edges in order, in as few messages as their size allows."""
        blocks: dict[int, list[dict[str, Any]]] = {}
        whole = []
        for edge in edges:
            datum = edge.to_avro()
            bare: dict[str, Any] = {"supports": [], "quiet": []}
            whole.append(datum | bare | {end: _outline(datum[end]) for end in _ENDS})
            records = (edge.left.record, edge.right.record)
            for to in {partition_of(each.encode(), self._partitions) for each in records}:
                blocks.setdefault(to, []).append(datum)
        for to in sorted(blocks):
            self._edges.send(batch, to, blocks[to])
        if whole:
            self._graph.send(batch, GRAPH_PARTITION, whole)
