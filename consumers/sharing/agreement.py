"""Agreements read from their strict YAML form.

One document is one agreement (an MOU, or the rule inside one agency), or the document of bars that
stand above every agreement. A clause may only narrow its agreement, and what a document does not
say is not allowed. Dates begin at 00:00 UTC.
"""

from dataclasses import replace
from functools import partial
from typing import Any, Final

from consumers.sharing import form
from consumers.sharing.clause import clause, direction
from consumers.sharing.documents import Agreement, Document, MustShare, Suspension
from consumers.sharing.form import DOCUMENT_ID, Spot
from consumers.sharing.statute import statute
from consumers.sharing.vocabulary import CRIME_TYPES, MATCH_CLASS_WORDS, PURPOSES

AGENCY: Final = form.matching(r"[A-Z0-9]{2,8}", "an agency code")
ONWARD: Final = form.word({"originator_consent", "free", "prohibited"})


def parse(text: str, source: str) -> Document:
    """Read one document; `source` names it in errors. Raises ConfigError with line and column."""
    root = form.parse(text, source)
    return statute(root) if "bars" in form.keys(root) else _agreement(root)


def _agreement(root: Spot) -> Agreement:
    head = form.keys(root)
    parties = form.listing(AGENCY)(head["parties"]) if "parties" in head else ()
    values = _head(root, parties)
    in_force, spots = values.pop("in_force"), values.pop("clauses")
    start, end = in_force["from"], in_force.get("to")
    if end is not None and end <= start:
        raise head["in_force"].refuse("ends before it begins")
    agreement = Agreement(
        id=values.pop("agreement"),
        start=start,
        end=end,
        exempt=values.pop("accounting") == "exempt",
        must_share=values.pop("must_share", ()),
        clauses=(),
        at=root.at,
        **values,
    )
    clauses = tuple(clause(spot, agreement) for spot in spots)
    for index, each in enumerate(clauses):
        if each.id in {earlier.id for earlier in clauses[:index]}:
            raise spots[index].refuse(f"clause {each.id} is repeated")
    return replace(agreement, clauses=clauses)


def _head(root: Spot, parties: tuple[str, ...]) -> dict[str, Any]:
    """Read everything of an agreement but its clauses, which stay spots."""
    return form.mapping(
        root,
        {
            "agreement": DOCUMENT_ID,
            "title": form.text,
            "version": form.number,
            "basis": form.text,
            "parties": form.listing(AGENCY),
            "directions": form.listing(partial(direction, parties=parties)),
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


def _suspension(spot: Spot) -> Suspension:
    required = {"from": form.moment, "order": form.text, "on_resume": form.word({"review"})}
    values = form.mapping(spot, required, {"to": form.moment, "resumed_by": form.text})
    if ("to" in values) != ("resumed_by" in values):
        raise spot.refuse("a resumption is said whole: to, and resumed_by with the order")
    if "to" in values and values["to"] <= values["from"]:
        raise spot.refuse("ends before it begins")
    return Suspension(
        values["from"], values.get("to"), values["order"], values.get("resumed_by", "")
    )


def _must_share(spot: Spot) -> MustShare:
    required = {
        "class": form.word(MATCH_CLASS_WORDS.words),
        "within": form.duration,
        "basis": form.text,
    }
    values = form.mapping(spot, required, {})
    return MustShare(values["class"], values["within"], values["basis"])
