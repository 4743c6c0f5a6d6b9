"""Identifiers and telephone numbers of a row, of schemes that Liaison knows and of others."""

from typing import Final

from deploy.analysis.mapping import Column
from schemas.event import Identifier
from schemas.identifiers import IDENTIFIERS, canonical

OTHER: Final = "other"
"""The scheme of identifiers that Liaison does not know; their own scheme is the issuer."""
_LEAST_DIGITS: Final = 5


def identifier(column: Column, value: str, issuer: str | None) -> Identifier:
    """Return an identifier of the column's scheme, opaque where Liaison does not know it."""
    scheme = column.options.get("scheme") or column.attribute
    known = scheme.lower().replace("-", "_").replace(" ", "_")
    if known in IDENTIFIERS:
        return {"scheme": known, "issuer": issuer, "value": value}
    opaque = ":".join(filter(None, (known, issuer)))
    return {"scheme": OTHER, "issuer": opaque, "value": value}


def phone(value: str, country: str | None) -> Identifier:
    """Return a telephone number; one that names no country and has none to go by is its digits."""
    if country or canonical("phone", None, value).valid:
        return {"scheme": "phone", "issuer": country, "value": value}
    digits = "".join(filter(str.isdecimal, value))
    if len(digits) < _LEAST_DIGITS:
        return {"scheme": "phone", "issuer": None, "value": value}
    return {"scheme": OTHER, "issuer": "phone", "value": digits}


def passes(made: Identifier) -> bool:
    """Whether an identifier has its scheme's shape and check digit; of an opaque one, always."""
    known = made["scheme"] in IDENTIFIERS
    return not known or canonical(made["scheme"], made["issuer"], made["value"]).valid
