"""What an identifier scheme is: how it is written canonically, and what sharing it proves."""

import re
import unicodedata
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


MAX_VALUE_CHARACTERS: Final = 256
"""Longer values and issuers are never valid: no parser faces them, no cache keeps them."""


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


_SEPARATORS: Final = re.compile(r"[\s\-./<_:,\u00ad\u200b-\u200f\u2010-\u2015\u2212\ufeff]+")


def compact(value: str) -> str:
    """Return a value without separators, compatible forms folded (NFKC), in upper case."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", value)).upper()


def _whole(value: str) -> tuple[str, ...]:
    return (value,)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One identifier scheme; `field` is the word agreements use for it.

    `titles` are further names that tables give to the scheme. `compared` lists the values at which
    two valid identifiers may agree, finest first: a tariff number at ten, eight and six digits.
    """

    name: str
    strength: Strength
    field: str
    parse: Callable[[str | None, str], Parsed]
    titles: tuple[str, ...] = ()
    compared: Callable[[str], tuple[str, ...]] = _whole

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise ValueError(f"{self.field} is no field of the agreements' vocabulary")
