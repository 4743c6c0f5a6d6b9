"""Identifiers and telephone numbers of a row, of schemes that Liaison knows and of others."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from deploy.analysis.mapping import Column, ColumnMapping
from deploy.analysis.missed import Missed, Misses
from deploy.analysis.values import country_code, split_values
from schemas.event import Identifier
from schemas.identifiers import IDENTIFIERS, Strength, canonical, scheme_named

OTHER: Final = "other"
"""The scheme of identifiers that Liaison does not know; their own scheme is the issuer."""
_LEAST_DIGITS: Final = 5
_PHONE: Final = "phone"


_ANY_ISSUER: Final = ("US", "US-CA", "X")
"""A state, a region of one, an office: with one of these, a number that needs an issuer is read."""


class NumberColumn:
    """Reads one column of identifiers.

    `failed` counts those that fail their scheme's check, `unissued` those that only lack the name
    of who issued them: these are compared as they stand, among each other.
    """

    def __init__(self, column: Column, index: int, issuer_index: int | None) -> None:
        scheme = column.options.get("scheme") or column.attribute
        self.name, self.place, self.attribute = column.name, column.place, column.attribute
        self.scheme = scheme_named(scheme) or "_".join(scheme.lower().replace("-", " ").split())
        self.failed = Misses()
        self.unissued = Misses()
        self._index = index
        self._issuer_index = issuer_index
        self._issuer = column.options.get("issuer") or column.options.get("country")
        self._separator = column.options.get("separator")
        self._known = self.scheme in IDENTIFIERS

    def read(self, cells: Sequence[str], home: str | None, line: int) -> list[Identifier]:
        """Return the identifiers of a row; `home` is the country of its telephone numbers."""
        text = cells[self._index]
        if not text:
            return []
        issuer = self._issuer
        if self._issuer_index is not None and (written := cells[self._issuer_index]):
            issuer = country_code(written) or written
        values = split_values(text, self._separator)
        if not self._known:
            scheme = ":".join(filter(None, (self.scheme, "_".join((issuer or "").split()))))
            return [{"scheme": OTHER, "issuer": scheme, "value": value} for value in values]
        if self.scheme == _PHONE:
            issuer = issuer or home
        return [self._checked(issuer, value, line) for value in values]

    def _checked(self, issuer: str | None, value: str, line: int) -> Identifier:
        """An identifier of a known scheme; a number that names no country is only its digits."""
        if not canonical(self.scheme, issuer, value).valid:
            digits = "".join(filter(str.isdecimal, value))
            if self.scheme == _PHONE and issuer is None and len(digits) >= _LEAST_DIGITS:
                return {"scheme": OTHER, "issuer": _PHONE, "value": digits}
            if issuer is None and self._needs_issuer(value):
                self.unissued.add(self.name, line)
                return {"scheme": OTHER, "issuer": self.scheme, "value": value}
            self.failed.add(self.name, line)
        return {"scheme": self.scheme, "issuer": issuer, "value": value}

    def _needs_issuer(self, value: str) -> bool:
        return any(canonical(self.scheme, each, value).valid for each in _ANY_ISSUER)


class NumberColumns:
    """All columns of identifiers of a table."""

    def __init__(self, mapping: ColumnMapping, places: Mapping[str, int]) -> None:
        """`places` says which cell of a row each column is."""
        self._columns = [
            NumberColumn(
                each,
                places[each.name],
                None if (named := each.options.get("issuer_column")) is None else places[named],
            )
            for each in mapping.columns
            if each.attribute == "identifier" or each.attribute in IDENTIFIERS
        ]

    def read(self, cells: Sequence[str], home: str | None, line: int) -> list[Identifier]:
        """Return the identifiers of a row; `home` is the country of its telephone numbers."""
        return [found for each in self._columns for found in each.read(cells, home, line)]

    @property
    def unchecked(self) -> Misses:
        """Identifiers that fail their scheme's check: they never match exactly."""
        return Misses(chain.from_iterable(each.failed.items() for each in self._columns))

    @property
    def unissued(self) -> Iterator[tuple[NumberColumn, Missed]]:
        """Columns of identifiers that lack the name of who issued them."""
        return ((each, missed) for each in self._columns for missed in each.unissued.values())

    @property
    def never_compared(self) -> list[NumberColumn]:
        """Columns of identifiers that too many share: a bank's, a commodity's."""
        known = ((each, IDENTIFIERS.get(each.scheme)) for each in self._columns)
        return [each for each, scheme in known if scheme and scheme.strength is Strength.WEAK]
