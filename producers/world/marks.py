"""Markings of the world: one named flavour for each rule that sharing has to meet."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from producers.sdk import MarkingFields, predicate
from schemas.event import FieldMarking

_BASES: Final = {
    "export_control": "False end-use statement on an export filing",
    "sanctions_evasion": "Payments routed through a listed bank",
    "proliferation": "Order of controlled parts under a front name",
    "child_exploitation": "Account seen in a distribution group",
    "trafficking_and_smuggling": "Named by a cooperating driver",
    "financial": "Structured cash deposits",
    "narcotics": "Controlled purchase observed",
}

EXPORT: Final = "export_control"


def marking(flavour: str, crime: str, today: date) -> MarkingFields:
    """The marking of `flavour` for a record of crime type `crime`, established before `today`.

    Every record states a predicate, which case events may and intelligence events must.
    """
    fields: MarkingFields = {
        "handling": "H0",
        "source_grade": "B",
        "information_grade": "2",
        "crime_types": [crime],
        "predicate": predicate(
            _BASES[crime], today - timedelta(days=40), today - timedelta(days=4)
        ),
    }
    return {**fields, **_FLAVOURS[flavour]()}


def field_of(entity: str, field: str, originator: str) -> FieldMarking:
    """All values of `field` of one entity are the information of another agency."""
    return {
        "entity": entity,
        "field": field,
        "value": None,
        "caveats": [],
        "originator": originator,
    }


_FLAVOURS: Final[dict[str, Callable[[], MarkingFields]]] = {
    "plain": MarkingFields,
    "free": lambda: {"onward": "free"},
    "les": lambda: {"caveats": ["LES"]},
    "noforn": lambda: {"caveats": ["NOFORN"]},
    "orcon": lambda: {"caveats": ["ORCON"]},
    "orcon_fbi": lambda: {"caveats": ["ORCON"], "originator": "FBI"},
    "victim": lambda: {"caveats": ["VICTIM_1367"], "handling": "H2", "onward": "prohibited"},
    "tear": lambda: {
        "caveats": ["LES"],
        "handling": "H2",
        "tear_line": "A party to this shipment is under inquiry; call before acting.",
    },
    "nobody": lambda: {"audience": []},
    "bis_only": lambda: {"audience": ["BIS"]},
    "doubtful": lambda: {"source_grade": "X", "information_grade": "4"},
    "fbi_phone": lambda: {"fields": [field_of("e1", "phone", "FBI")]},
}

FLAVOURS: Final = tuple(_FLAVOURS)
