"""The SDK without a broker: facade, validation by path, stripping, signatures, webhooks."""

import base64
import json
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

import producers.sdk
from producers.sdk import (
    MemoryPublisher,
    PublishError,
    Receipt,
    Rejected,
    SigningKeyPair,
    ValidationError,
    WebhookError,
    verify_webhook,
)
from schemas import headers, signing
from schemas.codec import Codec
from schemas.errors import DISPOSITIONS
from schemas.registry import load_lock
from tests.support.reports import report

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
BYTES = b"not for anyone"


@pytest.fixture
def publisher() -> MemoryPublisher:
    return MemoryPublisher(source="hsi.field")


def test_facade_is_exactly_what_partners_may_rely_on() -> None:
    assert sorted(producers.sdk.__all__) == [
        "EntityFields",
        "EventFields",
        "MarkingFields",
        "MemoryPublisher",
        "PublishError",
        "Publisher",
        "Receipt",
        "Rejected",
        "SigningKeyPair",
        "Timeouts",
        "ValidationError",
        "WebhookError",
        "address",
        "entity",
        "event",
        "event_type",
        "identifier",
        "name",
        "person",
        "predicate",
        "verify_webhook",
    ]
    assert all(hasattr(producers.sdk, exported) for exported in producers.sdk.__all__)


@pytest.mark.parametrize("error", [ValidationError, PublishError, WebhookError])
def test_every_error_has_a_disposition(error: type[Exception]) -> None:
    assert any(kind in DISPOSITIONS for kind in error.mro())


def test_sound_event_is_signed_and_reads_back_as_it_was(publisher: MemoryPublisher) -> None:
    made = report()
    receipt = publisher.publish(made)
    (message,) = publisher.sent
    assert receipt.topic == message.topic == "liaison.agency.hsi.intelligence.v1"
    assert message.key == b"hsi.field/R-1"
    datum = Codec(load_lock()).decode_untrusted(message.value).datum
    assert datum["entities"] == made["entities"]
    assert datum["header"]["event_id"] == receipt.event_id


def test_one_signature_over_a_batch_verifies_each_message_and_no_other() -> None:
    key = SigningKeyPair(signing.generate_key())
    publisher = MemoryPublisher(source="hsi.field", key=key)
    unsigned = [
        publisher._preparer.prepare(report(header={"record_id": f"R-{i}"})) for i in range(9)
    ]
    messages = publisher._preparer.sign(unsigned)
    public_key = signing.public_bytes(key.private_key)
    named = [dict(message.headers) for message in messages]
    assert len({each[headers.SIGNATURE] for each in named}) == 1
    for message, found in zip(messages, named, strict=True):
        leaf = signing.event_leaf(message.topic, message.key, found, message.value)
        assert signing.verify(public_key, leaf, found[headers.SIGNATURE], found[headers.PROOF])
        moved = signing.event_leaf("liaison.agency.hsi.case.v1", message.key, found, message.value)
        assert not signing.verify(public_key, moved, found[headers.SIGNATURE], found[headers.PROOF])
        assert found[headers.KEY_ID].decode() == key.key_id


def test_stream_yields_one_result_for_each_event_in_order(publisher: MemoryPublisher) -> None:
    events = [report(header={"event_id": f"e{i}", "version": i % 3}) for i in range(9)]
    results = list(publisher.publish_many(events))
    assert [result.event_id for result in results] == [f"e{i}" for i in range(9)]
    assert [type(r) for r in results] == [Rejected, Receipt, Receipt] * 3
    assert [r.index for r in results if isinstance(r, Rejected)] == [0, 3, 6]


def test_fake_broker_that_is_down_says_so(publisher: MemoryPublisher) -> None:
    publisher.publish(report())
    publisher.broker_down = True
    with pytest.raises(PublishError) as caught:
        publisher.publish(report())
    assert caught.value.retryable
    assert len(publisher.sent) == 1


def test_webhook_verifies_only_with_its_secret_and_untouched() -> None:
    body = json.dumps({"id": "n-1"})
    now = datetime.now(UTC)
    signed = {
        "Webhook-Id": "n-1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": Webhook(SECRET).sign("n-1", now, body),
    }
    assert verify_webhook(body.encode(), signed, SECRET) == {"id": "n-1"}
    stale = {**signed, "Webhook-Timestamp": str(int(now.timestamp()) - 3_600)}
    other = "whsec_" + base64.b64encode(b"j" * 32).decode()
    for tampered, found, secret in (
        (body + " ", signed, SECRET),
        (body, stale, SECRET),
        (body, {}, SECRET),
        (body, {**signed, "Webhook-Signature": "v2"}, SECRET),
        (body, signed, other),
        (body, signed, ""),
    ):
        with pytest.raises(WebhookError):
            verify_webhook(tampered.encode(), found, secret)
