"""Identifiers and telephone numbers of a row, of schemes that Liaison knows and of others."""

from collections.abc import Sequence
from typing import Final

from deploy.analysis.mapping import Column
from deploy.analysis.values import country_code, split_values
from schemas.event import Identifier
from schemas.identifiers import IDENTIFIERS, canonical, scheme_named

OTHER: Final = "other"
"""The scheme of identifiers that Liaison does not know; their own scheme is the issuer."""
_LEAST_DIGITS: Final = 5
_PHONE: Final = "phone"


class NumberColumn:
    """Reads one column of identifiers; `failed` counts those that fail their scheme's check."""

    def __init__(self, column: Column, index: int, issuer_index: int | None) -> None:
        scheme = column.options.get("scheme") or column.attribute
        self.name = column.name
        self.failed = 0
        self._index = index
        self._issuer_index = issuer_index
        self._issuer = column.options.get("issuer") or column.options.get("country")
        self._separator = column.options.get("separator")
        self._scheme = scheme_named(scheme) or scheme.lower().replace("-", "_").replace(" ", "_")
        self._known = self._scheme in IDENTIFIERS

    def read(self, cells: Sequence[str], home: str | None) -> list[Identifier]:
        """Return the identifiers of a row; `home` is the country of its telephone numbers."""
        text = cells[self._index]
        if not text:
            return []
        issuer = self._issuer
        if self._issuer_index is not None and (written := cells[self._issuer_index]):
            issuer = country_code(written) or written
        values = split_values(text, self._separator)
        if not self._known:
            scheme = ":".join(filter(None, (self._scheme, "_".join((issuer or "").split()))))
            return [{"scheme": OTHER, "issuer": scheme, "value": value} for value in values]
        if self._scheme == _PHONE:
            issuer = issuer or home
        return [self._checked(issuer, value) for value in values]

    def _checked(self, issuer: str | None, value: str) -> Identifier:
        """An identifier of a known scheme; a number that names no country is only its digits."""
        if not canonical(self._scheme, issuer, value).valid:
            digits = "".join(filter(str.isdecimal, value))
            if self._scheme == _PHONE and issuer is None and len(digits) >= _LEAST_DIGITS:
                return {"scheme": OTHER, "issuer": _PHONE, "value": digits}
            self.failed += 1
        return {"scheme": self._scheme, "issuer": issuer, "value": value}
