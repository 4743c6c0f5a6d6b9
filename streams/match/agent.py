"""The match stage: reads verdict blocks, asks the core, writes rows and changed matches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from prometheus_client import Counter

from schemas import metrics
from schemas.codec import Codec
from schemas.link import Verdict, sorted_pair
from schemas.match import Match
from schemas.topics import MATCH_SCHEMA, Topics, partition_of
from streams import poison
from streams.match import rows
from streams.match.core import Assessment, Known, MatchKey, PairOfSides, Sides, Supports, link_of
from streams.transport.batch import Batch, Message

MATCHES = Counter(metrics.MATCHES, "Changes of matches; replays count again.", ["class", "status"])


@dataclass(slots=True)
class _Index:
    """One partition: row keys by pair of sides, and the pairs that were looked at since."""

    keys: dict[Sides, list[bytes]] = field(default_factory=dict)
    pairs: dict[Sides, PairOfSides] = field(default_factory=dict)


class MatchStage:
    """`link.v1` to `match.v1`. Table: see `rows`.

    `supports` names the minimal sets of evidence that reach a class under the weights of
    `weights_version`.
    """

    name = "match"
    table = True

    def __init__(
        self, topics: Topics, codec: Codec, supports: Supports, weights_version: str
    ) -> None:
        self.source_topics = (topics.link,)
        self._topics = topics
        self._codec = codec
        self._supports = supports
        self._weights_version = weights_version
        self._indexes: dict[int, _Index] = {}

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """See `Stage.process`.

        INVARIANT: changes are told per message, never per batch: a match that changes and changes
        back within a batch may have been told of by a crashed attempt at a shorter one.
        """
        for message in messages:
            touched: dict[MatchKey, Verdict] = {}
            for datum in self._codec.decode(message.value).datum["verdicts"]:
                verdict = Verdict.from_avro(datum)
                pair = self._pair(sorted_pair(*verdict.sides), batch)
                touched |= dict.fromkeys(pair.hear(verdict), verdict)
                link = link_of(verdict)
                row = rows.encode_verdicts(self._codec, pair.links[link])
                batch.put(rows.link_key(pair.sides, link), row)
            for match_key, verdict in touched.items():
                assessment = self._pair(match_key.sides, batch).assess(match_key)
                if assessment is not None:
                    match = self._match(assessment, verdict.published_ms, message)
                    self._emit(match, batch)

    def recovered(self, partition: int, rows_: Iterable[tuple[bytes, bytes]]) -> None:
        """See `Stage.recovered`."""
        index = self._indexes[partition] = _Index()
        for key, _ in rows_:
            index.keys.setdefault(rows.sides_of(key), []).append(key)

    def revoked(self, partition: int) -> None:
        """See `Stage.revoked`."""
        del self._indexes[partition]

    def poison(self, message: Message, error: Exception, batch: Batch) -> None:
        """See `Stage.poison`."""
        del error
        poison.quarantine(self._topics, self.name, message, batch)

    def _pair(self, sides: Sides, batch: Batch) -> PairOfSides:
        """The pair of sides, read from its rows when first looked at."""
        index = self._indexes[batch.partition]
        pair = index.pairs.get(sides)
        if pair is None:
            pair = PairOfSides(sides, self._supports, self._weights_version)
            for key in index.keys.pop(sides, ()):
                value = batch.get(key)
                if value is not None:
                    rows.restore(self._codec, pair, key, value)
            index.pairs[sides] = pair
        return pair

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
            quiet=told.quiet,
        )

    def _emit(self, match: Match, batch: Batch) -> None:
        match_id = match.id.encode()
        known = rows.encode_known(Known(match.version, match.match_class))
        batch.put(rows.match_row_key(match.sides, match.id), known)
        value = self._codec.encode(MATCH_SCHEMA, match.to_avro())
        to = partition_of(match_id, self._topics.partitions)
        batch.send(self._topics.match, to, match_id, value)
        MATCHES.labels(match.match_class, match.status).inc()
