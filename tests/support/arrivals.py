"""A record's arrivals in a few words, for tests of dedupe's core."""

from typing import Any

from schemas.record import KeyFact, KeyGeneration, RecordPostings
from streams.dedupe.core import Settlement, settle
from streams.dedupe.state import RecordState

PARTITIONS = 4


def record(
    version: int = 1,
    content: bytes = b"a",
    published_at_us: int = 10,
    keys: dict[str, list[int]] | None = None,
    **header: Any,
) -> RecordPostings:
    """One version of record `s/R-1`; an entity `p1` with key 0 unless said otherwise.

    Keys are given by number, as `key` has it.
    """
    entities = {"p1": [0]} if keys is None else keys
    return {
        "header": {
            "record": "s/R-1",
            "version": version,
            "published_at_us": published_at_us,
            "digest": content,
            "operation": "REPORT",
            "event_type": "any",
            "event_id": "any",
            "owner": "HSI/miami",
            "sides": ["HSI:record/s/R-1"],
            "published_ms": 0,
            **header,  # type: ignore[typeddict-item]
        },
        "entities": [
            {
                "entity": entity,
                "kind": "person",
                "keys": [key(number) for number in held],
                "features": b"f",
                "finer": [],
                "role": "",
                "facts": [],
            }
            for entity, held in entities.items()
        ],
    }


def key(number: int) -> int:
    """The key of a number, which may be split; it belongs to partition `number` modulo four."""
    return 2 * number


def fact(*facts: tuple[int, int], record: str = "s/R-1", published_ms: int = 9) -> KeyFact:
    """(key number, generation) as the owner of the keys tells them."""
    news = [KeyGeneration(key=key(number), generation=generation) for number, generation in facts]
    return KeyFact(record=record, published_ms=published_ms, facts=news)


def fold(*arrivals: tuple[RecordPostings, str]) -> tuple[RecordState, list[Settlement]]:
    state: RecordState | None = None
    settlements = []
    for arrived, origin in arrivals:
        settlements.append(settle(state, arrived, origin, PARTITIONS))
        state = settlements[-1].state or state
    assert state is not None
    return state, settlements


def told(settlement: Settlement) -> dict[int, dict[str, list[int]]]:
    """By destination: the key list of each entity posted there."""
    return {
        partition: {e["entity"]: [each // 2 for each in e["keys"]] for e in posting["entities"]}
        for partition, posting in settlement.postings.items()
    }
