# ruff: noqa: E501 - one line for each kind of error
"""Errors that a tired lawyer makes: each is refused, at its place, before anything is in force."""

from collections.abc import Callable

import pytest

from consumers.sharing.form import MAX_NODES
from consumers.sharing.policy import AGREEMENTS, build_policy, load_policy
from consumers.sharing.review import check
from schemas.errors import ConfigError
from tests.unit.consumers.sharing.parties import REGISTER
from tests.unit.consumers.sharing.scene import SECRETS

SHIPPED = {path.name: path.read_text() for path in sorted(AGREEMENTS.glob("*.yaml"))}
BIS, SKR, CBP = (SHIPPED[f"hsi-{each}.yaml"] for each in ("bis-2024", "skr-2010", "cbp-2019"))
MEX, BARS = SHIPPED["hsi-mex-2012.yaml"], SHIPPED["statutory.yaml"]

Change = Callable[[str], str]
Kinds = dict[str, tuple[str, Change, str]]


def swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def clause(said: str) -> Change:
    return lambda text: text + "".join(f"  {line}\n" for line in said.splitlines())


AGAIN = """- id: "9.9"
  text: Names of a subject go to any office.
  entities: [person]
  roles: [subject]
  fields: [name]
  level: full"""
FORM: Kinds = {
    "unknown key": (BIS, swap("retention_days", "retention_day"), "unknown key 'retention_day'"),
    "repeated key": (BIS, swap("onward:", "title: Again\nonward:"), "key 'title' is repeated"),
    "unknown level": (BIS, swap("level: masked", "level: hidden"), "unknown word 'hidden'"),
    "unknown obligation": (BIS, swap("[ACK]", "[NOTIFY]"), "'NOTIFY' is not an obligation"),
    "unknown caveat": (BARS, swap("[LES]", "[FOUO]"), "unknown word 'FOUO'"),
    "unknown hold": (BARS, swap("HOLD(privacy)", "HOLD(someone)"), "is not an outcome"),
    "unknown role": (BIS, swap("roles: [subject]", "roles: [suspect]"), "unknown word 'suspect'"),
    "caller named": (BIS, swap("roles: [subject]", "roles: [caller]"), "unknown word 'caller'"),
    "dates reversed": (BIS, swap("to: 2029-03-26", "to: 2019-03-26"), "ends before it begins"),
    "no such day": (BIS, swap("2029-03-26", "2029-02-30"), "a date YYYY-MM-DD is expected"),
    "day written otherwise": (BIS, swap("2024-03-26", "26/03/2024"), "a date YYYY-MM-DD"),
    "half a resumption": (SKR, swap("order:", "to: 2023-01-01, order:"), "said whole"),
    "resumed before": (
        SKR,
        swap("order:", "to: 2021-01-01, resumed_by: x, order:"),
        "ends before it begins",
    ),
    "wider crime type": (BIS, swap("fields: [name, phone, email]", "crime_types: [cyber]\n    fields: [name, phone, email]"), "the clause widens its agreement"),
    "wider direction": (BIS, swap("directions: [HSI to BIS, BIS to HSI]", "directions: [HSI to CBP]"), "between the parties"),
    "wider office": (BIS, swap("{office_class: [enforcement, watch]}", "{office: [CBP/targeting]}"), "the clause widens its agreement"),
    "age without unit": (SHIPPED["hsi-fbi-2016.yaml"], swap("newer_than: 5 y", "newer_than: 5"), "'5' is not text"),
    "age in another unit": (SHIPPED["hsi-fbi-2016.yaml"], swap("5 y", "5 weeks"), "an age is expected"),
    "clause twice": (BIS, swap('id: "4.2"', 'id: "4.1"'), "clause 4.1 is repeated"),
    "party twice": (BIS, swap("[HSI, BIS]", "[HSI, HSI]"), "repeated in its list"),
    "bar without condition": (BARS, swap("{caveats: [NOFORN]}", "{}"), "a bar needs a condition"),
    "bar without default": (BARS, swap("foreign: DENY, default: release", "foreign: DENY"), "key 'default' is missing"),
    "empty list": (BIS, swap("[export_control, sanctions_evasion, proliferation]", "[]"), "the list is empty"),
    "anchor": (BIS, swap("[HSI, BIS]", "&p [HSI, BIS]"), "anchors are refused"),
    "tag": (BIS, swap("version: 4", "version: !!python/int 4"), "tags are refused"),
    "merge key": (BIS, swap("onward:", "<<: {a: 1}\nonward:"), "merge keys are refused"),
    "two documents": (BIS, lambda t: t + "---\na: 1\n", "found another document"),
    "Cyrillic letter": (BIS, swap("[HSI, BIS]", "[НSI, BIS]"), "CYRILLIC CAPITAL LETTER EN is refused"),  # noqa: RUF001
    "zero width": (BIS, swap("Companies", "Comp\u200banies"), "ZERO WIDTH SPACE is refused"),
    "turned direction": (BIS, swap("Companies", "\u202eCompanies"), "RIGHT-TO-LEFT OVERRIDE"),
    "control character": (BIS, swap("Companies", "Comp\x07anies"), "is refused"),
    "deep": (BIS, swap("[HSI, BIS]", "[" * 40 + "]" * 40), "nested deeper than 12"),
    "bomb": (BIS, lambda t: t + "x: [" + "a," * (MAX_NODES + 1) + "]\n", f"more than {MAX_NODES}"),
    "long": (BIS, lambda t: t + "#" * 300_000, "longer than"),
}  # fmt: skip
MEANING: Kinds = {
    "unknown party": (BIS, lambda t: t.replace("BIS", "BSI"), "BSI not in the party register"),
    "overlapping": (BIS, clause(AGAIN), "clause 9.9 overlaps clause 4.3 on name"),
    "suspension before the term": (SKR, swap("from: 2022-03-01", "from: 2002-03-01"), "lies outside"),
    "suspension after the term": (BIS, swap("suspensions: []", "suspensions: [{from: 2030-01-01, order: x, on_resume: review}]"), "lies outside"),
    "suspensions not apart": (SKR, swap("suspensions:\n", "suspensions:\n  - {from: 2021-01-01, order: x, on_resume: review}\n"), "stand in order and apart"),
    "impossible year": (BIS, swap("2024-03-26", "0224-03-26"), "no year of an agreement"),
    "idle party": (BIS, swap("[HSI, BIS]", "[HSI, BIS, FBI]"), "party FBI neither gives nor receives"),
    "must-share of what nobody may know": (CBP, swap("clauses:", "must_share: [{class: network, within: 1 h, basis: x}]\nclauses:"), "no clause can release its existence"),
    "must-share sooner than can be": (BIS, swap("within: 30 s", "within: 1 s"), "can't be kept"),
    "must-share twice": (BIS, swap("class: space_time", "class: duplicate_investigation"), "twice"),
    "unreachable clause": (CBP, swap("match_classes: [target]\n    fields: [name, birth", "match_classes: [network]\n    fields: [name, birth"), "clause 3.2 is unreachable"),
    "field nobody has": (BIS, swap("fields: [name, nationality, phone", "fields: [birth_date, name, nationality, phone"), "only a person has that"),
    "place mixed": (BIS, swap("fields: [place_time]", "fields: [place_time, address]"), "a clause of its own"),
    "retains longer": (BIS, swap("[ACK]", "[RETAIN(3650)]"), "longer than its agreement's 1825"),
    "retains twice": (BIS, swap("[ACK]", "[RETAIN(10), RETAIN(20)]"), "contradict each other"),
    "foreign purpose": (BIS, swap("[ACK]", "[PURPOSE(outreach)]"), "for which it does not disclose"),
    "retention unit": (BIS, swap("1825", "157680000"), "more than five years"),
    "sentence and level": (BIS, swap("level: masked\n    keep_last: 4", "level: full"), "says masked and grants full"),
    "mask that shows": (BIS, swap("keep_last: 4", "keep_last: 14"), "at most 6 is a mask"),
    "placeholder": (BIS, swap("Companies, vessels", "TBD Companies, vessels"), "placeholder"),
    "victims abroad": (MEX, swap("roles: [subject]\n    us_person", "roles: [subject, victim]\n    us_person"), "that stays at home"),
    "free abroad": (MEX, swap("third_agency: originator_consent", "third_agency: free"), "22 CFR 9.12"),
    "exempt across departments": (BIS, swap("accounting: accounted", "accounting: exempt"), "reaches one agency only"),
    "unknown office": (BIS, swap("{office_class: [enforcement, watch]}", "{office: [BIS/nowhere]}"), "BIS/nowhere is not in the party register"),
    "example of another field": (BIS, swap("role: consignee, field: name}", "role: consignee, field: sex}"), "which the clause does not give"),
    "bar that opens": (BARS, swap("listed_officer: release, default: DENY", "default: release"), "releases GRAND_JURY by default"),
    "bar open abroad": (BARS, swap("foreign: HOLD(STATE), industry: DENY", "industry: DENY"), "releases VISA_222F to foreign"),
    "bar on a field only": (BARS, swap("must_share: HOLD(counsel)\n    scope: support", "scope: field"), "protects only a field"),
    "bar that does nothing": (BARS, swap("outcome: {industry: DENY, default: release}\n    scope: field\n    obligations: [BANNER(LES)]", "outcome: {default: release}\n    scope: field"), "does nothing"),
    "bar that never applies": (BARS, swap("outcome: {default: DENY}\n    scope: support\noverrides", "outcome: {default: DENY}\n    scope: support\n    obligations: [ACK]\noverrides"), "releases to nobody"),
    "bar missing": (BARS, swap("originator: third_agency", "bands: [probable]"), "is missing"),
    "same bar twice": (BARS, swap("{caveats: [EEI]}", "{caveats: [ECRA]}"), "has the condition of bar"),
    "hold for a stranger": (BARS, swap("HOLD(STATE)", "HOLD(STTE)"), "STTE is not in the party register"),
    "wide override": (BARS, swap("level: summary", "level: full"), "at most summary"),
    "override abroad": (BARS, swap("recipients: [same_agency", "recipients: [foreign, same_agency"), "only for those who run operations at home"),
    "onward by leave that no clause leaves": (SKR, swap("onward: prohibited", "onward: originator_consent"), "from HSI to SKR obliges to NO-ONWARD: prohibited is expected"),
    "onward free to who enforces nothing": (SHIPPED["hsi-state-2014.yaml"], swap("onward: originator_consent", "onward: free"), "onward is free with STATE: 28 CFR 23.20(f)(1)"),
    "late warning": (BIS, swap("within: 2 s", "within: 2 h"), "must_share of space_time within 2:00:00: 0:30:00 at most"),
    "late clock": (BIS, swap("within: 30 s", "within: 30 d"), "within 30 days, 0:00:00: 3 days, 0:00:00 at most"),
    "protected and without a bar": (BARS, swap("[POLITICAL]", "[PROPRIETARY]"), "a bar about POLITICAL is missing"),
    "handling without its duty": (BARS, swap("[H2, H3]", "[H2]"), "a bar that obliges H3 to NO-ONWARD is missing"),
    "asks a stranger": (BARS, swap("must_share: HOLD(counsel)", "must_share: HOLD(COMMERCE)"), "asks COMMERCE: the decision of counsel"),
    "asks other than the originator": (BARS, swap("purpose prosecution: HOLD(originator)", "purpose prosecution: HOLD(prosecutor)"), "asks prosecutor: the decision of originator"),
    "released without its duty": (BARS, swap("[BANNER(LES)]", "[ACK]"), "releases LES without BANNER(LES)"),
    "owner left out": (BARS, swap("industry: DENY, default: DENY, owner: SILENT", "industry: DENY, default: DENY"), "never tells the owner of TITLE_III of a hit"),
    "lives in danger": (BARS, swap("must_share: HOLD(originator)\n    scope: support\n    imminent_danger: yields", "must_share: HOLD(originator)\n    scope: support"), "withholds UNDERCOVER in danger to life"),
    "opened abroad by a duty": (BARS, swap("duty investigating: release, foreign: DENY", "duty investigating: release"), "releases TITLE_III to foreign"),
    "never is never": (BARS, swap("[ASYLUM]}\n    outcome: {", "[ASYLUM]}\n    outcome: {state: HOLD(privacy), "), "opens ASYLUM: DENY is expected"),
    "unvalidated by field": (BARS, swap("5 y}\n    outcome: {default: DENY}\n    scope: support", "5 y}\n    outcome: {default: DENY}\n    scope: field"), "where unvalidated intelligence protects the record"),
    "unvalidated for long": (BARS, swap("unvalidated_for: 5 y", "unvalidated_for: 61 months"), "lets intelligence stand 61 months"),
    "caveat of two bars": (BARS, swap("{caveats: [TIP]}", "{caveats: [TIP, EEI]}"), "bar TIP has the condition of bar 15CFR30.60"),
    "override for ever": (BARS, swap("within: 24 h", "within: 240 h"), "danger is imminent"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORM)
def test_break_of_the_form_is_refused_at_its_place(kind: str) -> None:
    text, change, expected = FORM[kind]
    [problem] = check({"a.yaml": change(text)}, REGISTER)
    assert expected in problem
    source, line, column, _ = problem.split(":", 3)
    assert (source, line.isdigit(), column.isdigit()) == ("a.yaml", True, True)


@pytest.mark.parametrize("kind", MEANING)
def test_what_cannot_be_meant_is_refused_at_its_place(kind: str) -> None:
    text, change, expected = MEANING[kind]
    problems = check({"a.yaml": change(text)}, REGISTER)
    assert any(expected in problem for problem in problems), problems
    assert all(problem.startswith("a.yaml:") for problem in problems)


def test_unsound_document_is_never_in_force_and_neither_is_a_policy_without_bars() -> None:
    broken = {**SHIPPED, "hsi-bis-2024.yaml": clause(AGAIN)(BIS)}
    with pytest.raises(ConfigError, match=r"hsi-bis-2024\.yaml:\d+:\d+: clause 9\.9 overlaps"):
        build_policy(broken, REGISTER, SECRETS)
    with pytest.raises(ConfigError, match="no document of bars"):
        build_policy({"hsi-bis-2024.yaml": BIS}, REGISTER, SECRETS)


def test_bytes_that_are_not_utf_8_are_refused_at_their_place(tmp_path: object) -> None:
    path = AGREEMENTS.__class__(str(tmp_path)) / "a.yaml"
    path.write_bytes(b"agreement: A-1\ntitle: caf\xe9\n")
    with pytest.raises(ConfigError, match=r"a\.yaml:2:11: this is not UTF-8"):
        load_policy([path], REGISTER, SECRETS)


def test_shipped_documents_stand_against_the_register() -> None:
    assert check(SHIPPED, REGISTER) == ()
