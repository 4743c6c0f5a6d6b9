"""Identifier schemes, one module a family: parse, check digit, canonical form, strength.

A failed check digit keeps the raw value and bars it from blocking and exact matching; it never
raises. So does a scheme that is not known here: the vocabulary of schemes is open.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from schemas.identifiers import finance, persons, telecom, trade, transport
from schemas.identifiers.scheme import FIELDS, Canonical, Scheme, Strength

__all__ = ["FIELDS", "IDENTIFIERS", "Canonical", "Scheme", "Strength", "canonical"]

IDENTIFIERS: Final[Mapping[str, Scheme]] = MappingProxyType(
    {
        scheme.name: scheme
        for family in (persons, telecom, finance, transport, trade)
        for scheme in family.SCHEMES
    }
)
"""Every known scheme by name."""

MAX_VALUE_CHARACTERS: Final = 256
"""Longer values are never valid: parsers need not face them."""


@lru_cache(maxsize=65_536)
def canonical(scheme: str, issuer: str | None, value: str) -> Canonical:
    """Return the canonical form of a published identifier. Total: never raises.

    Cached: parsing a telephone number takes 30 µs, and the same numbers come back.
    """
    known = IDENTIFIERS.get(scheme)
    if known is None:
        return Canonical(scheme, issuer, value, Strength.WEAK, valid=False)
    parsed = known.parse(issuer, value) if len(value) <= MAX_VALUE_CHARACTERS else None
    if parsed is None:
        return Canonical(scheme, issuer, value, known.strength, valid=False)
    return Canonical(scheme, *parsed, known.strength, valid=True)
