"""Ed25519 signatures over batches: one signature for the Merkle root of many messages.

A message carries the signature of its batch and the path from its leaf to that root, so each
verifies alone, and a batch of 256 costs one signature. Proof wire form, big-endian: u32 index,
u32 size, then the audit path's 32-byte nodes. Signed text: a domain tag, u32 size, the root.
"""

import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from schemas.errors import ConfigError
from schemas.headers import CLOUD_EVENT_HEADERS
from schemas.merkle import HASH_BYTES, leaf_hash, levels, path, root_from_path

SIGNATURE_BYTES: Final = 64
_BATCH_DOMAIN: Final = b"liaison.batch.v1\x00"
_SIZE: Final = struct.Struct(">I")
_POSITION: Final = struct.Struct(">II")
_VERIFIED_ROOTS: Final = 4_096


def event_leaf(topic: str, key: bytes, ce_headers: Mapping[str, bytes], value: bytes) -> bytes:
    """Return the bytes that a message's signature covers, each part with its u32 length.

    Only the CloudEvents headers are taken from `ce_headers`, in a fixed order; an absent one
    is empty.
    """
    parts = (
        topic.encode(),
        key,
        *(ce_headers.get(name, b"") for name in CLOUD_EVENT_HEADERS),
        value,
    )
    return b"".join([_SIZE.pack(len(part)) + part for part in parts])


def sign_batch(
    private_key: Ed25519PrivateKey, leaves: Sequence[bytes]
) -> list[tuple[bytes, bytes]]:
    """Return (signature, proof) for each leaf, in order; of an empty batch, nothing."""
    if not leaves:
        return []
    tree = levels([leaf_hash(leaf) for leaf in leaves])
    signature = private_key.sign(_signed_text(len(leaves), tree[-1][0]))
    return [
        (signature, _POSITION.pack(index, len(leaves)) + b"".join(path(tree, index)))
        for index in range(len(leaves))
    ]


def verify(public_key: bytes, leaf: bytes, signature: bytes, proof: bytes) -> bool:
    """Return whether the holder of `public_key` (32 raw bytes) signed a batch with this leaf.

    The root of a batch is verified once and remembered. Never raises on foreign bytes.
    """
    if len(proof) < _POSITION.size or (len(proof) - _POSITION.size) % HASH_BYTES:
        return False
    index, size = _POSITION.unpack_from(proof)
    nodes = [proof[at : at + HASH_BYTES] for at in range(_POSITION.size, len(proof), HASH_BYTES)]
    batch_root = root_from_path(leaf_hash(leaf), index, size, nodes)
    if batch_root is None or len(signature) != SIGNATURE_BYTES:
        return False
    return _verify_cached(public_key, signature, _signed_text(size, batch_root))


@lru_cache(maxsize=_VERIFIED_ROOTS)
def _verify_cached(public_key: bytes, signature: bytes, text: bytes) -> bool:
    return verify_detached(public_key, text, signature)


def sign_detached(private_key: Ed25519PrivateKey, text: bytes) -> bytes:
    """Return the 64-byte signature of one text, such as a document or a checkpoint."""
    return private_key.sign(text)


def verify_detached(public_key: bytes, text: bytes, signature: bytes) -> bool:
    """Return whether `signature` is the one of `text` under a raw public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def generate_key() -> Ed25519PrivateKey:
    """Return a new private key."""
    return Ed25519PrivateKey.generate()


def public_bytes(private_key: Ed25519PrivateKey) -> bytes:
    """Return the raw 32-byte public key, as the party register holds it."""
    return private_key.public_key().public_bytes_raw()


def save_private_key(private_key: Ed25519PrivateKey, target: Path) -> None:
    """Write an unencrypted PKCS#8 PEM that only its owner may read; the file must be new."""
    pem = private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    target.touch(mode=0o600, exist_ok=False)
    target.write_bytes(pem)


def load_private_key(source: Path) -> Ed25519PrivateKey:
    """Read a PKCS#8 PEM; raises ConfigError when there is no Ed25519 key in it."""
    try:
        key = serialization.load_pem_private_key(source.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError("key_file", f"{source.name}: {type(error).__name__}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError("key_file", f"{source.name} holds no Ed25519 key")
    return key


def _signed_text(size: int, batch_root: bytes) -> bytes:
    return _BATCH_DOMAIN + _SIZE.pack(size) + batch_root
