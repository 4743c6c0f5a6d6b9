"""What operators read of a vault: explanations and the ledger, and never a payload value."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from consumers.store.vault import CHECKPOINT
from deploy import cli
from deploy.local.errors import StackError
from schemas.errors import ConfigError
from tests.support.delivery_world import (
    TOPICS,
    World,
    build_support,
    match_message,
    record_message,
)

CANARY = "Canary Person 7F1A"
LEFT, RIGHT = "hsi.field/R-1", "bis.oee/P-1"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A vault in which one match was told to three offices, by the settings of this test."""
    made = World(tmp_path)
    (tmp_path / "vault.sqlite").symlink_to(tmp_path / "vault.db")
    (tmp_path / "ledger.pub").write_bytes(made.public_key)
    monkeypatch.setenv("LIAISON_PATHS__VAULT", str(tmp_path))
    monkeypatch.setenv("LIAISON_NAMESPACE", TOPICS.namespace)
    made.turn(
        record_message(0, LEFT, 1, CANARY),
        record_message(1, RIGHT, 1, CANARY, owner="BIS/oee"),
        match_message(2, "m1", 1, [build_support(LEFT, RIGHT)]),
    )
    return made


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


def objects(*words: str) -> list[dict[str, Any]]:
    shown = run(*words, "--json")
    assert shown.exit_code == 0, shown.output
    return [json.loads(line) for line in shown.stdout.splitlines()]


def notice_of(match: str) -> str:
    standings = [each for each in objects("explain", match) if each["kind"] == "standing"]
    return str(standings[0]["held"][0])


@pytest.mark.usefixtures("world")
def test_match_is_explained_with_its_supports_and_every_standing() -> None:
    kinds = [each["kind"] for each in objects("explain", "m1")]
    assert kinds == ["match", "support", "standing", "standing", "standing"]
    standing = objects("explain", "m1")[2]
    assert standing["lineage"] == [f"{RIGHT} version 1", f"{LEFT} version 1"]
    known = "That match is matched may be known to inbox-BIS, by BIS, rule: Because."
    assert known in standing["sentences"]


@pytest.mark.usefixtures("world")
def test_notice_is_explained_from_its_entry_to_its_receipt() -> None:
    notice, support = objects("explain", notice_of("m1"))
    assert (notice["kind"], support["kind"]) == ("notice", "support")
    assert notice["action"] == "notice"
    assert notice["ledger_number"] is not None
    assert notice["received_at"] is not None
    assert [each.split()[1] for each in notice["attempts"]] == ["written"]


def test_notice_of_a_match_that_fell_says_that_it_fell(world: World) -> None:
    notice = notice_of("m1")
    world.turn(match_message(3, "m1", 2, []))
    (told,) = objects("explain", notice)
    assert told["sentences"][-1] == "By now the match rests on other records, or no longer holds."


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "ends",
    [(LEFT, RIGHT), (RIGHT, LEFT), (f"{LEFT}#p1", f"{RIGHT}#p1"), (LEFT, f"{RIGHT}#p1"), (LEFT,)],
)
def test_link_is_found_by_records_or_entities_in_either_order(ends: tuple[str, str]) -> None:
    assert [each["kind"] for each in objects("explain", *ends)] == ["match", "support"]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "words", [("m2",), (f"{LEFT}#p2",), (f"{LEFT}#p2", RIGHT), (LEFT, "bis.oee/P-2")]
)
def test_what_the_vault_does_not_hold_is_an_error(words: tuple[str, ...]) -> None:
    shown = run("explain", *words)
    assert isinstance(shown.exception, StackError)
    assert shown.stdout == ""


@pytest.mark.usefixtures("world")
def test_no_tool_shows_a_value_of_a_record(tmp_path: Path) -> None:
    key = ("--key", str(tmp_path / "ledger.pub"))
    said = [
        run(*words, *shape).output
        for shape in ((), ("--json",))
        for words in (
            ("explain", "m1"),
            ("explain", notice_of("m1")),
            ("explain", LEFT, RIGHT),
            ("ledger", "report", "--exempt"),
            ("ledger", "verify", *key),
        )
    ]
    assert all(said)
    assert [each for each in said if "Canary" in each] == []


def test_tool_without_a_vault_says_what_to_do_and_exits_unreachable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIAISON_PATHS__VAULT", str(tmp_path / "none"))
    error = run("explain", "m1").exception
    assert isinstance(error, StackError)
    assert error.exit_code == 5
    assert not (tmp_path / "none").exists()


def test_whole_ledger_verifies_and_a_changed_one_does_not(world: World, tmp_path: Path) -> None:
    words = ("ledger", "verify", "--key", str(tmp_path / "ledger.pub"))
    (found,) = objects(*words)
    assert (found["holds"], found["attempts"], found["problems"]) == (True, 3, [])
    with world.vault.begin() as connection:
        connection.execute(update(CHECKPOINT).values(signature=b"0" * 64))
    broken = run(*words, "--json")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["problems"]
    assert run(*words).stdout.splitlines()[-1].endswith("is not signed by this key")


@pytest.mark.usefixtures("world")
def test_witness_shows_that_a_log_was_signed_anew(tmp_path: Path) -> None:
    kept = tmp_path / "kept.ndjson"
    checkpoint = {"size": 3, "root": "00" * 32, "signature": "00" * 64}
    kept.write_text(json.dumps({"specversion": "1.0", "liaisoncheckpoint": checkpoint}) + "\n")
    words = ("--key", str(tmp_path / "ledger.pub"), "--witness", str(kept), "--json")
    shown = run("ledger", "verify", *words)
    assert shown.exit_code == 1
    assert "checkpoint 3 is not a head of this log" in json.loads(shown.stdout)["problems"]


@pytest.mark.usefixtures("world")
def test_broken_witness_is_named_by_its_line(tmp_path: Path) -> None:
    kept = tmp_path / "kept.ndjson"
    kept.write_text('{"specversion": "1.0"}\n{"size": 1}\n')
    words = ("--key", str(tmp_path / "ledger.pub"), "--witness", str(kept))
    error = run("ledger", "verify", *words).exception
    assert isinstance(error, ConfigError)
    assert ":2: KeyError" in error.detail


@pytest.mark.usefixtures("world")
def test_report_narrows_to_one_record_and_adds_exempt_ones_when_asked() -> None:
    entries = objects("ledger", "report", "--exempt")
    assert [each["number"] for each in entries] == [0, 1, 2]
    told = [each for each in entries if LEFT in each["records"]]
    assert objects("ledger", "report", "--exempt", "--record", LEFT) == told
    assert told
    assert all(each["sent_at"].endswith("Z") for each in entries)
