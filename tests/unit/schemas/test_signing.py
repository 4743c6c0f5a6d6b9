"""Batch signatures: each message verifies alone, and nothing else passes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import ConfigError
from schemas.signing import (
    event_leaf,
    generate_key,
    load_private_key,
    public_bytes,
    save_private_key,
    sign_batch,
    verify,
)

KEY = generate_key()
PUBLIC = public_bytes(KEY)
CE = {"ce_id": b"1", "ce_source": b"hsi.field", "ce_type": b"t", "ce_time": b"now"}


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=40))
def test_every_message_of_a_batch_verifies_alone(leaves: list[bytes]) -> None:
    signed = sign_batch(KEY, leaves)
    assert len({signature for signature, _ in signed}) == 1
    assert all(verify(PUBLIC, leaf, *each) for leaf, each in zip(leaves, signed, strict=True))


def test_a_batch_of_one_has_an_empty_path() -> None:
    [(signature, proof)] = sign_batch(KEY, [b"only"])
    assert (len(signature), proof) == (64, b"\0\0\0\0\0\0\0\1")


def test_no_messages_no_signature() -> None:
    assert sign_batch(KEY, []) == []


def test_another_key_leaf_signature_or_proof_is_refused() -> None:
    (signature, proof), (_, other_proof), *_ = sign_batch(KEY, [b"a", b"b", b"c"])
    assert verify(PUBLIC, b"a", signature, proof)
    assert not verify(public_bytes(generate_key()), b"a", signature, proof)
    assert not verify(PUBLIC, b"b", signature, proof)
    assert not verify(PUBLIC, b"a", signature, other_proof)
    assert not verify(PUBLIC, b"a", bytes(64), proof)


def test_the_size_of_the_batch_is_signed() -> None:
    (signature, proof), *_ = sign_batch(KEY, [b"a", b"b", b"c", b"d"])
    resized = proof[:4] + (3).to_bytes(4, "big") + proof[8:]
    assert not verify(PUBLIC, b"a", signature, resized)


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=120))
def test_foreign_bytes_never_raise(public_key: bytes, signature: bytes, proof: bytes) -> None:
    assert not verify(public_key, b"leaf", signature, proof)


@pytest.mark.parametrize("part", ["topic", "key", "value", *CE])
def test_signature_covers_every_part(part: str) -> None:
    whole = event_leaf("topic", b"key", CE, b"value")
    changed = event_leaf(
        "topic2" if part == "topic" else "topic",
        b"key2" if part == "key" else b"key",
        CE | ({part: b"changed"} if part in CE else {}),
        b"value2" if part == "value" else b"value",
    )
    assert whole != changed


def test_parts_cannot_run_into_each_other() -> None:
    assert event_leaf("t", b"ab", {}, b"c") != event_leaf("t", b"a", {}, b"bc")


def test_headers_outside_cloudevents_are_not_covered() -> None:
    assert event_leaf("t", b"k", CE, b"v") == event_leaf("t", b"k", CE | {"x": b"y"}, b"v")


def test_key_file_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    save_private_key(KEY, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert public_bytes(load_private_key(path)) == PUBLIC
    with pytest.raises(FileExistsError):
        save_private_key(generate_key(), path)


def test_a_file_without_a_key_refuses_to_start(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    with pytest.raises(ConfigError):
        load_private_key(path)
    path.write_text("no key")
    with pytest.raises(ConfigError):
        load_private_key(path)
