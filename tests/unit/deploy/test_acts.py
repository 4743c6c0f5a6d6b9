"""Operators' acts by command: on agreements, reviews and consents, over a vault of their own."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from consumers.store.policies import PolicyBook
from deploy import cli
from tests.support.delivery_world import (
    TOPICS,
    World,
    build_support,
    match_message,
    record_message,
)

LEFT, RIGHT = "hsi.field/R-1", "bis.oee/P-1"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A vault in which one match waits for consent; the book of the commands beside it."""
    made = World(tmp_path)
    (tmp_path / "vault.sqlite").symlink_to(tmp_path / "vault.db")
    monkeypatch.setenv("LIAISON_PATHS__VAULT", str(tmp_path))
    monkeypatch.setenv("LIAISON_NAMESPACE", TOPICS.namespace)
    made.turn(
        record_message(0, LEFT, 1, "left", barred=["ask:GBR/desk"]),
        record_message(1, RIGHT, 1, "right", owner="BIS/oee"),
        match_message(2, "m1", 1, [build_support(LEFT, RIGHT)]),
    )
    return made


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


def objects(*words: str) -> list[dict[str, Any]]:
    shown = run(*words, "--json")
    assert shown.exit_code == 0, shown.output
    return [json.loads(line) for line in shown.stdout.splitlines()]


@pytest.mark.usefixtures("world")
def test_suspension_and_resumption_are_numbered_acts_with_their_orders(tmp_path: Path) -> None:
    (done,) = objects("agreement", "suspend", "HSI-BIS-2024", "--order", "Order 7")
    assert (done["act"], done["order"], done["policy_number"]) == ("suspend", "Order 7", 1)
    assert done["in_force_after_seconds"] < 1
    twice = run("agreement", "suspend", "HSI-BIS-2024", "--order", "Order 8")
    assert "is suspended by Order 7" in str(twice.exception)
    (done,) = objects("agreement", "resume", "HSI-BIS-2024", "--order", "Order 9")
    assert done["policy_number"] == 2
    book = PolicyBook.beside(tmp_path / "vault.sqlite")
    assert [(a.deed, a.order) for a in book.read()[1]] == [
        ("suspend", "Order 7"),
        ("resume", "Order 9"),
    ]
    book.close()


@pytest.mark.usefixtures("world")
def test_act_on_what_is_no_agreement_or_without_an_order_is_refused() -> None:
    assert "no agreement" in str(run("agreement", "suspend", "X-1", "--order", "O").exception)
    blank = run("agreement", "suspend", "HSI-BIS-2024", "--order", " ")
    assert "an order is cited" in str(blank.exception)
    resumed = run("agreement", "resume", "HSI-BIS-2024", "--order", "O")
    assert "is not suspended" in str(resumed.exception)


def test_consent_is_listed_granted_and_relied_on(world: World) -> None:
    (asked,) = objects("consent", "list")
    assert (asked["party"], asked["record"]) == ("P", LEFT)
    (granted,) = objects("consent", "grant", asked["id"], "--officer", "A. Officer")
    assert objects("consent", "list") == []
    assert objects("consent", "list", "--all")[0]["answer"] == "granted"
    world.clock = type(world.clock)(world.clock.now())
    assert "already granted" in str(run("consent", "refuse", asked["id"]).exception)
    (revoked,) = objects("consent", "revoke", granted["consent"])
    assert revoked["answer"] == "revoked"


def test_review_is_listed_and_released(world: World) -> None:
    assert objects("agreement", "reviews") == []
    assert "nothing of m1" in str(run("agreement", "release", "m1").exception)
    world.act("GBR", "suspend")
    assert objects("agreement", "alarms") == []


@pytest.mark.usefixtures("world")
def test_table_of_standings_is_explained() -> None:
    shown = run("explain", "standing")
    assert "withheld or" in shown.stdout or "suspended or withheld" in shown.stdout
    assert "a marking is raised after receipt (row 31)" in shown.stdout
    assert {"recall", "review"} <= {
        str(v) for row in objects("explain", "standing") for v in row.values()
    }
