"""The compiled functions say what a slow reading of the documents says, for any of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.sharing.compiler import compile_documents, seconds_of
from consumers.sharing.documents import Agreement, Bar, Clause, Statute, Suspension
from consumers.sharing.questions import questions
from consumers.sharing.request import Request
from consumers.sharing.vocabulary import (
    CAVEATS,
    CRIME_TYPES,
    DUTIES,
    EXISTENCE_FIELDS,
    KINDS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    PURPOSES,
    RECIPIENT_KINDS,
    ROLES,
    Words,
    months,
)
from tests.unit.consumers.sharing.scene import shipped_policy

START = date(2020, 1, 1)
PARTIES = ("AAA", "BBB", "CCC")
NO_CLAUSE = next(c for a in shipped_policy().agreements for c in a.clauses)


def some(words: Words) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(words.words), min_size=1, max_size=5, unique=True).map(tuple)


directions = st.lists(
    st.tuples(st.sampled_from(PARTIES), st.sampled_from(PARTIES)), min_size=1, unique=True
).map(tuple)


@st.composite
def clauses(draw: st.DrawFn, name: str) -> Clause:
    return replace(
        NO_CLAUSE,
        id=name,
        directions=draw(directions),
        fields=draw(st.sampled_from((("existence", "class"), ("name",), ("phone", "email")))),
        entities=draw(some(KINDS)),
        roles=draw(some(ROLES)),
        purposes=draw(some(PURPOSES)),
        crime_types=draw(some(CRIME_TYPES)),
        office_classes=draw(some(OFFICE_CLASSES)),
        offices=draw(st.sampled_from(((), ("BBB/any",), ("AAA/other",)))),
        duties=draw(st.sampled_from(((), ("investigating",)))),
        match_classes=draw(some(MATCH_CLASS_WORDS)),
        us_person=draw(st.sampled_from((None, True, False))),
        newer_than_months=draw(st.sampled_from((0, 12, 60))),
        must_release=(),
        must_withhold=(),
    )


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    suspended = datetime(2021, 1, 1, 10, 1, tzinfo=UTC)
    resumed = suspended + timedelta(days=30)
    suspensions = draw(
        st.sampled_from(
            ((), (Suspension(suspended, None, "x"),), (Suspension(suspended, resumed, "x"),))
        )
    )
    made = tuple(draw(clauses(str(number))) for number in range(draw(st.integers(1, 4))))
    return replace(
        shipped_policy().agreements[0],
        id="A-1",
        directions=tuple(sorted({d for each in made for d in each.directions})),
        start=START,
        end=draw(st.sampled_from((None, date(2022, 1, 1)))),
        suspensions=suspensions,
        crime_types=CRIME_TYPES.words,
        purposes=PURPOSES.words,
        must_share=(),
        clauses=made,
    )


def within(mask: int, words: Words, said: tuple[str, ...]) -> bool:
    return bool(set(words.of(mask)) & set(said))


def in_force(agreement: Agreement, now: int) -> bool:
    """Whether an agreement stands at a moment, read slowly."""
    ended = agreement.end is not None and now >= seconds_of(agreement.end)
    suspended = any(
        seconds_of(each.start) <= now and (each.end is None or now < seconds_of(each.end))
        for each in agreement.suspensions
    )
    return now >= seconds_of(agreement.start) and not ended and not suspended


def reads(agreement: Agreement, clause: Clause, request: Request) -> bool:
    """Whether a clause grants, read slowly from its values."""
    words: list[tuple[int, Words, tuple[str, ...]]] = [
        (request.purpose, PURPOSES, clause.purposes),
        (request.office_class, OFFICE_CLASSES, clause.office_classes),
        (request.match_class, MATCH_CLASS_WORDS, clause.match_classes),
    ]
    if not EXISTENCE_FIELDS & set(clause.fields):
        words += [(request.entity, KINDS, clause.entities), (request.role, ROLES, clause.roles)]
    if clause.duties:
        words.append((request.duties, DUTIES, clause.duties))
    answer = {None: request.us_person, True: 2, False: 1}[clause.us_person]
    limit = clause.newer_than_months
    return all(
        (
            (request.owner, request.recipient) in clause.directions,
            in_force(agreement, request.now),
            all(within(*each) for each in words),
            bool(request.crimes),
            set(CRIME_TYPES.of(request.crimes)) <= set(clause.crime_types),
            not clause.offices or request.office in clause.offices,
            request.us_person == answer,
            not limit or request.informed + months(limit) > request.today,
        )
    )


@settings(max_examples=120, deadline=None)
@given(agreements(), st.integers(0, 1_000_000))
def test_clauses_grant_what_they_say(agreement: Agreement, seed: int) -> None:
    compiled = compile_documents([agreement])
    for request in questions([agreement], 40, seed):
        expected = [n for n, c in enumerate(agreement.clauses) if reads(agreement, c, request)]
        assert compiled.grants(request)[0] == expected
        assert compiled.judge(request)[0] == expected


@settings(max_examples=120, deadline=None)
@given(agreements(), st.integers(0, 1_000_000))
def test_other_agreements_change_nothing_and_an_unknown_bit_grants_nothing(
    agreement: Agreement, seed: int
) -> None:
    alone = compile_documents([agreement])
    among = compile_documents([agreement, *shipped_policy().documents])
    for request in questions([agreement], 10, seed):
        assert alone.grants(request) == among.grants(request)
        for name, words in (
            ("purpose", PURPOSES),
            ("office_class", OFFICE_CLASSES),
            ("match_class", MATCH_CLASS_WORDS),
            ("crimes", CRIME_TYPES),
        ):
            change: dict[str, Any] = {name: words.unknown}
            assert among.grants(request._replace(**change))[0] == []
            change[name] = 0
            assert among.grants(request._replace(**change))[0] == []


WHO = (
    *RECIPIENT_KINDS.words,
    "duty investigating",
    "purpose prosecution",
    "office_class watch",
    "party HSI",
)
EFFECTS = ("release", "DENY", "HOLD(privacy)", "HOLD(FBI)")


@st.composite
def bars(draw: st.DrawFn) -> Bar:
    outcome = draw(st.dictionaries(st.sampled_from(WHO), st.sampled_from(EFFECTS), max_size=4))
    return replace(
        next(bar for bar in shipped_policy().compiled.bars if bar.id == "LES"),
        caveats=draw(some(CAVEATS)),
        outcome=tuple(sorted({**outcome, "default": draw(st.sampled_from(EFFECTS))}.items())),
        obligations=(),
    )


def fits(who: str, request: Request) -> bool:
    name, _, word = who.partition(" ")
    return {
        "duty": lambda: within(request.duties, DUTIES, (word,)),
        "purpose": lambda: within(request.purpose, PURPOSES, (word,)),
        "office_class": lambda: within(request.office_class, OFFICE_CLASSES, (word,)),
        "party": lambda: request.recipient == word,
    }.get(name, lambda: within(request.kind, RECIPIENT_KINDS, (who,)))()


@settings(max_examples=150, deadline=None)
@given(bars(), st.integers(0, 1_000_000))
def test_bar_does_the_strictest_of_the_lines_that_fit(bar: Bar, seed: int) -> None:
    statute = Statute("S", "S", 1, (bar,))
    compiled = compile_documents([statute])
    for request in questions([statute], 40, seed):
        marked = bool(set(CAVEATS.of(request.caveats)) & set(bar.caveats))
        lines = [effect for who, effect in bar.outcome if who != "default" and fits(who, request)]
        expected = set(lines or [dict(bar.outcome)["default"]]) - {"release"} if marked else set()
        found = {effect for number, effect in compiled.judge(request)[1] if number == 0}
        assert found == expected
