"""One generated function: deterministic, readable, each line naming its rule."""

import ast
from typing import Any

from consumers.sharing.compiler import UNBARRED_CAVEAT, UNKNOWN_WORD, compile_documents
from consumers.sharing.request import NEVER, Request
from consumers.sharing.vocabulary import (
    BANDS,
    CAVEATS,
    CRIME_TYPES,
    GRADES,
    HANDLINGS,
    KINDS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    ORIGINS,
    PURPOSES,
    RECIPIENT_KINDS,
    UNLIMITED,
    calendar,
)
from tests.unit.consumers.sharing.scene import NOW, shipped_policy

REQUEST = Request(
    owner="HSI",
    recipient="BIS",
    office="BIS/enforcement",
    nation="USA",
    kind=RECIPIENT_KINDS.bit("federal_law_enforcement"),
    office_class=OFFICE_CLASSES.bit("enforcement"),
    duties=0,
    purpose=PURPOSES.bit("export_enforcement"),
    crimes=CRIME_TYPES.bit("export_control"),
    caveats=0,
    origin=ORIGINS.bit("own"),
    handling=HANDLINGS.bit("H0"),
    entity=0,
    role=0,
    us_person=0,
    match_class=MATCH_CLASS_WORDS.bit("target"),
    band=BANDS.bit("confirmed"),
    grades=GRADES.bit("B2"),
    validated=UNLIMITED,
    informed=calendar(NOW.date()),
    imminence=NEVER,
    today=calendar(NOW.date()),
    now=int(NOW.timestamp()),
)


def with_(request: Request, name: str, value: Any) -> Request:
    return request._replace(**{name: value})


def granted(request: Request) -> list[str]:
    policy = shipped_policy()
    return [policy.grants[number].rule for number in policy.compiled.judge(request)[0]]


def test_source_is_the_same_whatever_order_documents_come_in() -> None:
    documents = shipped_policy().documents
    forwards, backwards = (compile_documents(d) for d in (documents, documents[::-1]))
    assert forwards.source == backwards.source
    assert forwards.lines == backwards.lines


def test_source_is_plain_functions_and_one_table_without_foreign_calls() -> None:
    tree = ast.parse(shipped_policy().compiled.source)
    assert {type(node) for node in tree.body} == {ast.FunctionDef, ast.Assign}
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    appends = {f"{each}.append" for each in ("granted", "bars", "clocks", "overrides")}
    assert calls == appends | {"DIRECTIONS.get", "direction", "grants"}


def test_every_grant_and_bar_stands_on_a_line_that_names_its_rule() -> None:
    compiled = shipped_policy().compiled
    for number, line in enumerate(compiled.source.splitlines(), 1):
        if ".append" in line:
            assert compiled.lines[number]
    rules = set(compiled.lines.values())
    assert {policy_grant.rule for policy_grant in shipped_policy().grants} <= rules
    assert {bar.id for bar in compiled.bars} <= rules


def test_match_question_meets_clauses_on_existence_only() -> None:
    assert granted(REQUEST) == ["HSI-BIS-2024/4.1"]
    subject = REQUEST.about("person", "subject", us_person=None)
    assert granted(subject) == [f"HSI-BIS-2024/4.{n}" for n in (1, 3, 4, 5, 7)]


def test_unknown_word_in_any_attribute_grants_nothing_or_is_barred() -> None:
    judge = shipped_policy().compiled.judge
    subject = REQUEST.about("person", "subject", us_person=None)
    for name, words in (
        ("office_class", OFFICE_CLASSES),
        ("purpose", PURPOSES),
        ("crimes", CRIME_TYPES),
        ("match_class", MATCH_CLASS_WORDS),
    ):
        for value in (words.unknown, 0):
            assert judge(with_(subject, name, value))[0] == []
    for name in ("kind", "origin", "handling", "band", "grades"):
        for value in (1 << 40, 0):
            found = judge(with_(subject, name, value))
            assert found == ([], [(UNKNOWN_WORD, "DENY")], [], [])
    assert granted(subject._replace(entity=KINDS.unknown)) == ["HSI-BIS-2024/4.1"]
    for party in ("owner", "recipient"):
        assert judge(with_(subject, party, "XXX"))[0] == []


def test_known_crime_type_beside_an_unknown_one_grants_nothing() -> None:
    crimes = REQUEST.crimes | CRIME_TYPES.unknown
    assert granted(REQUEST._replace(crimes=crimes)) == []


def test_caveat_without_a_bar_denies() -> None:
    judge = shipped_policy().compiled.judge
    barred = {caveat for bar in shipped_policy().compiled.bars for caveat in bar.caveats}
    for caveat in {*CAVEATS.words, "MADE_UP"} - barred:
        _, bars, *_ = judge(REQUEST._replace(caveats=CAVEATS.bit(caveat)))
        assert (UNBARRED_CAVEAT, "DENY") in bars


def test_unknown_us_person_meets_no_clause_that_asks_for_it() -> None:
    request = REQUEST._replace(
        recipient="SKR",
        purpose=PURPOSES.bit("criminal_investigation"),
        crimes=CRIME_TYPES.bit("cyber"),
        now=1_500_000_000,
    )
    clauses = {
        answer: granted(request.about("person", "subject", answer))
        for answer in (None, True, False)
    }
    assert clauses[False] == ["HSI-SKR-2010/II.1", "HSI-SKR-2010/II.2"]
    assert clauses[None] == clauses[True] == ["HSI-SKR-2010/II.1"]
