"""The network stage: reads edge blocks, asks the core, writes rows and changed chains."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from prometheus_client import Gauge

from schemas import metrics
from schemas.chain import Chain, Edge
from schemas.codec import Codec
from schemas.match import Support
from schemas.topics import VERDICT_SCHEMA, Topics, partition_of, partition_of_sides
from streams import poison
from streams.blocks import BlockWriter
from streams.match.supports import digest
from streams.network import rows
from streams.network.core import traverse
from streams.network.rows import Told
from streams.transport.batch import Batch, Message

HUBS = Gauge(metrics.HUBS, "Records linked to more than chains are followed through.")


@dataclass(slots=True)
class _Node:
    """One record: the edges that end in it by row key, and what was told of its chains by id."""

    edges: dict[bytes, Edge] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)


@dataclass(slots=True)
class _Index:
    """One partition: row keys by record, the records looked at since, those that are hubs."""

    keys: dict[str, list[bytes]] = field(default_factory=dict)
    nodes: dict[str, _Node] = field(default_factory=dict)
    hubs: set[str] = field(default_factory=set)


class NetworkStage:
    """`edge.v1` to chains on `link.v1`. Table: see `rows`."""

    name = "network"
    table = True

    def __init__(self, topics: Topics, codec: Codec) -> None:
        self.source_topics = (topics.edge,)
        self._topics = topics
        self._codec = codec
        self._writer = BlockWriter(codec, VERDICT_SCHEMA, "chains", topics.link)
        self._indexes: dict[int, _Index] = {}

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """See `Stage.process`.

        INVARIANT: chains are told per message, under its offset: whoever repeats the message from
        the same rows says the same, and the highest offset is the latest word on a chain.
        """
        blocks: dict[int, list[dict[str, Any]]] = {}
        for message in messages:
            touched: dict[str, int] = {}
            for datum in self._codec.decode(message.value).datum["edges"]:
                edge = Edge.from_avro(datum)
                for record in self._keep(edge, batch):
                    touched[record] = edge.published_ms
            for record, published_ms in touched.items():
                for chain in self._changed(record, batch):
                    whole = replace(chain, order=message.offset, published_ms=published_ms)
                    partition = partition_of_sides(chain.sides, self._topics.partitions)
                    blocks.setdefault(partition, []).append(whole.to_avro())
        for partition in sorted(blocks):
            self._writer.send(batch, partition, blocks[partition])
        HUBS.set(sum(len(index.hubs) for index in self._indexes.values()))

    def recovered(self, partition: int, rows_: Iterable[tuple[bytes, bytes]]) -> None:
        """See `Stage.recovered`."""
        index = self._indexes[partition] = _Index()
        for key, _ in rows_:
            index.keys.setdefault(rows.record_of(key), []).append(key)

    def revoked(self, partition: int) -> None:
        """See `Stage.revoked`."""
        del self._indexes[partition]

    def poison(self, message: Message, error: Exception, batch: Batch) -> None:
        """See `Stage.poison`."""
        del error
        poison.quarantine(self._topics, self.name, message, batch)

    def _keep(self, edge: Edge, batch: Batch) -> Iterator[str]:
        """Put an edge under each of its records that lives here, where it is news; yield those."""
        for record in dict.fromkeys((edge.left.record, edge.right.record)):
            if partition_of(record.encode(), self._topics.partitions) != batch.partition:
                continue
            node, key = self._node(record, batch), rows.edge_key(record, edge)
            known = node.edges.get(key)
            if known is None or known.order < edge.order:
                node.edges[key] = edge
                batch.put(key, rows.encode_edge(self._codec, edge))
                yield record

    def _changed(self, record: str, batch: Batch) -> Iterator[Chain]:
        """Yield the chains through a record that are not what was told of them."""
        node = self._node(record, batch)
        chains, is_hub = traverse(record, node.edges.values())
        hubs = self._indexes[batch.partition].hubs
        (hubs.add if is_hub else hubs.discard)(record)
        for gone in [each for each in node.told if each not in chains]:
            told = node.told[gone]
            if told.digest:
                chain = Chain(gone, told.kind, told.sides, 0, (), 0)
                self._tell(record, chain, told._replace(digest=""), batch)
                yield chain
        for chain in chains.values():
            if not chain.supports and chain.id not in node.told:
                continue  # Nobody was told of it, so nobody needs to know that it is quiet.
            said = digest([*_marks("", chain.supports), *_marks("quiet ", chain.quiet)])
            told = Told(said, chain.kind, chain.sides)
            if node.told.get(chain.id) != told:
                self._tell(record, chain, told, batch)
                yield chain

    def _tell(self, record: str, chain: Chain, told: Told, batch: Batch) -> None:
        self._node(record, batch).told[chain.id] = told
        batch.put(rows.chain_key(record, chain), rows.encode_told(told))

    def _node(self, record: str, batch: Batch) -> _Node:
        """The node of a record, read from its rows when first looked at."""
        index = self._indexes[batch.partition]
        node = index.nodes.get(record)
        if node is None:
            node = index.nodes[record] = _Node()
            for key in index.keys.pop(record, ()):
                value = batch.get(key)
                if value is None:
                    continue
                if rows.is_edge(key):
                    node.edges[key] = rows.decode_edge(self._codec, value)
                else:
                    node.told[rows.chain_id(key)] = rows.decode_told(value)
        return node


def _marks(word: str, supports: Iterable[Support]) -> Iterator[str]:
    return (word + support.digest for support in supports)
