"""The document of bars that stand above every agreement, read from its strict YAML form."""

from typing import Any, Final

from consumers.sharing import form
from consumers.sharing.documents import Bar, Statute
from consumers.sharing.form import CLAUSE_ID, DOCUMENT_ID, OBLIGATION, Spot
from consumers.sharing.vocabulary import (
    BANDS,
    CAVEATS,
    GRADES,
    MATCH_CLASS_WORDS,
    RECIPIENT_KINDS,
)

EFFECT: Final = form.matching(
    r"release|DENY|HOLD\([A-Za-z0-9_]+\)", "an outcome: release, DENY, HOLD(x)"
)


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
        {},
    )
    bars: tuple[Bar, ...] = values["bars"]
    if len({bar.id for bar in bars}) < len(bars):
        raise root.refuse("two bars have one id")
    return Statute(values["agreement"], values["title"], values["version"], bars)


def _bar(spot: Spot) -> Bar:
    values = form.mapping(
        spot,
        {
            "id": CLAUSE_ID,
            "text": form.text,
            "basis": form.text,
            "when": _condition,
            "outcome": _outcome,
            "scope": form.word({"support", "field"}),
        },
        {"obligations": form.listing(OBLIGATION)},
    )
    outcome, condition = values.pop("outcome"), values.pop("when")
    silent = outcome.pop("owner", None) is not None
    return Bar(
        at=spot.at,
        silent=silent,
        outcome=tuple(sorted(outcome.items())),
        obligations=values.pop("obligations", ()),
        caveats=condition.get("caveats", ()),
        third_agency="originator" in condition,
        match_classes=condition.get("match_classes", ()),
        bands=condition.get("bands", ()),
        grades=condition.get("grades", ()),
        **values,
    )


def _condition(spot: Spot) -> dict[str, Any]:
    values = form.mapping(
        spot,
        {},
        {
            "caveats": form.listing(form.word(CAVEATS.words)),
            "originator": form.word({"third_agency"}),
            "match_classes": form.listing(form.word(MATCH_CLASS_WORDS.words)),
            "bands": form.listing(form.word(BANDS.words)),
            "grades": form.listing(form.word(GRADES.words)),
        },
    )
    if not values:
        raise spot.refuse("a bar needs a condition")
    return values


def _outcome(spot: Spot) -> dict[str, str]:
    optional: dict[str, form.Reader[str]] = dict.fromkeys(RECIPIENT_KINDS.words, EFFECT)
    optional["owner"] = form.word({"SILENT"})
    return form.mapping(spot, {"default": EFFECT}, optional)
