"""Every event type: who publishes it, and whether it is criminal intelligence."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

EventKind = Literal["case", "intelligence"]

REPORT: Final = "REPORT"
WITHDRAW: Final = "WITHDRAW"


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type; `restrictions` are case numbers of the sharing-rule catalogue.

    Intelligence events need a predicate (28 CFR 23.20(a)); case events do not.
    """

    name: str
    source: str
    agency: str
    kind: EventKind
    restrictions: tuple[int, ...]

    @property
    def schema_name(self) -> str:
        """Full name of the Avro record, also the CloudEvents type."""
        return f"liaison.{self.source}.{self.name}"


_FIELD: Final = (6, 10, 17)
_EXPORT: Final = (20, 21, 22)

_TYPES: Final = (
    EventType("SubjectReported", "hsi.field", "HSI", "intelligence", (*_FIELD, 7, 8, 9)),
    EventType("CaseOpened", "hsi.field", "HSI", "case", _FIELD),
    EventType("CaseClosed", "hsi.field", "HSI", "case", _FIELD),
    EventType("OperationPlanned", "hsi.field", "HSI", "case", _FIELD),
    EventType("OperationMoved", "hsi.field", "HSI", "case", _FIELD),
    EventType("OperationCancelled", "hsi.field", "HSI", "case", _FIELD),
    EventType("CaseOpened", "bis.oee", "BIS", "case", _EXPORT),
    EventType("PartyFlagged", "bis.oee", "BIS", "intelligence", (*_EXPORT, 7, 8, 9)),
    EventType("OperationPlanned", "bis.oee", "BIS", "case", (*_EXPORT, 10)),
    EventType("VictimIdentified", "hsi.ccht", "HSI", "case", (11, 19, 37)),
    EventType("RequestMade", "skr.main", "SKR", "case", (25, 26, 27, 28, 38, 39, 40)),
)

EVENT_TYPES: Final[Mapping[str, EventType]] = MappingProxyType(
    {event_type.schema_name: event_type for event_type in _TYPES}
)
"""By schema name."""

SOURCES: Final[Mapping[str, str]] = MappingProxyType(
    {event_type.source: event_type.agency for event_type in _TYPES}
)
"""Source system to agency code."""

CANCELS: Final = frozenset({"liaison.hsi.field.OperationCancelled"})
"""Types whose versions post no place-time."""

CLOSES: Final = frozenset({"liaison.hsi.field.CaseClosed"})
"""Types that close the cases they name."""
