# ruff: noqa: E501 - a long document text in one case
"""A document comes into force signed by two, whole, and under a number of its own; or not at all."""

from datetime import timedelta
from functools import lru_cache

import pytest

from consumers.sharing.acceptance import Refusal, accepted, arrived, restored
from consumers.sharing.policy import AGREEMENTS, Policy, build_policy
from consumers.sharing.signatures import (
    Signed,
    dump_signatures,
    load_signatures,
    problems,
    sign,
)
from schemas.errors import ConfigError
from schemas.party import Register, Signer, dump_register, parse_register
from schemas.signing import generate_key, public_bytes
from tests.unit.consumers.sharing.parties import REGISTER
from tests.unit.consumers.sharing.scene import NOW, SECRETS

KEYS = {name: generate_key() for name in ("ann", "bob", "eve")}
BIS = (AGREEMENTS / "hsi-bis-2024.yaml").read_text()
NEXT = BIS.replace("version: 4", "version: 5").replace("1825", "900")


def _signer(name: str, key: str, **changes: object) -> Signer:
    term = {"valid_from": NOW - timedelta(days=1), "valid_to": NOW + timedelta(days=1)}
    return Signer(
        id=name,
        agency="HSI",
        name=name.title(),
        public_key=public_bytes(KEYS[key]),
        **{**term, **changes},  # type: ignore[arg-type]
    )


SIGNERS = {
    "ann": _signer("ann", "ann"),
    "bob": _signer("bob", "bob"),
    "ann2": _signer("ann2", "ann"),
    "old": _signer("old", "eve", valid_to=NOW),
}
KNOWN = Register(REGISTER.agencies, REGISTER.offices, REGISTER.channels, {}, {}, signers=SIGNERS)


@lru_cache(1)
def current() -> Policy:
    texts = {path.name: path.read_text() for path in AGREEMENTS.glob("*.yaml")}
    return build_policy(texts, KNOWN, SECRETS)


def signed(text: str, *names: str) -> Signed:
    data = text.encode()
    keys = {"ann2": "ann", "old": "eve", "stranger": "eve"}
    given = tuple(sign(data, name, KEYS[keys.get(name, name)]) for name in names)
    return Signed(data, given)


def take(text: str, *names: str) -> Policy | Refusal:
    return accepted(current(), signed(text, *(names or ("ann", "bob"))), NOW)


def test_document_of_two_signers_and_a_higher_version_comes_into_force() -> None:
    policy = take(NEXT)
    assert isinstance(policy, Policy)
    assert policy.version != current().version
    found = {each.id: each for each in policy.agreements}
    assert (found["HSI-BIS-2024"].version, found["HSI-BIS-2024"].retention_days) == (5, 900)
    assert len(policy.documents) == len(current().documents)
    again = accepted(policy, signed(NEXT, "bob", "ann"), NOW)
    assert again is policy, "the same bytes once more change nothing"


def test_new_agreement_joins_those_in_force() -> None:
    policy = take(BIS.replace("HSI-BIS-2024", "HSI-BIS-2030"))
    assert isinstance(policy, Policy)
    assert len(policy.documents) == len(current().documents) + 1


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("ann",), "1 good signatures; 2 different signers are needed"),
        (("ann", "ann"), "ann signed twice"),
        (("ann", "ann2"), "ann2 signs with another signer's key"),
        (("ann", "stranger"), "stranger is no signer"),
        (("ann", "old"), "the key of old is not valid now"),
        (("ann", "bob", "stranger"), "stranger is no signer"),
    ],
)
def test_unsigned_document_changes_nothing(names: tuple[str, ...], why: str) -> None:
    refusal = take(NEXT, *names)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, why in refusal.detail) == ("UNSIGNED", True)


def test_document_changed_after_signing_is_unsigned() -> None:
    given = signed(NEXT, "ann", "bob")
    for text in (given.text + b"\n", given.text.replace(b"900", b"901")):
        refusal = accepted(current(), given._replace(text=text), NOW)
        assert isinstance(refusal, Refusal)
        assert "does not fit the document" in refusal.detail


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BIS.replace("1825", "900"), "VERSION_REUSED"),
        (BIS.replace("version: 4", "version: 3"), "VERSION_OLD"),
        (NEXT.replace("HSI-BIS-2024", "STATUTORY"), "VERSION_OLD"),
        (NEXT.replace("version: 5", "version: 50").replace("HSI-BIS-2024", "STATUTORY"), "AGREEMENT_FORM"),
        (NEXT.replace("title:", "titel:"), "AGREEMENT_FORM"),
        (NEXT.replace("keep_last: 4", "keep_last: 9"), "AGREEMENT_UNSOUND"),
        (NEXT.replace("day: 2029-03-26", "day: 2029-03-25"), "AGREEMENT_EXAMPLE"),
        ("x" * 600_000, "TOO_LONG"),
    ],
)  # fmt: skip
def test_document_that_does_not_stand_is_refused_whole(text: str, code: str) -> None:
    refusal = take(text)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert refusal.detail


def test_message_is_taken_in_by_its_document_and_restored_after_its_keys_ran_out() -> None:
    body = signed(NEXT, "ann", "bob").to_bytes()
    policy, name = arrived(current(), body, NOW)
    assert (isinstance(policy, Policy), name) == (True, "HSI-BIS-2024")
    refused, name = arrived(current(), body, NOW + timedelta(days=2))
    assert (isinstance(refused, Refusal), name) == (True, "")
    assert arrived(current(), b"{}", NOW)[1] == ""
    again, wrong = restored(current(), [body, b"{}"])
    assert isinstance(policy, Policy)
    assert (again.version, [each.code for each in wrong]) == (
        policy.version,
        ["AGREEMENT_SIGNATURE"],
    )


def test_signatures_travel_and_come_back() -> None:
    given = signed(NEXT, "ann", "bob")
    assert Signed.from_bytes(given.to_bytes()) == given
    assert load_signatures(dump_signatures(given), given.text) == given
    with pytest.raises(ConfigError, match="AGREEMENT_CHANGED"):
        load_signatures(dump_signatures(given), given.text + b" ")
    assert problems(given, KNOWN, NOW) == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"document": 1, "signatures": []}',
        b'{"document": "", "signatures": [{"signer": "a"}]}',
        b'{"document": "", "signatures": [{"signer": "a", "signature": "AA=="}]}',
        b'{"document": "", "signatures": [1]}',
        b'{"document": "", "signatures": {}, "more": 1}',
        b"x" * 600_000,
    ],
)
def test_message_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(ConfigError):
        Signed.from_bytes(data)


def test_register_keeps_signers_and_without_any_is_written_as_before() -> None:
    assert parse_register(dump_register(KNOWN)) == KNOWN
    assert b"signers" not in dump_register(REGISTER)
