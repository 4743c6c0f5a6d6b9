"""The SDK without a broker: facade, validation by path, stripping, signatures, webhooks."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

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
    event,
    identifier,
    person,
    predicate,
    verify_webhook,
)
from schemas import headers, signing
from schemas.codec import Codec
from schemas.errors import DISPOSITIONS, Reason
from schemas.event import Event
from schemas.registry import load_lock

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
BYTES = b"not for anyone"


def report(**changes: Any) -> Event:
    """A sound report on one person with two identifiers."""
    subject = person(
        "p1",
        "Ana Ruiz",
        role="subject",
        birth_date="1980-02-03",
        nationalities=["MX"],
        identifiers=[identifier("phone", "+13055550100"), identifier("passport", "E1234567", "MX")],
    )
    subject.update(changes.pop("entity", {}))
    made = event(
        "hsi.field.SubjectReported",
        "R-1",
        office="miami",
        marking={"predicate": predicate("seen at the yard", date(2026, 1, 2))},
        entities=[subject],
    )
    made["header"].update(changes.pop("header", {}))
    made["marking"].update(changes.pop("marking", {}))
    made.update(changes)  # type: ignore[typeddict-item]
    return made


def place(**changes: Any) -> dict[str, Any]:
    start = datetime(2026, 11, 3, tzinfo=UTC)
    return {
        "id": "o1",
        "latitude_microdegrees": 25_770_000,
        "longitude_microdegrees": -80_190_000,
        "radius_metres": 500,
        "uncertainty_metres": 0,
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "country": "US",
        **changes,
    }


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


CASES: list[tuple[dict[str, Any], str, Reason]] = [
    ({"header": {"version": 0}}, "header.version", Reason.MALFORMED),
    ({"header": {"record_id": "a b"}}, "header.record_id", Reason.MALFORMED),
    ({"header": {"office": "Miami"}}, "header.office", Reason.MALFORMED),
    ({"header": {"cases": ["26-1", ""]}}, "header.cases[1]", Reason.MALFORMED),
    (
        {"header": {"occurred_at": datetime(2026, 1, 1)}},  # noqa: DTZ001 - naive on purpose
        "header.occurred_at",
        Reason.MALFORMED,
    ),
    ({"marking": {"predicate": None}}, "marking.predicate", Reason.NO_PREDICATE),
    ({"marking": {"caveats": ["LES", "LOUD"]}}, "marking.caveats[1]", Reason.UNKNOWN_CAVEAT),
    (
        {
            "marking": {
                "fields": [
                    {
                        "entity": "p9",
                        "field": "phone",
                        "value": None,
                        "caveats": [],
                        "originator": "FBI",
                    }
                ]
            }
        },
        "marking.fields[0].entity",
        Reason.MALFORMED,
    ),
    (
        {"entity": {"identifiers": [identifier("phone", "1"), identifier("passport", " ")]}},
        "entities[0].identifiers[1].value",
        Reason.MALFORMED,
    ),
    (
        {"entity": {"identifiers": [identifier("pasport", "E1")]}},
        "entities[0].identifiers[0].scheme",
        Reason.MALFORMED,
    ),
    ({"entity": {"birth_date": "3 Feb 1980"}}, "entities[0].birth_date", Reason.MALFORMED),
    (
        {"entity": {"nationalities": ["MX", "mexico"]}},
        "entities[0].nationalities[1]",
        Reason.MALFORMED,
    ),
    (
        {"entity": {"associations": [{"kind": "religious", "description": "", "nexus": "none"}]}},
        "entities[0].associations[0].nexus",
        Reason.PROTECTED_ACTIVITY,
    ),
    (
        {"places": [place(radius_metres=30_000)]},
        "places[0].radius_metres",
        Reason.PLACE_TIME_TOO_LARGE,
    ),
    ({"places": [place(id="p1")]}, "places[0].id", Reason.MALFORMED),
    ({"detail": {"activity": "x" * 300_000}}, "event", Reason.OVERSIZED),
]


@pytest.mark.parametrize(("changes", "path", "reason"), CASES, ids=[case[1] for case in CASES])
def test_broken_field_is_named_by_its_path_and_nothing_is_sent(
    publisher: MemoryPublisher, changes: dict[str, Any], path: str, reason: Reason
) -> None:
    with pytest.raises(ValidationError) as caught:
        publisher.publish(report(**changes))
    assert (caught.value.path, caught.value.problems[0].reason) == (path, reason)
    assert publisher.sent == []


def test_no_error_repeats_a_value_of_the_event(publisher: MemoryPublisher) -> None:
    secret = "Zanzibar-canary"
    broken = report(entity={"birth_date": secret, "nationalities": [secret], "kind": secret})
    with pytest.raises(ValidationError) as caught:
        publisher.publish(broken)
    assert len(caught.value.problems) == 3
    assert secret not in repr(caught.value.problems) + str(caught.value)


def test_event_of_another_shape_is_refused_not_crashed_on(publisher: MemoryPublisher) -> None:
    shapeless: Any = {"header": {"source": "hsi.field"}}
    with pytest.raises(ValidationError, match="shape"):
        publisher.publish(shapeless)
    wrong_type = report(detail={"activity": 7})
    with pytest.raises(ValidationError, match="shape"):
        publisher.publish(wrong_type)


def test_publisher_speaks_for_its_own_source_alone(publisher: MemoryPublisher) -> None:
    with pytest.raises(ValidationError, match=r"header\.source"):
        publisher.publish(event("bis.oee.CaseOpened", "C-1", office="enforcement"))


def test_withdrawal_needs_no_predicate(publisher: MemoryPublisher) -> None:
    withdrawal = report(header={"operation": "WITHDRAW", "version": 2}, marking={"predicate": None})
    assert publisher.publish({**withdrawal, "entities": []})


@pytest.mark.parametrize(
    ("role", "caveats", "kept"),
    [("victim", [], False), ("subject", ["VICTIM_1367"], False), ("subject", [], True)],
)
def test_media_of_a_victim_is_cut_to_its_hash(
    publisher: MemoryPublisher, role: str, caveats: list[str], kept: bool
) -> None:
    media = {"media_type": "image/png", "sha256": b"\0" * 32, "content": BYTES}
    made = report(entity={"role": role, "attachments": [media]}, marking={"caveats": caveats})
    publisher.publish(made)
    (attachment,) = (
        Codec(load_lock()).decode(publisher.sent[0].value).datum["entities"][0]["attachments"]
    )
    assert (attachment["content"] == BYTES) is kept
    assert (BYTES in publisher.sent[0].value) is kept
    if not kept:
        assert attachment["sha256"] == sha256(BYTES).digest()
    assert made["entities"][0]["attachments"][0]["content"] == BYTES, "the caller's event stays"


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
