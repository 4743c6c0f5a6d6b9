"""What is wrong with an agreement that keeps the form: what tired drafters say, and do not mean.

Every fault is `document:line:column: what, and what was expected`. What needs the party register is
in `registered`; the document of bars has its own floor (`floor`).
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Final

from consumers.sharing.documents import Agreement, Clause, Direction
from consumers.sharing.vocabulary import EXISTENCE_FIELDS, PLACE_TIME
from schemas.match import MATCH_CLASSES

_PERSONAL: Final = frozenset({"birth_date", "sex", "birth_place"})
"""Fields that only a person has."""
_SAID: Final = (
    (r"\bin full\b", "full"),
    (r"\bmask(ed|s)?\b", "masked"),
    (r"\btokeni[sz]ed\b", "token"),
    (r"\bsummari[sz]ed\b", "summary"),
)
"""What a sentence may say of the level it grants."""
_PLACEHOLDER: Final = re.compile(
    r"\b(tbd|todo|tbc|xxx+|lorem)\b|\?\?|\[[^\]]*\]|\.\.\.", re.IGNORECASE
)
_YEARS: Final = (1900, 2200)
_MAX_RETENTION_DAYS: Final = 1_827
"""Five years, leap days included: 28 CFR 23.20(h)."""
_MAX_KEEP_LAST: Final = 6
_LATEST: Final = {"space_time": timedelta(minutes=30)}
"""How late word that operations meet is still a warning; of other classes `_LATEST_OF_ANY`."""
_LATEST_OF_ANY: Final = timedelta(hours=72)
_FREE_PURPOSES: Final = frozenset({"matter", "investigation"})
"""Purposes of an obligation that are no purpose of a channel."""


def faults(agreement: Agreement) -> Iterator[str]:
    """Yield everything that is wrong with an agreement by itself."""
    at = agreement.at
    yield from (
        f"{at}: {each}" for each in (*_term(agreement), *_whole(agreement), *_must_share(agreement))
    )
    for clause in agreement.clauses:
        yield from (f"{clause.at}: clause {clause.id} {each}" for each in _clause(clause))
        yield from (
            f"{clause.at}: clause {clause.id} {each}" for each in _duties(agreement, clause)
        )
        yield from _examples(clause)
    for one, other in combinations(agreement.clauses, 2):
        common = sorted(set(one.fields) & set(other.fields))
        if common and overlap(one, other):
            yield (
                f"{other.at}: clause {other.id} overlaps clause {one.id} on {', '.join(common)}: "
                "one question has one answer; narrow one of them"
            )


def overlap(one: Clause, other: Clause) -> bool:
    """Return whether some recipient and some entity meet the conditions of both clauses."""
    about_match = EXISTENCE_FIELDS.issuperset(one.fields) or EXISTENCE_FIELDS.issuperset(
        other.fields
    )
    closed = ["directions", "purposes", "crime_types", "office_classes", "match_classes"]
    closed += [] if about_match else ["entities", "roles"]
    if any(set(getattr(one, name)).isdisjoint(getattr(other, name)) for name in closed):
        return False
    for name in ("agencies", "offices", "duties"):
        mine, theirs = set(getattr(one, name)), set(getattr(other, name))
        if mine and theirs and mine.isdisjoint(theirs):
            return False
    return (
        about_match
        or None in {one.us_person, other.us_person}
        or (one.us_person == other.us_person)
    )


def _term(agreement: Agreement) -> Iterator[str]:
    """Yield what is wrong with its days."""
    start, end = _moment(agreement.start), _moment(agreement.end) if agreement.end else None
    days = [start, *([end] if end else [])]
    for each in agreement.suspensions:
        days += [each.start, *([each.end] if each.end else [])]
        if each.start < start or (end is not None and each.start >= end):
            yield f"the suspension of {each.start:%Y-%m-%d} lies outside the agreement's term"
        if end is not None and each.end is not None and each.end > end:
            yield f"the resumption of {each.end:%Y-%m-%d} lies outside the agreement's term"
    for one, other in zip(agreement.suspensions, agreement.suspensions[1:], strict=False):
        if one.end is None or one.end > other.start:
            yield (
                f"the suspension of {other.start:%Y-%m-%d} begins before the one of "
                f"{one.start:%Y-%m-%d} has ended: suspensions stand in order and apart"
            )
    for day in days:
        if not _YEARS[0] <= day.year < _YEARS[1]:
            yield f"the year {day.year} is no year of an agreement"


def _whole(agreement: Agreement) -> Iterator[str]:
    """Yield what is wrong with parties, directions and duties taken together."""
    named = {party for direction in agreement.directions for party in direction}
    for party in agreement.parties:
        if party not in named:
            yield f"party {party} neither gives nor receives: no direction names it"
    if agreement.retention_days > _MAX_RETENTION_DAYS:
        yield (
            f"retention_days {agreement.retention_days} is more than five years, "
            "after which 28 CFR 23.20(h) purges what was not validated"
        )
    for text in (agreement.title, agreement.basis):
        if _PLACEHOLDER.search(text):
            yield f"{text!r} is a placeholder: title and basis are to be written"
    for direction in agreement.directions:
        here = [c for c in agreement.clauses if direction in c.directions]
        if not any("existence" in c.fields for c in here):
            yield (
                f"no clause lets a match be known from {direction[0]} to {direction[1]}: "
                "fields existence and class are expected in one"
            )
        duties = [c.obligations for c in here if EXISTENCE_FIELDS.isdisjoint(c.fields)]
        if agreement.onward != "prohibited" and duties and all("NO-ONWARD" in d for d in duties):
            yield (
                f"onward is {agreement.onward} and every clause from {direction[0]} to "
                f"{direction[1]} obliges to NO-ONWARD: prohibited is expected"
            )


def _must_share(agreement: Agreement) -> Iterator[str]:
    """Yield the clocks that can't be kept, or that no clause lets run."""
    classes = [each.match_class for each in agreement.must_share]
    for each in agreement.must_share:
        if classes.count(each.match_class) > 1:
            yield f"must_share names {each.match_class} twice"
        budget = MATCH_CLASSES[each.match_class].budget_seconds
        if each.within.total_seconds() < budget:
            yield f"must_share of {each.match_class} within less than {budget} s can't be kept"
        if each.within > (latest := _LATEST.get(each.match_class, _LATEST_OF_ANY)):
            yield f"must_share of {each.match_class} within {each.within}: {latest} at most"
        for direction in agreement.directions:
            if not _can_share(agreement, direction, each.match_class):
                yield (
                    f"must_share of {each.match_class} from {direction[0]} to {direction[1]}: "
                    "no clause can release its existence"
                )


