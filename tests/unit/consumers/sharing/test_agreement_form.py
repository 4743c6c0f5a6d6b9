"""The strict form: what is not exactly said is refused, with the line and column where."""

from collections.abc import Callable

import pytest

from consumers.sharing.agreement import parse
from consumers.sharing.documents import Agreement, Statute
from consumers.sharing.policy import AGREEMENTS, Secrets, build_policy, load_policy
from consumers.sharing.review import check, run_examples, show
from schemas.errors import ConfigError
from tests.unit.consumers.sharing.parties import REGISTER
from tests.unit.consumers.sharing.scene import SECRETS, shipped_policy

SHIPPED = {path.name: path.read_text() for path in sorted(AGREEMENTS.glob("*.yaml"))}
BIS = SHIPPED["hsi-bis-2024.yaml"]
BARS = SHIPPED["statutory.yaml"]

SMALL = """\
agreement: A-1
title: Small
version: 1
basis: a test
parties: [HSI, BIS]
directions: [HSI to BIS]
in_force: {from: 2024-01-01}
suspensions: []
accounting: accounted
crime_types: [export_control]
purposes: [export_enforcement]
retention_days: 30
onward: prohibited
third_agency: originator_consent
clauses:
  - id: "1"
    text: Existence.
    fields: [existence, class]
    level: pointer
"""
CLAUSE = '  - {id: "2", text: More., fields: [name], level: full}\n'


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(text, "a.yaml")
    return caught.value.detail


def test_shipped_documents_are_well_formed_marked_as_invented_and_their_examples_hold() -> None:
    assert check(SHIPPED) == ()
    assert len(run_examples(SHIPPED)) > 30
    assert all(outcome.passed for outcome in run_examples(SHIPPED))
    assert all("nvented wording" in text.splitlines()[0] for text in SHIPPED.values())
    names = {parse(text, source).id for source, text in SHIPPED.items()}
    with_hsi = "BIS-2024 SKR-2010 CBP-2019 FBI-2016 STATE-2014 COMMERCE-2015 MEX-2012 GBR-2013"
    with_hsi += " INDUSTRY-2001 INTERNAL"
    assert names == {*(f"HSI-{each}" for each in with_hsi.split()), "STATUTORY"}


def test_small_agreement_is_read_as_it_says() -> None:
    agreement = parse(SMALL + CLAUSE, "a.yaml")
    assert isinstance(agreement, Agreement)
    assert agreement.directions == (("HSI", "BIS"),)
    assert agreement.clauses[1].purposes == ("export_enforcement",)
    assert "victim" not in agreement.clauses[1].roles
    assert isinstance(parse(BARS, "s.yaml"), Statute)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t: t.replace("title: Small", "titel: Small"), "a.yaml:2:8: unknown key 'titel'"),
        (lambda t: t + "version: 2\n", "a.yaml:20:1: key 'version' is repeated"),
        (lambda t: t.replace("version: 1\n", ""), "a.yaml:1:1: key 'version' is missing"),
        (lambda t: t.replace("version: 1", "version: one"), "a.yaml:3:10: a positive whole number"),
        (lambda t: t.replace('"1"', "1"), "a.yaml:16:9: '1' is not text to YAML: quote it"),
        (lambda t: t.replace("[export_control]", "[]"), "a.yaml:10:14: the list is empty"),
        (
            lambda t: t.replace("[export_control]", "[spying]"),
            "a.yaml:10:15: unknown word 'spying'",
        ),
        (
            lambda t: t.replace("[HSI to BIS]", "[HSI to CBP]"),
            "a.yaml:6:14: a direction is between",
        ),
        (
            lambda t: t.replace("[HSI to BIS]", "[HSI to HSI]"),
            "a.yaml:6:14: only a document of one",
        ),
        (lambda t: t.replace("01}", "01, to: 2023-01-01}"), "a.yaml:7:11: ends before it begins"),
        (lambda t: t.replace("[HSI, BIS]", "[HSI, HSI]"), "a.yaml:5:16: repeated in its list"),
        (lambda t: t.replace("Existence.", "&a Existence."), "a.yaml:17:11: anchors are refused"),
        (lambda t: t.replace("2024-01-01", "yesterday"), "a.yaml:7:18: a date YYYY-MM-DD"),
        (lambda t: t.replace("existence, class", "existence"), "existence and class are granted"),
        (lambda t: t.replace("existence, class", "existence, class, name"), "names no other field"),
        (lambda t: t.replace("level: pointer", "level: full"), "have level pointer"),
    ],
)
def test_break_of_the_form_is_refused_where_it_stands(
    change: Callable[[str], str], expected: str
) -> None:
    assert expected in refusal(change(SMALL))
    assert refusal(change(SMALL)).startswith("a.yaml:")


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ("purposes: [prosecution]", "the clause widens its agreement: purpose 'prosecution'"),
        ("crime_types: [cyber]", "the clause widens its agreement: crime type 'cyber'"),
        ("direction: BIS to HSI", "the clause widens its agreement: not one of its directions"),
        ("roles: [caller]", "unknown word 'caller'"),
        ("level_: full", "unknown key 'level_'"),
        ("obligations: [DESTROY]", "'DESTROY' is not an obligation"),
        ("keep_last: 4", "keep_last is said with level masked"),
        ("recipients: {office_class: [spies]}", "unknown word 'spies'"),
        ("examples: {must_release: [{from: HSI}]}", "key 'to' is missing"),
    ],
)
def test_clause_may_only_narrow(narrowing: str, expected: str) -> None:
    clause = CLAUSE.replace("level: full", f"level: full, {narrowing}")
    found = refusal(SMALL + clause)
    assert expected in found
    assert found.startswith("a.yaml:20:")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "HOLD(privacy), default: DENY",
            "HOLD(privacy), default: MAYBE",
            "'MAYBE' is not an outcome",
        ),
        ("foreign: DENY, default: release", "foreign: DENY", "key 'default' is missing"),
        ("foreign: DENY,", "martian: DENY,", "unknown key 'martian'"),
        ("{caveats: [NOFORN]}", "{}", "a bar needs a condition"),
        ("{caveats: [NOFORN]}", "{caveats: [NOFURN]}", "unknown word 'NOFURN'"),
        ("scope: field", "scope: record", "unknown word 'record'"),
        ("id: ORCON", "id: NOFORN", "two bars have one id"),
    ],
)
def test_bar_is_as_strict(old: str, new: str, expected: str) -> None:
    assert expected in refusal(BARS.replace(old, new, 1))


