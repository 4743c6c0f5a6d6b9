"""The dedupe stage: reads rows, asks the core, writes rows, posting blocks and refusals."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, cast

from prometheus_client import Counter

from schemas import headers, metrics
from schemas.codec import Codec
from schemas.errors import Reason
from schemas.record import KeyFact, Posting
from schemas.topics import KEY_FACT_SCHEMA, POSTING_SCHEMA, Topics
from streams import poison
from streams.blocks import BlockWriter
from streams.dedupe import core, rows
from streams.dedupe.postings import enqueue
from streams.transport.batch import Batch, Message

DUPLICATES = Counter(metrics.DUPLICATES, "Contents that came again; replays count again.")
CORRECTIONS = Counter(metrics.CORRECTIONS, "Versions that replaced another one; replays count.")
WITHDRAWALS = Counter(metrics.WITHDRAWALS, "Records withdrawn; replays count again.")

OWNER: Final = "liaison-owner"
"""Quarantine header of a version conflict: AGENCY/office whose inbox hears of it."""


class DedupeStage:
    """`record.v1` to `posting.v1`. Table: record key to `core.RecordState`."""

    name = "dedupe"
    table = True
    row_format = rows.FORMAT

    def __init__(self, topics: Topics, codec: Codec) -> None:
        self.source_topics = (topics.record,)
        self._topics = topics
        self._codec = codec
        self._writer = BlockWriter(codec, POSTING_SCHEMA, "postings", topics.posting)

    def process(self, messages: Sequence[Message], batch: Batch) -> None:
        """See `Stage.process`.

        INVARIANT: every version passes through the state, also one that the next message of the
        batch replaces: a crashed attempt at a shorter batch may have posted it, and its keys are
        told of the next version only because that one finds them in the state.
        """
        blocks: dict[int, dict[str, list[Posting]]] = {}
        for message in messages:
            for partition, posting in self._settle(message, batch).items():
                block = blocks.setdefault(partition, {})
                enqueue(block.setdefault(posting["record"], []), posting)
        for partition in sorted(blocks):
            postings = [*chain.from_iterable(blocks[partition].values())]
            self._writer.send(batch, partition, postings)

    def recovered(self, partition: int, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """No index is derived: every row is read by its key."""

    def revoked(self, partition: int) -> None:
        """See `recovered`."""

    def poison(self, message: Message, error: Exception, batch: Batch) -> None:
        """See `Stage.poison`."""
        del error
        poison.quarantine(self._topics, self.name, message, batch)

    def _settle(self, message: Message, batch: Batch) -> Mapping[int, Posting]:
        if self._codec.schema_name(message.value) == KEY_FACT_SCHEMA:
            return self._inform(message, batch)
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
        _count(settled, known=state is not None, operation=record["header"]["operation"])
        return settled.postings

    def _inform(self, message: Message, batch: Batch) -> Mapping[int, Posting]:
        told = cast("KeyFact", self._codec.decode(message.value).datum)
        key = told["record"].encode()
        row = batch.get(key)
        state = None if row is None else rows.decode(row)
        settled = core.inform(state, told, self._topics.partitions)
        if settled.state is not None:
            batch.put(key, rows.encode(settled.state))
        return settled.postings

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


def _count(settled: core.Settlement, *, known: bool, operation: str) -> None:
    if settled.judgement is core.Judgement.DUPLICATE:
        DUPLICATES.inc()
    elif settled.judgement not in (core.Judgement.NEWER, core.Judgement.WINNER):
        return
    elif operation == "WITHDRAW":
        WITHDRAWALS.inc()
    elif known:
        CORRECTIONS.inc()