def _can_share(agreement: Agreement, direction: Direction, match_class: str) -> bool:
    return any(
        "existence" in clause.fields
        and direction in clause.directions
        and match_class in clause.match_classes
        for clause in agreement.clauses
    )


def _clause(clause: Clause) -> Iterator[str]:
    """Yield what is wrong with the words of one clause."""
    if _PLACEHOLDER.search(clause.text):
        yield "has a placeholder for its sentence"
    said = {level for pattern, level in _SAID if re.search(pattern, clause.text, re.IGNORECASE)}
    if said and clause.level not in said:
        yield f"says {' and '.join(sorted(said))} and grants {clause.level}"
    if clause.keep_last > _MAX_KEEP_LAST:
        yield f"keeps the last {clause.keep_last} characters: at most {_MAX_KEEP_LAST} is a mask"
    if EXISTENCE_FIELDS.issuperset(clause.fields):
        return
    place = PLACE_TIME in clause.fields
    alone = clause.fields == (PLACE_TIME,) and PLACE_TIME in clause.entities
    if (place and not alone) or (not place and clause.entities == (PLACE_TIME,)):
        yield "mixes place_time with other fields or entities: it has a clause of its own"
    if place and "none" not in clause.roles:
        yield "is unreachable: a place_time has the role none"
    if lost := _PERSONAL.intersection(clause.fields) if "person" not in clause.entities else None:
        yield f"is unreachable for {', '.join(sorted(lost))}: only a person has that"


def _duties(agreement: Agreement, clause: Clause) -> Iterator[str]:
    """Yield where a clause's obligations contradict, and where nothing ever reaches it."""
    kinds = [obligation.partition("(")[0] for obligation in clause.obligations]
    for kind in ("RETAIN", "PURPOSE"):
        if kinds.count(kind) > 1:
            yield f"has two obligations {kind}: they contradict each other"
    for obligation in clause.obligations:
        kind, _, argument = obligation.rstrip(")").partition("(")
        if kind == "RETAIN" and int(argument) > agreement.retention_days:
            yield (
                f"retains {argument} days, longer than its agreement's {agreement.retention_days}"
            )
        if kind == "PURPOSE" and argument not in {*clause.purposes, *_FREE_PURPOSES}:
            yield f"obliges to purpose {argument!r}, for which it does not disclose"
    if "existence" not in clause.fields and not any(
        "existence" in other.fields and overlap(clause, other) for other in agreement.clauses
    ):
        yield "is unreachable: no clause lets such a recipient know of such a match"


def _examples(clause: Clause) -> Iterator[str]:
    for example in clause.must_release:
        if example.field not in clause.fields:
            yield f"{example.at}: the example asks {example.field}, which the clause does not give"
    asked = {_question(example) for example in clause.must_release}
    for example in clause.must_withhold:
        if _question(example) in asked:
            yield f"{example.at}: the example must be released and withheld at once"


def _question(example: object) -> str:
    return re.sub(r"at='[^']*', ", "", repr(example))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
