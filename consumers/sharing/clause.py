"""Clauses read from their strict YAML form: each a permission that may only narrow its agreement.

What a clause does not say, its agreement says; whom it does not name it is not about: without roles
it speaks of neither victims nor witnesses, and of callers none can speak.
"""

import re
from functools import partial
from typing import Any, Final

from consumers.sharing import form
from consumers.sharing.documents import Agreement, Clause, Direction, Example
from consumers.sharing.form import CLAUSE_ID, OBLIGATION, Spot
from consumers.sharing.vocabulary import (
    CRIME_TYPES,
    DUTIES,
    EXISTENCE_FIELDS,
    FIELDS,
    KINDS,
    LEVELS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    OPEN_ROLES,
    PURPOSES,
    ROLES,
    UNRELEASABLE_ROLES,
)


def clause(spot: Spot, agreement: Agreement) -> Clause:
    """Read one clause of an agreement; raises ConfigError with line and column."""
    said = form.mapping(
        spot,
        {
            "id": CLAUSE_ID,
            "text": form.text,
            "fields": form.listing(form.word(FIELDS.words)),
            "level": form.word(LEVELS[1:]),
        },
        _narrowing(agreement),
    )
    _check_fields(spot, said)
    examples = said.pop("examples", {})
    otherwise = {
        "directions": agreement.directions,
        "entities": KINDS.words,
        "roles": OPEN_ROLES,
        "purposes": agreement.purposes,
        "crime_types": agreement.crime_types,
        "agencies": (),
        "office_classes": OFFICE_CLASSES.words,
        "offices": (),
        "duties": (),
        "listed": False,
        "newer_than_months": 0,
        "match_classes": MATCH_CLASS_WORDS.words,
        "us_person": None,
        "keep_last": 0,
        "obligations": (),
    }
    said |= said.pop("recipients", {})
    for name, key in (("directions", "direction"), ("newer_than_months", "newer_than")):
        if key in said:
            said[name] = said.pop(key)
    return Clause(
        at=spot.at,
        must_release=examples.get("must_release", ()),
        must_withhold=examples.get("must_withhold", ()),
        **{**otherwise, **said},
    )


def _narrowing(agreement: Agreement) -> dict[str, form.Reader[Any]]:
    """Return the readers of what a clause may say beside its fields and level."""
    examples = form.listing(partial(_example, agreement=agreement))
    return {
        "direction": partial(_clause_directions, agreement=agreement),
        "entities": form.listing(form.word(KINDS.words)),
        "roles": form.listing(form.word(set(ROLES.words) - UNRELEASABLE_ROLES)),
        "purposes": form.listing(_within(agreement.purposes, "purpose")),
        "crime_types": form.listing(_within(agreement.crime_types, "crime type")),
        "recipients": partial(_recipients, agreement=agreement),
        "newer_than": form.months,
        "match_classes": form.listing(form.word(MATCH_CLASS_WORDS.words)),
        "us_person": form.flag,
        "keep_last": form.number,
        "obligations": form.listing(OBLIGATION),
        "examples": partial(
            form.mapping,
            required={},
            optional={"must_release": examples, "must_withhold": examples},
        ),
    }


def _check_fields(spot: Spot, values: dict[str, Any]) -> None:
    about_match = EXISTENCE_FIELDS & set(values["fields"])
    if about_match and about_match != set(values["fields"]):
        raise spot.refuse("a clause on existence, class or contact names no other field")
    if about_match and (values["level"] != "pointer" or {"entities", "roles"} & set(values)):
        raise spot.refuse(
            "existence, class and contact have level pointer and no entities or roles"
        )
    if ("existence" in about_match) != ("class" in about_match):
        raise spot.refuse("existence and class are granted together")
    if (values["level"] == "masked") != ("keep_last" in values):
        raise spot.refuse("keep_last is said with level masked, and only there")


def direction(spot: Spot, parties: tuple[str, ...]) -> Direction:
    """Read `HSI to BIS`: from the owner to the recipient, both parties of the agreement."""
    found = re.fullmatch(r"([A-Z0-9]{2,8}) to ([A-Z0-9]{2,8})", form.text(spot))
    if found is None:
        raise spot.refuse("a direction is expected, such as `HSI to BIS`")
    owner, recipient = found[1], found[2]
    if owner not in parties or recipient not in parties:
        raise spot.refuse("a direction is between the parties of the agreement")
    if owner == recipient and len(parties) > 1:
        raise spot.refuse("only a document of one party is about that party's own offices")
    return owner, recipient


def _clause_directions(spot: Spot, agreement: Agreement) -> tuple[Direction, ...]:
    if form.text(spot) == "both":
        return agreement.directions
    named = direction(spot, agreement.parties)
    if named not in agreement.directions:
        raise spot.refuse("the clause widens its agreement: not one of its directions")
    return (named,)


def _within(words: tuple[str, ...], what: str) -> form.Reader[str]:
    def read(spot: Spot) -> str:
        value = form.text(spot)
        if value not in words:
            raise spot.refuse(f"the clause widens its agreement: {what} {value!r} is not in it")
        return value

    return read


_RECIPIENTS: Final = {
    "agency": "agencies",
    "office_class": "office_classes",
    "office": "offices",
    "duty": "duties",
    "officer": "listed",
}


def _recipients(spot: Spot, agreement: Agreement) -> dict[str, Any]:
    """Read who a clause is for: agencies, classes of office, offices, duties, listed officers."""
    receiving = {recipient for _, recipient in agreement.directions}
    values = form.mapping(
        spot,
        {},
        {
            "agency": form.listing(form.word(receiving)),
            "office_class": form.listing(form.word(OFFICE_CLASSES.words)),
            "office": form.listing(partial(_office, agencies=receiving)),
            "duty": form.listing(form.word(DUTIES.words)),
            "officer": form.word({"listed"}),
        },
    )
    if not values:
        raise spot.refuse("recipients are said by agency, office_class, office, duty or officer")
    if "officer" in values:
        values["officer"] = True
    return {_RECIPIENTS[key]: value for key, value in values.items()}


def _office(spot: Spot, agencies: set[str]) -> str:
    office = form.OFFICE(spot)
    if office.partition("/")[0] not in agencies:
        raise spot.refuse("the clause widens its agreement: the office's agency receives nothing")
    return office


def _example(spot: Spot, agreement: Agreement) -> Example:
    values = form.mapping(
        spot,
        {
            "from": form.word(agreement.parties),
            "to": form.word(agreement.parties),
            "office_class": form.word(OFFICE_CLASSES.words),
            "crime_type": form.word(CRIME_TYPES.words),
            "purpose": form.word(PURPOSES.words),
            "field": form.word(FIELDS.words),
        },
        {
            "entity": form.word(KINDS.words),
            "role": form.word(ROLES.words),
            "us_person": form.flag,
            "day": form.day,
            "office": form.OFFICE,
            "duty": form.word(DUTIES.words),
            "match_class": form.word(MATCH_CLASS_WORDS.words),
            "informed": form.day,
        },
    )
    owner, recipient = values.pop("from"), values.pop("to")
    entity, role = values.pop("entity", ""), values.pop("role", "")
    return Example(spot.at, owner, recipient, entity=entity, role=role, **values)
