"""What an identifier scheme is: how it is written canonically, and what sharing it proves."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

FIELDS: Final = frozenset(
    {
        "existence",
        "class",
        "contact",
        "name",
        "birth_date",
        "sex",
        "nationality",
        "document_number",
        "phone",
        "email",
        "account",
        "registration",
        "cargo",
        "commodity",
        "address",
        "birth_place",
        "place_time",
    }
)
"""The fields that agreements and markings speak of."""


class Strength(StrEnum):
    """What two records of different owners have in common when they share the identifier."""

    STRONG = "strong"
    SHARED = "shared"
    WEAK = "weak"

    @property
    def match_class(self) -> str | None:
        """The match class that sharing it reaches alone; None: no match alone."""
        return _MATCH_CLASS.get(self)


_MATCH_CLASS: Final = {Strength.STRONG: "target", Strength.SHARED: "shared_identifier"}


class Canonical(NamedTuple):
    """An identifier in canonical form.

    `issuer` is None for schemes that have none. `valid` False means that the value keeps its
    raw form and never blocks or matches exactly: its check digit or its shape is wrong.
    """

    scheme: str
    issuer: str | None
    value: str
    strength: Strength
    valid: bool


Parsed = tuple[str | None, str] | None
"""Canonical issuer and value; None: not a valid identifier of the scheme."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One identifier scheme; `field` is the word agreements use for it."""

    name: str
    strength: Strength
    field: str
    parse: Callable[[str | None, str], Parsed]

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise ValueError(f"{self.field} is no field of the agreements' vocabulary")
