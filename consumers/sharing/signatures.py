"""Who has signed a document: two different people, each by a key of their own.

A signature covers the document's bytes as they are; the form admits one spelling only (UTF-8,
line feeds), so that they are canonical. Signatures stand beside the document in `<file>.sig`.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple, Self

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.sharing.form import MAX_CHARACTERS
from schemas.digest import canonical_json
from schemas.errors import ConfigError
from schemas.party import Register
from schemas.signing import SIGNATURE_BYTES, sign_detached, verify_detached

SIGNERS_NEEDED: Final = 2
MAX_BYTES: Final = 2 * MAX_CHARACTERS
"""Of a document with its signatures; more is not looked at."""
_DOMAIN: Final = b"liaison.agreement.v1\x00"
_MAX_SIGNATURES: Final = 16
_KEYS: Final = {"signer", "signature"}


class Signature(NamedTuple):
    """One signer's, by id of the party register; `value` are 64 bytes."""

    signer: str
    value: bytes


class Signed(NamedTuple):
    """A document's bytes with its signatures, as they travel."""

    text: bytes
    signatures: tuple[Signature, ...]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the document, which an `AgreementChanged` event cites."""
        return hashlib.sha256(self.text).hexdigest()

    def to_bytes(self) -> bytes:
        """Return the message on the agreement topic: canonical JSON."""
        said = {"document": self.text.decode(), "signatures": _plain(self.signatures)}
        return canonical_json(said)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a message of the agreement topic; raises ConfigError where it is none."""
        if len(data) > MAX_BYTES:
            raise ConfigError("AGREEMENT_SIGNATURE", "the message is too long")
        said = _object(data)
        text = said.get("document")
        if set(said) != {"document", "signatures"} or not isinstance(text, str):
            raise ConfigError("AGREEMENT_SIGNATURE", "document and signatures are expected")
        return cls(text.encode(), _read(said["signatures"]))


def sign(text: bytes, signer: str, private_key: Ed25519PrivateKey) -> Signature:
    """Return a signer's signature of a document."""
    return Signature(signer, sign_detached(private_key, _DOMAIN + text))


def dump_signatures(signed: Signed) -> bytes:
    """Return the text of a signature file: the document's digest, the signatures by signer."""
    said = {"document_sha256": signed.digest, "signatures": _plain(sorted(signed.signatures))}
    return canonical_json(said)


def load_signatures(data: bytes, text: bytes) -> Signed:
    """Read a signature file beside its document; ConfigError where it is none, or of other bytes.

    The code is then `AGREEMENT_CHANGED`.
    """
    said = _object(data)
    if set(said) != {"document_sha256", "signatures"}:
        raise ConfigError("AGREEMENT_SIGNATURE", "document_sha256 and signatures are expected")
    signed = Signed(text, _read(said["signatures"]))
    if said["document_sha256"] != signed.digest:
        detail = "the document has changed since it was signed"
        raise ConfigError("AGREEMENT_CHANGED", detail)
    return signed


def problems(signed: Signed, register: Register, now: datetime | None) -> tuple[str, ...]:
    """Return why a document is not signed as it must be; empty where its signatures hold.

    Every signature must be good, and two signers different in name and in key. `now` None: whether
    the keys are valid now is not asked, of a document that was accepted when they were.
    """
    found: list[str] = []
    good: dict[str, bytes] = {}
    for signer_id, value in signed.signatures:
        signer = register.signers.get(signer_id)
        if signer is None:
            found.append(f"{signer_id} is no signer of the party register")
        elif now is not None and not signer.valid_from <= now < signer.valid_to:
            found.append(f"the key of {signer_id} is not valid now")
        elif not verify_detached(signer.public_key, _DOMAIN + signed.text, value):
            found.append(f"the signature of {signer_id} does not fit the document")
        elif signer_id in good:
            found.append(f"{signer_id} signed twice: two different signers are expected")
        elif signer.public_key in good.values():
            found.append(f"{signer_id} signs with another signer's key")
        else:
            good[signer_id] = signer.public_key
    if len(good) < SIGNERS_NEEDED:
        found.append(f"{len(good)} good signatures; {SIGNERS_NEEDED} different signers are needed")
    return tuple(found)


def _plain(signatures: Iterable[Signature]) -> list[dict[str, str]]:
    return [
        {"signer": each.signer, "signature": base64.b64encode(each.value).decode()}
        for each in signatures
    ]


def _object(data: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(data)
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict):
        raise ConfigError("AGREEMENT_SIGNATURE", "a JSON object is expected")
    return said


def _read(listed: object) -> tuple[Signature, ...]:
    if not isinstance(listed, list) or len(listed) > _MAX_SIGNATURES:
        raise ConfigError("AGREEMENT_SIGNATURE", "a short list of signatures is expected")
    found = []
    for each in listed:
        try:
            signer, value = each["signer"], base64.b64decode(each["signature"], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise ConfigError("AGREEMENT_SIGNATURE", "signer and base64 are expected") from None
        if not isinstance(signer, str) or len(value) != SIGNATURE_BYTES or set(each) != _KEYS:
            raise ConfigError("AGREEMENT_SIGNATURE", "signer and 64 bytes are expected")
        found.append(Signature(signer, value))
    return tuple(found)
