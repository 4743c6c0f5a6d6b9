"""The document of bars that stand above every agreement, read from its strict YAML form."""

import re
from typing import Any, Final

from consumers.sharing import form
from consumers.sharing.documents import Bar, Override, Statute
from consumers.sharing.form import CLAUSE_ID, DOCUMENT_ID, OBLIGATION, Spot
from consumers.sharing.vocabulary import (
    BANDS,
    CAVEATS,
    DUTIES,
    GRADES,
    HANDLINGS,
    LEVELS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    PURPOSES,
    RECIPIENT_KINDS,
)

AUTHORITIES: Final = frozenset({"originator", "privacy", "prosecutor", "counsel"})
"""Who may consent beside parties: the record's originators, and the owner's own authorities."""

HOLD: Final = form.matching(
    rf"HOLD\(([A-Z0-9]{{2,8}}|{'|'.join(sorted(AUTHORITIES))})\)",
    f"a hold: HOLD(x), x a party or one of {', '.join(sorted(AUTHORITIES))}",
)
EFFECT: Final = form.matching(
    rf"release|DENY|HOLD\(([A-Z0-9]{{2,8}}|{'|'.join(sorted(AUTHORITIES))})\)",
    f"an outcome: release, DENY, HOLD(x), x a party or one of {', '.join(sorted(AUTHORITIES))}",
)
_WHO: Final = {"duty": DUTIES, "office_class": OFFICE_CLASSES, "purpose": PURPOSES}


def statute(root: Spot) -> Statute:
    """Read the document of bars; raises ConfigError with line and column."""
    values = form.mapping(
        root,
        {
            "agreement": DOCUMENT_ID,
            "title": form.text,
            "version": form.number,
            "bars": form.listing(_bar),
        },
        {"overrides": form.listing(_override)},
    )
    bars: tuple[Bar, ...] = values["bars"]
    overrides: tuple[Override, ...] = values.get("overrides", ())
    ids = [bar.id for bar in bars] + [each.id for each in overrides]
    if len(set(ids)) < len(ids):
        raise root.refuse("two bars have one id")
    return Statute(
        values["agreement"], values["title"], values["version"], bars, overrides, root.at
    )


def _bar(spot: Spot) -> Bar:
    values = form.mapping(
        spot,
        {
            "id": CLAUSE_ID,
            "text": form.text,
            "basis": form.text,
            "when": _condition,
            "outcome": _outcome,
            "scope": form.word({"match", "support", "field"}),
        },
        {
            "obligations": form.listing(OBLIGATION),
            "must_share": HOLD,
            "imminent_danger": form.word({"yields", "stands"}),
        },
    )
    outcome, condition = values.pop("outcome"), values.pop("when")
    silent = outcome.pop("owner", None) is not None
    return Bar(
        at=spot.at,
        silent=silent,
        yields=values.pop("imminent_danger", "stands") == "yields",
        outcome=tuple(sorted(outcome.items())),
        must_share=values.pop("must_share", ""),
        obligations=values.pop("obligations", ()),
        caveats=condition.get("caveats", ()),
        originator=condition.get("originator", ""),
        match_classes=condition.get("match_classes", ()),
        bands=condition.get("bands", ()),
        grades=condition.get("grades", ()),
        handling=condition.get("handling", ()),
        unvalidated_months=condition.get("unvalidated_for", 0),
        **values,
    )


def _condition(spot: Spot) -> dict[str, Any]:
    values = form.mapping(
        spot,
        {},
        {
            "caveats": form.listing(form.word(CAVEATS.words)),
            "originator": form.word({"third_agency", "foreign"}),
            "match_classes": form.listing(form.word(MATCH_CLASS_WORDS.words)),
            "bands": form.listing(form.word(BANDS.words)),
            "grades": form.listing(form.word(GRADES.words)),
            "handling": form.listing(form.word(HANDLINGS.words)),
            "unvalidated_for": form.months,
        },
    )
    if not values:
        raise spot.refuse("a bar needs a condition")
    return values


def _outcome(spot: Spot) -> dict[str, str]:
    """Read who gets what; a line is about one sort of recipient."""
    found = form.keys(spot)
    outcome = {}
    for key, value in found.items():
        if key == "owner":
            outcome[key] = form.word({"SILENT"})(value)
        elif key == "default" or key in RECIPIENT_KINDS.words or _is_who(key):
            outcome[key] = EFFECT(value)
        else:
            raise value.refuse(
                f"unknown key {key!r}; known: default, owner, "
                f"{', '.join(RECIPIENT_KINDS.words)}, party CODE, "
                f"{', '.join(f'{name} WORD' for name in _WHO)}"
            )
    if "default" not in outcome:
        raise spot.refuse("key 'default' is missing")
    return outcome


def _is_who(key: str) -> bool:
    name, _, argument = key.partition(" ")
    if name == "party":
        return re.fullmatch(r"[A-Z0-9]{2,8}", argument) is not None
    return name in _WHO and argument in _WHO[name].words


def _override(spot: Spot) -> Override:
    values = form.mapping(
        spot,
        {
            "id": CLAUSE_ID,
            "text": form.text,
            "basis": form.text,
            "match_classes": form.listing(form.word({"space_time"})),
            "within": form.duration,
            "recipients": form.listing(form.word(RECIPIENT_KINDS.words[:6])),
            "office_classes": form.listing(form.word(OFFICE_CLASSES.words)),
            "level": form.word(LEVELS[1:]),
            "retention_days": form.number,
            "obligations": form.listing(OBLIGATION),
        },
        {},
    )
    return Override(at=spot.at, kinds=values.pop("recipients"), **values)
