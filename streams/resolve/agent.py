"""The resolve stage: reads edge blocks, asks the core, writes rows and changed entities."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from prometheus_client import Counter

from schemas import metrics
from schemas.chain import Edge
from schemas.codec import Codec
from schemas.topics import ENTITY_SCHEMA, Topics, partition_of
from streams import poison
from streams.correlate.clusters import Edge as Link
from streams.resolve import rows
from streams.resolve.core import NOBODY, Entity, Told, changes, component, resolve
from streams.resolve.rows import Fit
from streams.transport.batch import Batch, Message

ENTITIES = Counter(metrics.ENTITIES, "Changes of entities; replays count again.", ["change"])


@dataclass(slots=True)
class _Graph:
    """All edges in force, and the entities told of; derived from the rows."""

    neighbours: dict[str, dict[str, dict[bytes, Fit]]] = field(default_factory=dict)
    """By reference, then by the other's: its fits as to each pair of sides, by row key."""
    orders: dict[bytes, int] = field(default_factory=dict)
    told: dict[str, Entity] = field(default_factory=dict)
    of_member: dict[str, str] = field(default_factory=dict)

    def place(self, key: bytes, fit: Fit) -> tuple[str, str]:
        """Take an edge; return its two ends. What stands no more leaves its order behind."""
        left, right, *_ = rows.names_of(key)
        self.orders[key] = fit.order
        for one, other in ((left, right), (right, left)):
            fits = self.neighbours.setdefault(one, {}).setdefault(other, {})
            fits.pop(key, None)
            if fit.bits is not None:
                fits[key] = fit
            elif not fits:
                del self.neighbours[one][other]
        return left, right

    def links(self, members: Iterable[str]) -> Iterator[Link]:
        """Yield the edges among members, each once, at what it weighs most."""
        for left in members:
            for right, fits in self.neighbours.get(left, {}).items():
                if left < right:
                    bits = max(fit.bits for fit in fits.values() if fit.bits is not None)
                    yield Link(left, right, bits)

    def happened_us(self, member: str) -> int:
        """When what a linked entity's record reports happened."""
        return min(
            fit.left_us if member < other else fit.right_us
            for other, fits in self.neighbours[member].items()
            for fit in fits.values()
        )

    def tell(self, entity_id: str, entity: Entity) -> None:
        """Note what is told of an entity; nothing is kept of one that is gone."""
        for member in self.told.pop(entity_id, NOBODY).members:
            if self.of_member.get(member) == entity_id:
                del self.of_member[member]
        if entity.members:
            self.told[entity_id] = entity
        self.of_member.update(dict.fromkeys(entity.members, entity_id))


class ResolveStage:
    """`graph.v1` to `entity.v1`. Table: see `rows`. One partition holds the whole graph."""

    name = "resolve"
    table = True

    def __init__(self, topics: Topics, codec: Codec) -> None:
        self.source_topics = (topics.graph,)
        self._topics = topics
        self._codec = codec
        self._graphs: dict[int, _Graph] = {}

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """See `Stage.process`.

        INVARIANT: entities are told per message, under its offset: the highest is in force.
        """
        graph = self._graphs[batch.partition]
        for message in messages:
            touched: dict[str, None] = {}
            for datum in self._codec.decode(message.value).datum["edges"]:
                edge = Edge.from_avro(datum)
                key, fit = rows.edge_key(edge), rows.fit_of(edge)
                if graph.orders.get(key, -1) < fit.order:
                    touched |= dict.fromkeys(graph.place(key, fit))
                    batch.put(key, rows.encode(fit))
            for told in list(_changed(graph, touched)):
                self._emit(told, message, batch)
                graph.tell(told.id, told.entity)
                if told.entity.members:
                    batch.put(rows.entity_key(told.id), rows.encode(told.entity))
                else:
                    batch.delete(rows.entity_key(told.id))

    def recovered(self, partition: int, rows_: Iterable[tuple[bytes, bytes]]) -> None:
        """See `Stage.recovered`."""
        graph = self._graphs[partition] = _Graph()
        for key, value in rows_:
            if rows.is_edge(key):
                graph.place(key, rows.decode_fit(value))
            else:
                (entity_id,) = rows.names_of(key)
                graph.tell(entity_id, rows.decode_entity(value))

    def revoked(self, partition: int) -> None:
        """See `Stage.revoked`."""
        del self._graphs[partition]

    def poison(self, message: Message, error: Exception, batch: Batch) -> None:
        """See `Stage.poison`."""
        del error
        poison.quarantine(self._topics, self.name, message, batch)

    def _emit(self, told: Told, message: Message, batch: Batch) -> None:
        value = self._codec.encode(
            ENTITY_SCHEMA,
            {
                "id": told.id,
                "change": told.change,
                "members": list(told.entity.members),
                "others": list(told.others),
                "ambiguous": list(told.entity.ambiguous),
                "order": message.offset,
            },
        )
        key = told.id.encode()
        to = partition_of(key, self._topics.partitions)
        batch.send(self._topics.entity, to, key, value)
        ENTITIES.labels(told.change).inc()


def _changed(graph: _Graph, touched: Iterable[str]) -> Iterator[Told]:
    """Yield what is to be said of the entities that edges at `touched` may have changed.

    Looked at are whole components as they are now, and all members of what was told of them.
    """
    members: set[str] = set()
    before: dict[str, Entity] = {}
    more = set(touched)
    while more - members:
        members = component(members | more, graph.neighbours)
        names = {graph.of_member[member] for member in members if member in graph.of_member}
        before = {name: graph.told[name] for name in names}
        more = {member for entity in before.values() for member in entity.members}
    happened_us = {m: graph.happened_us(m) for m in members if graph.neighbours.get(m)}
    return changes(before, resolve(graph.links(sorted(members)), happened_us))
