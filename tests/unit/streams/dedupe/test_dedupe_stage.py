"""What the dedupe stage sends: blocks by destination, refusals without bytes, poison with them."""

from typing import Any

from schemas import headers
from schemas.codec import Codec
from schemas.errors import Reason
from schemas.registry import load_lock
from schemas.topics import Topics
from streams import blocks
from streams.dedupe.agent import OWNER, DedupeStage
from streams.transport.batch import MemoryBatch, Message, Output, apply_changes

TOPICS = Topics("t", partitions=2)
CODEC = Codec(load_lock())


def message(offset: int, content: bytes, features: bytes = b"f", number: int = 1) -> Message:
    datum = {
        "header": {
            "record": f"s/R-{number}",
            "version": 1,
            "published_at_us": offset,
            "digest": content,
            "operation": "REPORT",
            "event_type": "any",
            "event_id": "any",
            "owner": "HSI/miami",
            "sides": ["HSI:case/1"],
            "published_ms": 0,
        },
        "entities": [{"entity": "p1", "kind": "person", "keys": [0, 2], "features": features}],
        "event": b"never read",
    }
    facts = ((headers.ORIGIN, b"t.agency.hsi.case.v1/0/%d" % offset),)
    value = CODEC.encode("liaison.Record", datum)
    return Message(b"s/R-1", value, facts, TOPICS.record, 0, offset, 1_700_000_000_000)


def run(*messages: Message) -> list[Output]:
    batch = MemoryBatch(0, {})
    DedupeStage(TOPICS, CODEC).process(messages, batch)
    return batch.outputs


def postings(output: Output) -> list[Any]:
    found: list[Any] = CODEC.decode(output.value).datum["postings"]
    return found


def test_one_block_for_each_batch_and_destination() -> None:
    outputs = run(message(0, b"a", number=1), message(1, b"a", number=2))
    assert [(o.topic, o.partition) for o in outputs] == [(TOPICS.posting, 0), (TOPICS.posting, 1)]
    assert [[p["record"] for p in postings(o)] for o in outputs] == [["s/R-1", "s/R-2"]] * 2


def test_a_block_too_large_for_a_message_is_split_in_order() -> None:
    large = bytes(blocks.MAX_BLOCK_BYTES // 3)
    outputs = run(*(message(n, b"a", large, number=n) for n in range(5)))
    here = [output for output in outputs if output.partition == 0]
    assert len(here) > 1
    assert [p["record"] for o in here for p in postings(o)] == [f"s/R-{n}" for n in range(5)]


def told(generation: int) -> Message:
    fact = {
        "record": "s/R-1",
        "published_ms": 5,
        "facts": [{"key": 0, "generation": generation}],
    }
    return Message(b"s/R-1", CODEC.encode("liaison.KeyFact", fact), (), TOPICS.record, 0, 9, 0)


def test_what_the_owner_of_a_key_tells_posts_the_record_again_once() -> None:
    rows: dict[bytes, bytes] = {}
    posted = []
    for arrived in (message(0, b"a"), told(1), told(1)):
        batch = MemoryBatch(0, rows)
        DedupeStage(TOPICS, CODEC).process((arrived,), batch)
        apply_changes(batch.changes, rows)
        posted += [p for o in batch.outputs if o.partition == 0 for p in postings(o)]
    assert [(p["reposting"], p["entities"][0]["keys"]) for p in posted] == [(0, [0, 2]), (1, [2])]


def test_of_one_record_in_one_batch_only_the_last_posting_is_worth_a_message() -> None:
    outputs = run(message(0, b"a"), message(1, b"a", number=2), told(1))
    assert [[(p["record"], p["reposting"]) for p in postings(o)] for o in outputs] == [
        [("s/R-1", 1), ("s/R-2", 0)]
    ] * 2


def test_the_loser_of_a_conflict_is_quarantined_by_position_and_digest_only() -> None:
    refused = [o for o in run(message(0, b"a"), message(1, b"b")) if o.topic == TOPICS.quarantine]
    (output,) = refused
    facts = {name: value.decode() for name, value in output.headers}
    assert output.value == b""
    assert output.key == b"t.agency.hsi.case.v1/0/0"
    assert facts[headers.ORIGIN] == output.key.decode()
    assert facts[headers.REASON] == Reason.VERSION_CONFLICT
    assert facts[headers.KEPT] == headers.KEPT_DIGEST
    assert facts[headers.DIGEST] == b"a".hex()
    assert (facts[headers.RECORD], facts[headers.AGENCY]) == ("s/R-1", "HSI")
    assert facts[OWNER] == "HSI/miami"


def test_poison_is_kept_byte_for_byte_without_the_error() -> None:
    batch = MemoryBatch(0, {})
    bad = Message(b"k", b"\x00bad", ((headers.ORIGIN, b"t/0/9"),), TOPICS.record, 0, 4, 0)
    DedupeStage(TOPICS, CODEC).poison(bad, ValueError("Jane Doe"), batch)
    (output,) = batch.outputs
    assert (output.key, output.value) == (b"t/0/9", bad.value)
    assert b"Doe" not in b"".join(value for _, value in output.headers)
    assert [name for name, _ in output.headers].count(headers.ORIGIN) == 1
