"""What an officer narrows the inbox to, as it stands in an address. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from consumers.inbox.rows import Filters

CLASSES: Final = (
    "duplicate_investigation",
    "target",
    "shared_identifier",
    "space_time",
    "fuzzy",
    "network",
)
"""The match classes, as the inbox lists them."""

STATES: Final[Mapping[str, tuple[str, Filters]]] = {
    "": ("All", Filters()),
    "new": ("To acknowledge", Filters(state="open", acknowledged=False)),
    "acknowledged": ("Acknowledged", Filters(state="open", acknowledged=True)),
    "closed": ("Recalled or replaced", Filters(state="closed")),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A state of `STATES` and a class of `CLASSES`; an empty word narrows nothing."""

    state: str = ""
    match_class: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Choice":
        """Read an address; an unknown word counts as none."""
        state, match_class = query.get("state", ""), query.get("class", "")
        return cls(state if state in STATES else "", match_class if match_class in CLASSES else "")

    @property
    def filters(self) -> Filters:
        """What the listing is narrowed to."""
        return replace(STATES[self.state][1], match_class=self.match_class or None)

    @property
    def arrivals(self) -> Filters:
        """The same for what arrives: a notice that is closed already is nothing new."""
        filters = self.filters
        return replace(filters, state=filters.state or "open")

    def address(self, **more: str) -> str:
        """Return the inbox's address with this choice."""
        query = {"state": self.state, "class": self.match_class, **more}
        text = urlencode({key: value for key, value in query.items() if value})
        return f"/?{text}" if text else "/"