def test_example_that_does_not_hold_stops_the_load() -> None:
    text = BIS.replace("day: 2029-03-26", "day: 2029-03-25")
    with pytest.raises(ConfigError, match=r"must_withhold of HSI-BIS-2024/4\.1 does not hold"):
        build_policy({**SHIPPED, "hsi-bis-2024.yaml": text}, REGISTER, SECRETS)
    assert "hsi-bis-2024.yaml:" in check({"hsi-bis-2024.yaml": text})[0]
    released = SMALL + CLAUSE.replace(
        "level: full",
        "level: full, entities: [vessel], examples: {must_release: [{from: HSI, to: BIS, "
        "office_class: enforcement, crime_type: export_control, purpose: export_enforcement, "
        "entity: person, role: subject, field: name}]}",
    )
    assert check({"a.yaml": released}) == ("a.yaml:20:103: must_release of A-1/2 does not hold",)


def test_documents_of_one_id_are_refused_and_check_names_every_broken_one() -> None:
    twice = {"a.yaml": SMALL, "b.yaml": SMALL}
    assert check(twice) == ("b.yaml:1:1: A-1 stands twice",)
    broken = {"a.yaml": "agreement: [", "b.yaml": "x: 1", "c.yaml": ""}
    assert [problem[:6] for problem in check(broken)] == ["a.yaml", "b.yaml", "c.yaml"]


def test_file_that_cannot_be_read_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: FileNotFoundError"):
        load_policy([AGREEMENTS / "nowhere.yaml"], REGISTER, SECRETS)


def test_show_says_every_clause_and_the_lines_that_state_it() -> None:
    policy = shipped_policy()
    text = "\n".join(show(policy.documents, policy.compiled, "HSI-SKR-2010"))
    assert "Suspended since 2022-03-01, by sample memorandum 22-07." in text
    assert "II.2. Name and date of birth" in text
    assert "# HSI-SKR-2010/II.2" in text
    assert "HSI-BIS" not in text
    assert "owner: SILENT" in "\n".join(show(policy.documents, policy.compiled, "STATUTORY"))
    with pytest.raises(ConfigError, match="there are HSI-BIS-2024"):
        show(policy.documents, policy.compiled, "NOPE")


def test_version_changes_with_any_document_and_with_the_register_only() -> None:
    version = shipped_policy().version
    assert build_policy(SHIPPED, REGISTER, SECRETS).version == version
    assert build_policy(SHIPPED, REGISTER, Secrets(b"x", b"y")).version == version
    changed = {**SHIPPED, "statutory.yaml": BARS.replace("version: 6", "version: 7")}
    assert build_policy(changed, REGISTER, SECRETS).version != version


def test_secrets_do_not_show() -> None:
    assert "secret" not in repr(shipped_policy()).replace("secrets", "")
