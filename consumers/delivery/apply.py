"""Pipeline messages into the vault: records, matches, and the conflicts an owner must hear of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from sqlalchemy import Connection

from consumers.sqlite import Upsert
from consumers.store.matches import apply_matches
from consumers.store.records import Arrival, apply_records
from consumers.store.vault import POSITION, REFUSAL
from schemas.codec import Codec
from schemas.errors import ContractError, Reason
from schemas.headers import ORIGIN, REASON, RECORD
from schemas.match import Match
from schemas.topics import KEY_FACT_SCHEMA, Topics

log = structlog.get_logger(__name__)

_ADD_REFUSAL: Final = Upsert(REFUSAL, ())
_PUT_POSITION: Final = Upsert(POSITION)


@dataclass(frozen=True, slots=True)
class Message:
    """One Kafka message."""

    topic: str
    partition: int
    offset: int
    value: bytes
    headers: Mapping[str, bytes]
    timestamp_ms: int


class Intake:
    """Applies a poll's messages within the caller's transaction, positions included."""

    def __init__(self, codec: Codec, topics: Topics) -> None:
        self._codec = codec
        self._topics = topics

    def apply(
        self, connection: Connection, messages: Sequence[Message], generation: int, now_us: int
    ) -> int:
        """Apply messages in order; return how many could not be read.

        Such a message is ours and broken: it is logged by position and passed over. What rests
        on it stays parked, which alarms, and discloses nothing.
        """
        by_topic: dict[str, list[Message]] = {}
        for message in messages:
            by_topic.setdefault(message.topic, []).append(message)
        unreadable = 0
        records, matches = [], []
        for message in by_topic.get(self._topics.record, ()):
            try:
                if self._codec.schema_name(message.value) != KEY_FACT_SCHEMA:
                    records.append(_arrival(self._codec.decode(message.value).datum))
            except ContractError as error:
                unreadable += _unreadable(message, error)
        for message in by_topic.get(self._topics.match, ()):
            try:
                match = Match.from_avro(self._codec.decode(message.value).datum)
            except (ContractError, ValueError) as error:
                unreadable += _unreadable(message, error)
            else:
                matches.append((match, message.value))
        # INVARIANT: a match asks for its own decision and a record for all matches that use it,
        # so whichever of the two comes first, the later one sees both.
        apply_matches(connection, matches, now_us)
        apply_records(connection, records, self._codec, now_us)
        _apply_refusals(connection, by_topic.get(self._topics.quarantine, ()))
        _advance(connection, messages, generation)
        return unreadable


def _arrival(record: Mapping[str, Any]) -> Arrival:
    header = record["header"]
    return Arrival(
        record=header["record"],
        rank=(header["version"], header["published_at_us"], header["digest"]),
        owner=header["owner"],
        withdrawn=header["operation"] == "WITHDRAW",
        event_type=header["event_type"],
        sides=tuple(header["sides"]),
        event=record["event"],
    )


def _unreadable(message: Message, error: Exception) -> int:
    log.error(
        "pipeline_message_unreadable",
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        reason=error.code if isinstance(error, ContractError) else type(error).__name__,
    )
    return 1


def _apply_refusals(connection: Connection, messages: Iterable[Message]) -> None:
    rows = [
        {
            "origin": message.headers[ORIGIN].decode(),
            "record": message.headers[RECORD].decode(),
            "reason": Reason.VERSION_CONFLICT,
            "refused_us": message.timestamp_ms * 1_000,
            "told": False,
        }
        for message in messages
        if message.headers.get(REASON) == Reason.VERSION_CONFLICT.encode()
        and ORIGIN in message.headers
        and RECORD in message.headers
    ]
    _ADD_REFUSAL(connection, *rows)


def _advance(connection: Connection, messages: Iterable[Message], generation: int) -> None:
    """Write positions with the effects.

    # INVARIANT: in one transaction, so a crash repeats a message whole or not at all.
    """
    ends = {(m.topic, m.partition): m.offset + 1 for m in messages}
    _PUT_POSITION(
        connection,
        *(
            {
                "topic": topic,
                "partition": partition,
                "next_offset": next_offset,
                "generation": generation,
            }
            for (topic, partition), next_offset in ends.items()
        ),
    )
