"""The match stage: reads verdict blocks, asks the core, writes rows, changed matches and edges."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from prometheus_client import Counter

from schemas import metrics
from schemas.chain import Chain, Edge
from schemas.codec import Codec
from schemas.link import Verdict, sorted_pair
from schemas.match import Match
from schemas.topics import (
    MATCH_SCHEMA,
    VERDICT_SCHEMA,
    Topics,
    partition_of,
)
from streams import poison
from streams.match import rows
from streams.match.core import Assessment, PairOfSides
from streams.match.edges import UNKNOWN, Content, EdgeWriter, content_of
from streams.match.keys import MatchKey, Sides
from streams.match.supports import Margin, Supports
from streams.match.verdicts import Link, link_of
from streams.transport.batch import Batch, Message

MATCHES = Counter(metrics.MATCHES, "Changes of matches; replays count again.", ["class", "status"])

REASSESSED_AT_ONCE: Final = 500
"""Pairs of sides that one message brings under new weights; the stage asks itself for the rest."""


@dataclass(slots=True)
class _Index:
    """One partition: row keys by pair of sides, and the pairs that were looked at since.

    Until it is `current`, `outdated` are the pairs to assess again under this build's weights.
    """

    keys: dict[Sides, list[bytes]] = field(default_factory=dict)
    pairs: dict[Sides, PairOfSides] = field(default_factory=dict)
    outdated: dict[Sides, None] = field(default_factory=dict)
    current: bool = True


@dataclass(slots=True)
class _Touched:
    """What one message may have changed: matches with their time, links with what they were."""

    matches: dict[MatchKey, int] = field(default_factory=dict)
    links: dict[tuple[Sides, Link], Content] = field(default_factory=dict)


class MatchStage:
    """`link.v1` to `match.v1`, `edge.v1` and `graph.v1`. Table: see `rows`.

    `supports` names the minimal sets of evidence that reach a class under the weights of
    `weights_version`.
    """

    name = "match"
    table = True

    def __init__(
        self,
        topics: Topics,
        codec: Codec,
        supports: Supports,
        weights_version: str,
        margin: Margin,
    ) -> None:
        self.source_topics = (topics.link,)
        self._topics = topics
        self._codec = codec
        self._supports = supports
        self._weights_version = weights_version
        self._margin = margin
        self._indexes: dict[int, _Index] = {}
        self._edges = EdgeWriter(topics, codec)

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """See `Stage.process`.

        INVARIANT: changes are told per message, never per batch: a match that changes and changes
        back within a batch may have been told of by a crashed attempt at a shorter one.
        """
        edges: list[Edge] = []
        for message in messages:
            block = self._codec.decode(message.value).datum
            touched = _Touched()
            for datum in block["verdicts"]:
                self._hear(Verdict.from_avro(datum), touched, batch)
            for datum in block["chains"]:
                self._follow(Chain.from_avro(datum), touched, batch)
            if block["weights"] == self._weights_version:
                self._reassess(message, touched, batch)
            for match_key, published_ms in touched.matches.items():
                self._tell(match_key, published_ms, message, batch)
            edges += self._changed(touched.links, message.offset, batch)
        self._edges.send(edges, batch)

    def recovered(self, partition: int, rows_: Iterable[tuple[bytes, bytes]]) -> None:
        """See `Stage.recovered`."""
        index = self._indexes[partition] = _Index()
        weights = b""
        for key, value in rows_:
            if key == rows.WEIGHTS_KEY:
                weights = value
            else:
                index.keys.setdefault(rows.sides_of(key), []).append(key)
        index.current = weights.decode() == self._weights_version
        if not index.current:
            index.outdated = dict.fromkeys(index.keys)

    def revoked(self, partition: int) -> None:
        """See `Stage.revoked`."""
        del self._indexes[partition]

    def poison(self, message: Message, error: Exception, batch: Batch) -> None:
        """See `Stage.poison`."""
        del error
        poison.quarantine(self._topics, self.name, message, batch)

    def _hear(self, verdict: Verdict, touched: _Touched, batch: Batch) -> None:
        pair, link = self._pair(sorted_pair(*verdict.sides), batch), link_of(verdict)
        if (pair.sides, link) not in touched.links:
            touched.links[pair.sides, link] = content_of(pair.edge(link))
        touched.matches |= dict.fromkeys(pair.hear(verdict), verdict.published_ms)
        index = self._indexes[batch.partition]
        if not index.current:
            # Weights before these may have told of it, and a crash have lost the row that says so.
            index.outdated[pair.sides] = None
            touched.matches.setdefault(MatchKey("identity", pair.sides), verdict.published_ms)
        row = rows.encode_verdicts(self._codec, pair.links[link])
        batch.put(rows.link_key(pair.sides, link), row)

    def _follow(self, chain: Chain, touched: _Touched, batch: Batch) -> None:
        pair = self._pair(chain.sides, batch)
        if matches := pair.follow(chain):
            row = rows.encode_chain(self._codec, chain)
            batch.put(rows.chain_key(pair.sides, chain.id), row)
            touched.matches |= dict.fromkeys(matches, chain.published_ms)

    def _reassess(self, message: Message, touched: _Touched, batch: Batch) -> None:
        """Bring some pairs of sides under these weights, and ask for the others.

        INVARIANT: only the message that asks for it may do so. Its offset is beyond every order
        given under the weights before, also where a stretch of the topic is read again.
        """
        index = self._indexes[batch.partition]
        outdated = index.outdated
        for sides in list(islice(outdated, REASSESSED_AT_ONCE)):
            del outdated[sides]
            pair = self._pair(sides, batch)
            for key in pair.everything():
                pair.forget(key)
                touched.matches.setdefault(key, message.timestamp_ms)
            for link in pair.links:
                # What it was under the weights before is not known: it is told again.
                touched.links[sides, link] = UNKNOWN
        if outdated:
            batch.send(self._topics.link, batch.partition, None, message.value)
        else:
            index.current = True
            batch.put(rows.WEIGHTS_KEY, self._weights_version.encode())

    def _pair(self, sides: Sides, batch: Batch) -> PairOfSides:
        """The pair of sides, read from its rows when first looked at."""
        index = self._indexes[batch.partition]
        pair = index.pairs.get(sides)
        if pair is None:
            pair = PairOfSides(sides, self._supports, self._weights_version, self._margin)
            for key in index.keys.pop(sides, ()):
                value = batch.get(key)
                if value is not None:
                    rows.restore(self._codec, pair, key, value)
            index.pairs[sides] = pair
        return pair

    def _tell(self, key: MatchKey, published_ms: int, message: Message, batch: Batch) -> None:
        """Emit a match where this message has changed it.

        INVARIANT: no order is given twice, nor one below the last: where a stretch is read again
        under new weights, the match waits for the message that asks for it.
        """
        pair = self._pair(key.sides, batch)
        known = pair.known.get(key.id)
        if known is not None and message.offset <= known.order:
            return
        told = pair.assess(key, message.offset)
        if told is None and known is None and not self._indexes[batch.partition].current:
            pair.doubt(key, message.offset)
        elif told is None:
            return
        row = rows.encode_known(pair.known[key.id])
        batch.put(rows.match_row_key(key.sides, key.id), row)
        if told is not None:
            self._emit(self._match(told, published_ms, message), batch)

    def _emit(self, match: Match, batch: Batch) -> None:
        value = self._codec.encode(MATCH_SCHEMA, match.to_avro())
        match_id = match.id.encode()
        to = partition_of(match_id, self._topics.partitions)
        batch.send(self._topics.match, to, match_id, value)
        MATCHES.labels(match.match_class, match.status).inc()

    def _match(self, told: Assessment, published_ms: int, message: Message) -> Match:
        """Return what is emitted; its order is the offset of the message that changed it."""
        return Match(
            id=told.key.id,
            family=told.key.family,
            match_class=told.match_class,
            version=told.version,
            status=told.status,
            sides=told.key.sides,
            supports=told.supports,
            weights_version=self._weights_version,
            order=message.offset,
            partition=message.partition,
            successor=told.successor,
            published_ms=published_ms,
            lead=told.lead,
            quiet=told.quiet,
        )

    def _changed(
        self, links: Mapping[tuple[Sides, Link], Content], order: int, batch: Batch
    ) -> Iterable[Edge]:
        """Yield the edges of links that are not what they were before the message."""
        for (sides, link), before in links.items():
            edge = self._pair(sides, batch).edge(link)
            if edge is not None and content_of(edge) != before:
                yield replace(edge, order=order)


def reassessment(codec: Codec, weights_version: str) -> bytes:
    """Return the message that asks a partition of `link.v1` to be brought under these weights."""
    return codec.encode(VERDICT_SCHEMA, {"weights": weights_version})
