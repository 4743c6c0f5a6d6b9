"""A register, its keys and signed agency messages, good and bad, as intake meets them."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from schemas import headers, signing
from schemas.codec import Codec
from schemas.party import Agency, Contact, Office, Register, SigningKey
from schemas.registry import load_lock
from schemas.topics import Topics
from streams.intake.core import IntakePolicy
from streams.transport.batch import Message
from tests.support.events import (
    PUBLISHED_AT,
    SUBJECT_REPORTED,
    build_event,
    build_header,
    build_person,
)

TOPICS = Topics("t-intake")
CANARY = "Zzyzx-Canary"
CASE_OPENED = "liaison.hsi.field.CaseOpened"
VICTIM_IDENTIFIED = "liaison.hsi.ccht.VictimIdentified"
REQUEST_MADE = "liaison.skr.main.RequestMade"
PHOTO = {"media_type": "image/png", "sha256": b"\x01" * 32, "content": b"bytes"}

HSI_KEY, BIS_KEY, STRANGER = (signing.generate_key() for _ in range(3))
PRIVATE = {"hsi-1": HSI_KEY, "bis-1": BIS_KEY, "skr-1": HSI_KEY}


@cache
def policy() -> IntakePolicy:
    agencies = {
        code: Agency(code, code, "DHS", "US", "federal_law_enforcement")
        for code in ("HSI", "BIS", "SKR")
    }
    contact = Contact("Duty desk", "+12025550100", "desk@example.test")
    offices = [
        Office(code, name, "enforcement", "US", contact)
        for code in agencies
        for name in ("miami", "main")
    ]
    keys = {
        "hsi-1": ("HSI", ("hsi.field", "hsi.ccht"), HSI_KEY),
        "bis-1": ("BIS", ("bis.oee", "hsi.field"), BIS_KEY),
        "skr-1": ("SKR", ("skr.main",), HSI_KEY),
    }
    since, until = PUBLISHED_AT - timedelta(days=30), PUBLISHED_AT + timedelta(days=30)
    register = Register(
        agencies=agencies,
        offices={office.id: office for office in offices},
        channels={},
        keys={
            key_id: SigningKey(key_id, agency, sources, signing.public_bytes(key), since, until)
            for key_id, (agency, sources, key) in keys.items()
        },
        officers={},
    )
    return IntakePolicy(Codec(load_lock()), register, TOPICS, b"k" * 32)


def signed(
    value: bytes,
    topic: str = TOPICS.agency("HSI", "intelligence"),
    key_id: str = "hsi-1",
    private_key: Any = None,
) -> Message:
    key = b"hsi.field/R-000123"
    own = {headers.CE_ID: b"1", headers.CE_SOURCE: b"hsi.field"}
    leaf = signing.event_leaf(topic, key, own, value)
    [(signature, proof)] = signing.sign_batch(private_key or PRIVATE[key_id], [leaf])
    named = own | {
        headers.KEY_ID: key_id.encode(),
        headers.SIGNATURE: signature,
        headers.PROOF: proof,
    }
    return Message(key, value, tuple(named.items()), topic, 2, 41, 1_793_534_400_000)


def encoded(schema_name: str = SUBJECT_REPORTED, **changes: Any) -> bytes:
    event = build_event(schema_name, **changes)
    return policy().codec.encode(schema_name, event)


def subject(**changes: Any) -> Message:
    return signed(encoded(**changes))


def case(schema_name: str, **changes: Any) -> Message:
    agency, key_id = ("SKR", "skr-1") if schema_name == REQUEST_MADE else ("HSI", "hsi-1")
    return signed(encoded(schema_name, **changes), TOPICS.agency(agency, "case"), key_id)


def person(**changes: Any) -> list[dict[str, Any]]:
    return [build_person(**changes)]


def header(**changes: Any) -> dict[str, Any]:
    return build_header(**changes)


def unsigned() -> Message:
    message = subject()
    kept = tuple(pair for pair in message.headers if pair[0] != headers.PROOF)
    return replace(message, headers=kept)


def association(nexus: str) -> list[dict[str, Any]]:
    return person(associations=[{"kind": "congregation", "description": CANARY, "nexus": nexus}])


def field_marking(caveat: str) -> dict[str, Any]:
    return {
        "entity": "p1",
        "field": "name",
        "value": None,
        "caveats": [caveat],
        "originator": None,
    }
