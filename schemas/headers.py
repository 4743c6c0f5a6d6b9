"""Names of the Kafka headers, all UTF-8 unless said otherwise."""

from typing import Final

CE_ID: Final = "ce_id"
CE_SOURCE: Final = "ce_source"
CE_TYPE: Final = "ce_type"
CE_TIME: Final = "ce_time"
TRACEPARENT: Final = "traceparent"

CLOUD_EVENT_HEADERS: Final = (CE_ID, CE_SOURCE, CE_TYPE, CE_TIME)
"""The headers that the batch signature covers."""

KEY_ID: Final = "liaison-key-id"
SIGNATURE: Final = "liaison-signature"
"""Raw 64 bytes: Ed25519 over the batch's Merkle root."""
PROOF: Final = "liaison-proof"
"""Raw bytes: see `schemas.signing`."""

SIGNATURE_HEADERS: Final = (KEY_ID, SIGNATURE, PROOF)

ORIGIN: Final = "liaison-origin"
"""`topic/partition/offset` of the agency message."""

REASON: Final = "liaison-reason"
ATTEMPTS: Final = "liaison-attempts"
FIRST_FAILURE: Final = "liaison-first-failure"
"""RFC 3339, UTC."""
KEPT: Final = "liaison-kept"
"""`bytes`: the value is the original, untouched; `digest`: value and key are empty."""
DIGEST: Final = "liaison-digest"
"""Hex SHA-256 of the original value."""
RECORD: Final = "liaison-record"
AGENCY: Final = "liaison-agency"
STAGE: Final = "liaison-stage"

KEPT_BYTES: Final = "bytes"
KEPT_DIGEST: Final = "digest"


def origin(topic: str, partition: int, offset: int) -> str:
    """Return the position of a message as the `liaison-origin` header writes it."""
    return f"{topic}/{partition}/{offset}"


def parse_origin(text: str) -> tuple[str, int, int]:
    """Read `topic/partition/offset`; raises ValueError when it is not one."""
    topic, partition, offset = text.rsplit("/", 2)
    return topic, int(partition), int(offset)
