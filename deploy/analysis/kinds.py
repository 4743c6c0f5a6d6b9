"""Kinds of entities by the words that files use for them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_WORDS: Final = {
    "person": "person persons people individual individuals human natural_person man woman p",
    "organization": "organization organizations organisation organisations company companies "
    "legalentity legal_entity entity corporation corporate business firm enterprise publicbody "
    "public_body agency bank o org",
    "vessel": "vessel vessels ship ships boat v",
    "aircraft": "aircraft airplane aeroplane plane",
    "vehicle": "vehicle vehicles car truck",
    "firearm": "firearm weapon",
    "shipment": "shipment cargo consignment",
    "account": "account bankaccount bank_account wallet cryptowallet",
    "device": "device phone_device",
    "place": "place location address",
}

KINDS: Final = tuple(_WORDS)
"""Every kind, as events spell it (`producers.sdk`)."""

_KIND_OF: Final[Mapping[str, str]] = MappingProxyType(
    {word: kind for kind, words in _WORDS.items() for word in words.split()}
)


def kind_of(word: str) -> str | None:
    """Return the kind of a word, `Company` and `legal entity` included; None if unknown."""
    return _KIND_OF.get("_".join(word.lower().replace("-", " ").split()))
