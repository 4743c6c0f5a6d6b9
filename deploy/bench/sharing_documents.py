"""Random documents: the shipped ones, redrafted clause by clause and bar by bar; by a seed."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from consumers.sharing.documents import Agreement, Bar, Clause, Document, Statute
from consumers.sharing.vocabulary import (
    DUTIES,
    KINDS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    OPEN_ROLES,
)

T = TypeVar("T")

_EFFECTS: Final = ("release", "release", "DENY", "HOLD(originator)", "HOLD(privacy)", "HOLD(FBI)")
_WHO: Final = (
    "same_agency",
    "federal_law_enforcement",
    "foreign",
    "industry",
    "listed_country",
    "listed_officer",
    "party BIS",
    "duty investigating",
    "office_class analysis",
    "purpose prosecution",
)


def redrafted(documents: Sequence[Document], seed: int) -> tuple[Document, ...]:
    """Return documents in which about a third of the clauses and bars say something else."""
    draw = random.Random(seed)
    return tuple(
        _agreement(each, draw) if isinstance(each, Agreement) else _statute(each, draw)
        for each in documents
    )


def _agreement(agreement: Agreement, draw: random.Random) -> Agreement:
    third = draw.choice(["free", "originator_consent", "prohibited", agreement.third_agency])
    clauses = tuple(
        _clause(each, agreement, draw) if draw.random() < 0.3 else each
        for each in agreement.clauses
    )
    return replace(agreement, third_agency=third, clauses=clauses)


def _clause(clause: Clause, agreement: Agreement, draw: random.Random) -> Clause:
    changes: dict[str, Any] = {
        "match_classes": _some(MATCH_CLASS_WORDS.words, draw),
        "office_classes": _some(OFFICE_CLASSES.words, draw),
        "purposes": _some(agreement.purposes, draw),
        "crime_types": _some(agreement.crime_types, draw),
        "duties": draw.choice([(), _some(DUTIES.words, draw)]),
        "listed": draw.random() < 0.2,
        "newer_than_months": draw.choice([0, 12]),
        "us_person": draw.choice([None, True, False]),
        "offices": draw.choice([(), ("BIS/enforcement", "HSI/watch")]),
        "agencies": draw.choice([(), ("BIS", "HSI")]),
    }
    if "existence" not in clause.fields and "contact" not in clause.fields:
        changes |= {"entities": _some(KINDS.words, draw), "roles": _some(OPEN_ROLES, draw)}
    chosen = draw.sample(sorted(changes), 2)
    return replace(clause, **{name: changes[name] for name in chosen})


def _statute(statute: Statute, draw: random.Random) -> Statute:
    bars = tuple(_bar(each, draw) if draw.random() < 0.3 else each for each in statute.bars)
    return replace(statute, bars=bars)


def _bar(bar: Bar, draw: random.Random) -> Bar:
    outcome = {"default": draw.choice(_EFFECTS)}
    outcome |= {who: draw.choice(_EFFECTS) for who in draw.sample(_WHO, draw.choice([1, 2, 3]))}
    changes: dict[str, Any] = {
        "outcome": tuple(sorted(outcome.items())),
        "scope": draw.choice(["field", "support", "match"]),
        "must_share": draw.choice(["", "HOLD(privacy)"]),
        "yields": draw.random() < 0.5,
        "silent": draw.random() < 0.5,
        "obligations": draw.choice([(), ("NO-COURT",)]),
    }
    return replace(bar, **{name: changes[name] for name in draw.sample(sorted(changes), 2)})


def _some(words: Sequence[T], draw: random.Random) -> tuple[T, ...]:
    return tuple(draw.sample(words, draw.randint(1, len(words))))
