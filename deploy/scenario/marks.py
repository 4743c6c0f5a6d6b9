"""What a record's marking says, read strictly; and the marking of a record that says nothing."""

from datetime import date, datetime, timedelta
from typing import Final

import yaml

from consumers.sharing import form
from consumers.sharing.form import Spot
from consumers.sharing.vocabulary import FIELDS
from deploy.scenario.content import LOCAL, Content, Words
from deploy.scenario.moments import written
from schemas.event import FieldMarking, Predicate
from schemas.marking import (
    CAVEATS,
    CRIME_TYPES,
    HANDLINGS,
    INFORMATION_GRADES,
    ONWARD_RULES,
    PURPOSES,
    SOURCE_GRADES,
    is_caveat,
)

_GRADE: Final = [s + i for s in SOURCE_GRADES for i in INFORMATION_GRADES]


def marking(spot: Spot, words: Words) -> Content:
    """Read what a record's `marking:` says; what it does not say is not in the result."""
    found = form.mapping(
        spot,
        {},
        {
            "caveats": form.listing(_caveat(words), empty=True),
            "originator": written,
            "onward": words.word(ONWARD_RULES),
            "handling": words.word(HANDLINGS),
            "grade": words.word(_GRADE),
            "crime_types": form.listing(words.word(CRIME_TYPES), empty=True),
            "predicate": _predicate,
            "purpose_limits": form.listing(words.word(PURPOSES)),
            "audience": form.listing(written, empty=True),
            "tear_line": form.text,
            "matters": form.listing(form.text),
            "fields": form.listing(lambda each: _field(each, words), empty=True),
        },
    )
    if "grade" in found:
        grade = found.pop("grade")
        found |= {"source_grade": grade[:1], "information_grade": grade[1:]}
    return {key: list(each) if isinstance(each, tuple) else each for key, each in found.items()}


def default_marking(agency: str, at: datetime) -> Content:
    """Return the marking of a record that says nothing: its own, graded B2, with a predicate."""
    return {
        "caveats": [],
        "originator": agency,
        "onward": "originator_consent",
        "handling": "H0",
        "source_grade": "B",
        "information_grade": "2",
        "crime_types": ["export_control"],
        "predicate": {
            "basis": "False end-use statement on an export filing",
            "established_on": (at - timedelta(days=40)).date(),
            "validated_on": (at - timedelta(days=4)).date(),
        },
        "purpose_limits": [],
        "audience": None,
        "tear_line": None,
        "fields": [],
    }


def _caveat(words: Words) -> form.Reader[str]:
    def read(spot: Spot) -> str:
        value = form.text(spot)
        if not words.open and not is_caveat(value):
            known = ", ".join(sorted(CAVEATS))
            raise spot.refuse(f"unknown caveat {value!r}; known: {known}, REL_TO_ and a country")
        return value

    return read


def _predicate(spot: Spot) -> Predicate | None:
    if isinstance(spot.node, yaml.ScalarNode):
        if spot.node.value != "none":
            raise spot.refuse("`none`, or basis, established and validated are expected")
        return None
    found = form.mapping(
        spot, {"established": form.day}, {"basis": form.text, "validated": form.day}
    )
    established: date = found["established"]
    return {
        "basis": found.get("basis", "Reasonable suspicion, stated in the file"),
        "established_on": established,
        "validated_on": found.get("validated", established),
    }


def _field(spot: Spot, words: Words) -> FieldMarking:
    found = form.mapping(
        spot,
        {"entity": LOCAL, "field": words.word(FIELDS.words)},
        {
            "value": written,
            "caveats": form.listing(_caveat(words)),
            "originator": written,
        },
    )
    return {
        "entity": found["entity"],
        "field": found["field"],
        "value": found.get("value"),
        "caveats": list(found.get("caveats", ())),
        "originator": found.get("originator"),
    }
