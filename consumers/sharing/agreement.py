"""Agreements read from their strict YAML form.

One document is one agreement (an MOU, or the rule inside one agency), or the document of bars that
stand above every agreement. A clause may only narrow its agreement, and what a document does not
say is not allowed. Dates begin at 00:00 UTC.
"""

import re
from dataclasses import replace
from functools import partial
from typing import Any, Final

from consumers.sharing import form
from consumers.sharing.documents import (
    Agreement,
    Clause,
    Direction,
    Document,
    Example,
    MustShare,
    Suspension,
)
from consumers.sharing.form import CLAUSE_ID, DOCUMENT_ID, OBLIGATION, Spot
from consumers.sharing.statute import statute
from consumers.sharing.vocabulary import (
    CRIME_TYPES,
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

AGENCY: Final = form.matching(r"[A-Z0-9]{2,8}", "an agency code")
ONWARD: Final = form.word({"originator_consent", "free", "prohibited"})


def parse(text: str, source: str) -> Document:
    """Read one document; `source` names it in errors. Raises ConfigError with line and column."""
    root = form.parse(text, source)
    return statute(root) if "bars" in form.keys(root) else _agreement(root)


def _agreement(root: Spot) -> Agreement:
    head = form.keys(root)
    parties = form.listing(AGENCY)(head["parties"]) if "parties" in head else ()
    direction = partial(_direction, parties=parties)
    values = form.mapping(
        root,
        {
            "agreement": DOCUMENT_ID,
            "title": form.text,
            "version": form.number,
            "basis": form.text,
            "parties": form.listing(AGENCY),
            "directions": form.listing(direction),
            "in_force": lambda spot: form.mapping(spot, {"from": form.day}, {"to": form.day}),
            "suspensions": form.listing(_suspension, empty=True),
            "accounting": form.word({"accounted", "exempt"}),
            "crime_types": form.listing(form.word(CRIME_TYPES.words)),
            "purposes": form.listing(form.word(PURPOSES.words)),
            "retention_days": form.number,
            "onward": ONWARD,
            "third_agency": ONWARD,
            "clauses": form.listing(lambda spot: spot),
        },
        {"must_share": form.listing(_must_share)},
    )
    in_force, end = values.pop("in_force"), None
    if "to" in in_force and (end := in_force["to"]) <= in_force["from"]:
        raise head["in_force"].refuse("ends before it begins")
    spots = values.pop("clauses")
    agreement = Agreement(
        id=values.pop("agreement"),
        start=in_force["from"],
        end=end,
        exempt=values.pop("accounting") == "exempt",
        must_share=values.pop("must_share", ()),
        clauses=(),
        **values,
    )
    return _with_clauses(agreement, spots)


def _with_clauses(agreement: Agreement, spots: tuple[Spot, ...]) -> Agreement:
    clauses = tuple(_clause(spot, agreement) for spot in spots)
    for index, clause in enumerate(clauses):
        if clause.id in {earlier.id for earlier in clauses[:index]}:
            raise spots[index].refuse(f"clause {clause.id} is repeated")
    return replace(agreement, clauses=clauses)


def _clause(spot: Spot, agreement: Agreement) -> Clause:
    example = partial(_example, agreement=agreement)
    values = form.mapping(
        spot,
        {
            "id": CLAUSE_ID,
            "text": form.text,
            "fields": form.listing(form.word(FIELDS.words)),
            "level": form.word(LEVELS[1:]),
        },
        {
            "direction": partial(_clause_directions, agreement=agreement),
            "entities": form.listing(form.word(KINDS.words)),
            "roles": form.listing(form.word(set(ROLES.words) - UNRELEASABLE_ROLES)),
            "purposes": form.listing(_within(agreement.purposes, "purpose")),
            "crime_types": form.listing(_within(agreement.crime_types, "crime type")),
            "recipients": _office_classes,
            "match_classes": form.listing(form.word(MATCH_CLASS_WORDS.words)),
            "us_person": form.flag,
            "keep_last": form.number,
            "obligations": form.listing(OBLIGATION),
            "examples": lambda inner: form.mapping(
                inner,
                {},
                {"must_release": form.listing(example), "must_withhold": form.listing(example)},
            ),
        },
    )
    _check_fields(spot, values)
    examples = values.get("examples", {})
    return Clause(
        at=spot.at,
        id=values["id"],
        text=values["text"],
        directions=values.get("direction", agreement.directions),
        fields=values["fields"],
        level=values["level"],
        entities=values.get("entities", KINDS.words),
        roles=values.get("roles", OPEN_ROLES),
        purposes=values.get("purposes", agreement.purposes),
        crime_types=values.get("crime_types", agreement.crime_types),
        office_classes=values.get("recipients", OFFICE_CLASSES.words),
        match_classes=values.get("match_classes", MATCH_CLASS_WORDS.words),
        us_person=values.get("us_person"),
        keep_last=values.get("keep_last", 0),
        obligations=values.get("obligations", ()),
        must_release=examples.get("must_release", ()),
        must_withhold=examples.get("must_withhold", ()),
    )


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


def _direction(spot: Spot, parties: tuple[str, ...]) -> Direction:
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
    direction = _direction(spot, agreement.parties)
    if direction not in agreement.directions:
        raise spot.refuse("the clause widens its agreement: not one of its directions")
    return (direction,)


def _within(words: tuple[str, ...], what: str) -> form.Reader[str]:
    def read(spot: Spot) -> str:
        value = form.text(spot)
        if value not in words:
            raise spot.refuse(f"the clause widens its agreement: {what} {value!r} is not in it")
        return value

    return read


def _office_classes(spot: Spot) -> tuple[str, ...]:
    word = form.word(OFFICE_CLASSES.words)
    return tuple(
        form.mapping(spot, {"office_class": form.listing(word)}, {})["office_class"],
    )


def _suspension(spot: Spot) -> Suspension:
    required = {"from": form.day, "order": form.text, "on_resume": form.word({"review"})}
    values = form.mapping(spot, required, {"to": form.day})
    if "to" in values and values["to"] <= values["from"]:
        raise spot.refuse("ends before it begins")
    return Suspension(values["from"], values.get("to"), values["order"])


def _must_share(spot: Spot) -> MustShare:
    required = {
        "class": form.word(MATCH_CLASS_WORDS.words),
        "within": form.duration,
        "basis": form.text,
    }
    values = form.mapping(spot, required, {})
    return MustShare(values["class"], values["within"], values["basis"])


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
        },
    )
    owner, recipient = values.pop("from"), values.pop("to")
    entity, role = values.pop("entity", ""), values.pop("role", "")
    return Example(spot.at, owner, recipient, entity=entity, role=role, **values)
