"""Which values a field marking reaches, however they were written."""

from typing import cast

import pytest

from consumers.sharing.fields import reaches_place
from consumers.sharing.records import Place
from schemas.event import Event, FieldMarking, Identifier
from schemas.identifiers import canonical

NATIONAL: Identifier = {"scheme": "phone", "issuer": "US", "value": "202-555-0123"}
OTHER: Identifier = {"scheme": "phone", "issuer": None, "value": "+12025550199"}


@pytest.mark.parametrize(
    ("marked", "identifier", "reached"),
    [
        ("202-555-0123", NATIONAL, True),
        ("+12025550123", NATIONAL, True),
        ("+12025550199", NATIONAL, False),
        ("202-555-0123", OTHER, False),
        ("nobody's", OTHER, True),
        (None, OTHER, True),
    ],
)
def test_marking_binds_evidence_as_published_and_in_canonical_form(
    marked: str | None, identifier: Identifier, reached: bool
) -> None:
    entity = {"id": "e1", "identifiers": [NATIONAL, OTHER], "names": [], "nationalities": []}
    blank = dict.fromkeys(("birth_date", "sex", "birth_place"))
    event = cast("Event", {"entities": [entity | blank | {"addresses": []}], "places": []})
    marking = cast(
        "FieldMarking", {"entity": "e1", "field": "phone", "value": marked, "caveats": []}
    )
    place = Place("e1", "phone", canonical(**identifier))
    assert reaches_place(marking, event, place) is reached
