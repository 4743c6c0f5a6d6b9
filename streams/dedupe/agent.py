"""The dedupe stage: reads rows, asks the core, writes rows, posting blocks and refusals."""

from collections.abc import Iterable, Sequence
from typing import Final

from prometheus_client import Counter

from schemas import headers
from schemas.codec import Codec
from schemas.errors import Reason
from schemas.record import Posting
from schemas.topics import POSTING_SCHEMA, Topics
from streams import poison
from streams.blocks import BlockWriter
from streams.dedupe import core, rows
from streams.transport.batch import Batch, Message

ARRIVALS = Counter(
    "liaison_streams_dedupe_arrivals_total",
    "Record versions by what they were to the version in force; replays count again.",
    ["judgement"],
)

OWNER: Final = "liaison-owner"
"""Quarantine header of a version conflict: AGENCY/office whose inbox hears of it."""


class DedupeStage:
    """`record.v1` to `posting.v1`. Table: record key to `core.RecordState`."""

    name = "dedupe"
    table = True

    def __init__(self, topics: Topics, codec: Codec) -> None:
        self.source_topics = (topics.record,)
        self._topics = topics
        self._codec = codec
        self._writer = BlockWriter(codec, POSTING_SCHEMA, "postings", topics.posting)

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """See `Stage.process`.

        INVARIANT: every version is posted, also one that the next message of the batch replaces: a
        crashed attempt at a shorter batch may have posted it, and the keys it was posted to are
        then told of the next version only because that one finds it in the state.
        """
        blocks: dict[int, list[Posting]] = {}
        for message in messages:
            for partition, posting in self._settle(message, batch).items():
                blocks.setdefault(partition, []).append(posting)
        for partition in sorted(blocks):
            self._writer.send(batch, partition, blocks[partition])

    def recovered(self, partition: int, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """No index is derived: every row is read by its key."""

    def revoked(self, partition: int) -> None:
        """See `recovered`."""

    def poison(self, message: Message, error: Exception, batch: Batch) -> None:
        """See `Stage.poison`."""
        del error
        poison.quarantine(self._topics, self.name, message, batch)

    def _settle(self, message: Message, batch: Batch) -> dict[int, Posting]:
        record = self._codec.decode_record_postings(message.value)
        key = record["header"]["record"].encode()
        row = batch.get(key)
        state = None if row is None else rows.decode(row)
        origin = poison.origin_of(message)
        settled = core.settle(state, record, origin, self._topics.partitions)
        if settled.state is not None:
            batch.put(key, rows.encode(settled.state))
        for refusal in settled.refusals:
            self._refuse(refusal, key, message, batch)
        ARRIVALS.labels(settled.judgement).inc()
        return dict(settled.postings)

    def _refuse(self, refusal: core.Refusal, record: bytes, message: Message, batch: Batch) -> None:
        """Quarantine the loser by position and content digest; the agency topic has its bytes."""
        agency, _, _ = refusal.owner.partition("/")
        facts = (
            *poison.reason_headers(refusal.origin, Reason.VERSION_CONFLICT, self.name, message),
            (headers.KEPT, headers.KEPT_DIGEST.encode()),
            (headers.DIGEST, refusal.digest.hex().encode()),
            (headers.RECORD, record),
            (headers.AGENCY, agency.encode()),
            (OWNER, refusal.owner.encode()),
        )
        poison.send(self._topics, batch, refusal.origin, b"", facts)
