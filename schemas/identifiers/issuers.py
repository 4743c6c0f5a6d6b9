"""Who issued a number: a state, a part of a state, or an office, register or platform by name."""

import re
from typing import Final

from schemas.countries import document_issuer
from schemas.identifiers.scheme import compact

_REGION: Final = re.compile(r"([A-Z]{1,3})-([A-Z0-9]{1,3})")
_NAMED: Final = re.compile(r"[A-Z0-9]{1,34}")


def state(issuer: str | None) -> str | None:
    """Return the alpha-3 code of a state or an issuer of travel documents, None if unknown."""
    return document_issuer(issuer)


def state_or_region(issuer: str | None, regional: frozenset[str] = frozenset()) -> str | None:
    """Return `USA-CA` for an ISO 3166-2 code (`US-CA`), else the state's alpha-3 code.

    `regional` are the states whose numbers are unique within a region only: without one, None.
    """
    if issuer is None:
        return None
    if found := _REGION.fullmatch(issuer.strip().upper()):
        country = document_issuer(found[1])
        return f"{country}-{found[2]}" if country else None
    country = document_issuer(issuer)
    return None if country in regional else country


def named(issuer: str | None) -> str | None:
    """Return an office, register or system as written, without separators, in upper case."""
    name = compact(issuer or "")
    return name if _NAMED.fullmatch(name) else None
