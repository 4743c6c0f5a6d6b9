"""Agreements, settings, schemas, topics and event types, as their commands tell them."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from consumers.sharing import prove as proofs
from consumers.sharing.policy import AGREEMENTS
from deploy import cli
from deploy.cli import schemas as schemas_tool
from deploy.reference import pages
from schemas.catalogue import EVENT_TYPES
from schemas.errors import ConfigError
from schemas.registry import load_lock

MOU = (AGREEMENTS / "hsi-bis-2024.yaml").read_text(encoding="utf-8")


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


def objects(*words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*words, "--json").stdout.splitlines()]


@pytest.fixture
def document(tmp_path: Path) -> Path:
    return tmp_path / "mou.yaml"


def test_documents_that_ship_are_well_formed_and_keep_their_examples() -> None:
    assert run("agreement", "check").exit_code == 0
    tested = run("agreement", "test", "--json")
    assert tested.exit_code == 0
    assert all(json.loads(line)["passed"] for line in tested.stdout.splitlines())


def test_broken_document_is_named_with_line_and_column(document: Path) -> None:
    document.write_text(MOU.replace("retention_days: ", "retention_dais: "))
    before, column = MOU[: MOU.index("retention_days")], len("retention_dais: ") + 1
    line = 1 + before.count("\n")
    shown = run("agreement", "check", str(document), "--json")
    assert shown.exit_code == 1
    (problem,) = map(json.loads, shown.stdout.splitlines())
    at = (problem["document"], problem["line"], problem["column"])
    assert at == (str(document), line, column)
    plain = run("agreement", "check", str(document)).stdout
    assert plain.startswith(f"{document}:{line}:{column}: ")


def test_example_that_does_not_hold_fails_the_test(document: Path) -> None:
    turned = MOU.replace("must_release", "ASKED").replace("must_withhold", "must_release")
    document.write_text(turned.replace("ASKED", "must_withhold"))
    shown = run("agreement", "test", str(document), "--json")
    assert shown.exit_code == 1
    assert not all(json.loads(line)["passed"] for line in shown.stdout.splitlines())


def test_agreement_is_shown_in_sentences_and_as_one_object() -> None:
    assert "In force from" in run("agreement", "show", "HSI-BIS-2024").stdout
    (shown,) = objects("agreement", "show", "HSI-BIS-2024")
    assert shown["id"] == "HSI-BIS-2024"
    assert shown["compiled"]


def versions(folder: Path, *changes: tuple[str, str]) -> tuple[str, str]:
    """The MOU as it ships, and its next version with these changes."""
    after = MOU.replace("version: 4", "version: 5")
    for was, now in changes:
        assert was in after
        after = after.replace(was, now)
    for name, text in (("old.yaml", MOU), ("new.yaml", after)):
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder / "old.yaml"), str(folder / "new.yaml")


def test_solver_says_what_a_version_newly_releases(tmp_path: Path) -> None:
    wider = versions(tmp_path, ("crime_types: [export_control,", "crime_types: [cyber,"))
    shown = run("agreement", "diff", *wider)
    assert shown.exit_code == 0
    assert "newly released: " in shown.stdout
    assert "crime types cyber" in shown.stdout
    (found,) = objects("agreement", "diff", *versions(tmp_path, ("1825", "900")))
    assert found["changes"] == ["The solver finds nothing that is newly released."]


def test_difference_is_told_without_the_solver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    monkeypatch.delitem(sys.modules, "consumers.sharing.prove.prove", raising=False)
    monkeypatch.delattr(proofs, "prove", raising=False)
    shown = run("agreement", "diff", *versions(tmp_path, ("1825", "900")))
    assert shown.exit_code == 0
    assert "The solver is not installed" in shown.stderr
    assert "retention_days: 1825 -> 900" in shown.stdout


def test_unreadable_or_unknown_document_is_an_error(tmp_path: Path) -> None:
    for words in (("check", str(tmp_path)), ("check", str(tmp_path / "no.yaml")), ("show", "NO")):
        assert isinstance(run("agreement", *words).exception, ConfigError)


def test_settings_show_where_a_value_came_from_and_hide_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LIAISON_TRUST__NOTICE_SECRET", "canary-secret-7f1a")
    monkeypatch.setenv("LIAISON_STACK__HEAP_MIB", "256")
    shown = run("config", "show", "--json")
    found = {each["variable"]: each for each in map(json.loads, shown.stdout.splitlines())}
    heap = found["LIAISON_STACK__HEAP_MIB"]
    assert (heap["value"], heap["default"], heap["given_by"]) == ("256", "512", "environment")
    assert found["LIAISON_PARTITIONS"]["given_by"] == "default"
    assert found["LIAISON_TRUST__NOTICE_SECRET"]["value"].strip("*") == ""
    assert found["LIAISON_TRUST__BLOCKING_SECRET"]["value"] is None
    assert "canary" not in shown.output + run("config", "show").output


def test_schemas_list_every_locked_version_by_id() -> None:
    rows = objects("schemas", "list")
    assert [each["id"] for each in rows] == sorted(load_lock().by_id)
    assert set(rows[0]) == {"id", "name", "version", "sha256"}


def test_schema_problem_is_told_and_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas_tool, "check_lock", lambda: ["liaison.Match: against v1: x: y"])
    shown = run("schemas", "check", "--json")
    assert shown.exit_code == 1
    assert json.loads(shown.stdout) == {"schema": "liaison.Match", "problem": "against v1: x: y"}


def test_topics_and_event_types_follow_the_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIAISON_NAMESPACE", "t-1")
    topics = {each["name"] for each in objects("topics", "list")}
    assert {"t-1.record.v1", "t-1.quarantine.v1"} < topics
    catalogue = objects("catalogue")
    assert [each["event_type"] for each in catalogue] == list(EVENT_TYPES)
    assert {each["topic"] for each in catalogue} < topics


def test_stale_reference_fails_the_check_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "a.md"
    stale = [(page, ["-old", "+new"])]
    monkeypatch.setattr(pages, "stale", lambda: iter(stale))
    shown = run("docs", "--check", "--json")
    assert shown.exit_code == 1
    assert json.loads(shown.stdout) == {"stale": str(page)}
    assert "+new" in shown.stderr
    stale.clear()
    assert run("docs", "--check").exit_code == 0
