"""Keyed fingerprints of evidence: streams write them, the vault checks that they still stand.

Rooms that share the blocking secret compute the same numbers from the same published values;
nobody else can tell a value from its fingerprint, nor test a guess.
"""

from typing import Any

from schemas.digest import canonical_json, keyed_hash64
from schemas.event import Event
from schemas.identifiers import Canonical


def identifier_fingerprint(secret: bytes, canonical: Canonical) -> int:
    """Return the signed 64-bit fingerprint of a canonical identifier, validity aside."""
    return keyed_hash64(
        secret, "identifier", canonical.scheme, canonical.issuer or "", canonical.value
    )


def attribute_fingerprint(secret: bytes, attribute: str, value: Any) -> int:
    """Return the signed 64-bit fingerprint of an attribute's value as published.

    `value` is JSON without floats; raises ValueError when it has no canonical form.
    """
    return keyed_hash64(secret, attribute, canonical_json(value).decode())


def scheme_words(event: Event) -> str:
    """Return the scheme that an event's detail states, folded; empty where it states none."""
    return " ".join(str(event["detail"].get("scheme", "")).casefold().split())
