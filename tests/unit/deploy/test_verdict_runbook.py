"""The runbook of verdicts, command by command: from an officer's word to the next weights."""

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from consumers.inbox.store import Inbox
from consumers.store.vault import NOTICE
from deploy import cli
from deploy.local.errors import StackError
from schemas.match import Evidence
from schemas.party import Officer, dump_register, sign_register
from schemas.signing import generate_key, public_bytes
from streams.correlate.weights import WEIGHTS
from tests.support.delivery_world import (
    TOPICS,
    World,
    build_support,
    match_message,
    record_message,
)
from tests.support.notices import NOW, OEE, notice

RUNBOOK = Path(__file__).parents[3] / "deploy" / "runbooks" / "verdicts.md"
OFFICER = "oee-1"
CANARY = "Canary Person 7F1A"
LEFT, RIGHT = "hsi.field/R-1", "bis.oee/P-1"


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """One match told to an office that has an officer, and the settings that name all of it."""
    made = World(tmp_path)
    evidence = (
        Evidence("name", "", "close", 11, 12, "entities[p1].names", "entities[p1].names", 7),
        Evidence("birth_date", "", "close", 1, 2, "entities[p1].b", "entities[p1].b", 0),
    )
    base = build_support(LEFT, RIGHT)
    support = replace(base, links=(replace(base.links[0], evidence=evidence),))
    made.turn(
        record_message(0, LEFT, 1, CANARY),
        record_message(1, RIGHT, 1, CANARY, owner="BIS/oee"),
        match_message(2, "m1", 1, [support]),
    )
    key, register = generate_key(), tmp_path / "parties.yaml"
    officers = {OFFICER: Officer(OFFICER, OEE, "A. Officer")}
    register.write_bytes(dump_register(replace(made.register, officers=officers)))
    sign_register(register, key)
    (tmp_path / "parties.pub").write_bytes(public_bytes(key))
    (tmp_path / "vault.sqlite").symlink_to(tmp_path / "vault.db")
    for name, value in {
        "PATHS__VAULT": tmp_path,
        "PATHS__INBOX": tmp_path,
        "TRUST__REGISTER_FILE": register,
        "TRUST__REGISTER_KEY_FILE": tmp_path / "parties.pub",
        "NAMESPACE": TOPICS.namespace,
    }.items():
        monkeypatch.setenv(f"LIAISON_{name}", str(value))
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def inbox(world: World, tmp_path: Path) -> Inbox:
    """The office's inbox, with the notice that the vault says it was sent."""
    with world.vault.begin() as connection:
        query = select(NOTICE.c.notice_id).where(NOTICE.c.channel == "inbox-BIS")
        notice_id = connection.execute(query).scalar_one()
    made = Inbox.open(tmp_path / "inbox.sqlite")
    made.receive([notice(notice_id, office=OEE)], NOW)
    return made


def test_every_command_of_the_runbook_runs_and_a_verdict_becomes_weights(
    world: World, inbox: Inbox, tmp_path: Path
) -> None:
    blocks = RUNBOOK.read_text(encoding="utf-8").split("```console\n")[1:]
    lines = [line for block in blocks for line in block.split("```")[0].splitlines()]
    assert len(lines) == 4
    for line in lines:
        words = shlex.split(line.replace("MATCH", "m1").replace("OFFICER", OFFICER))
        assert words[0] == "liaison"
        done = run(*words[1:])
        assert done.exit_code == 0, (line, done.output, done.exception)
        world.dispatcher.exchange(inbox)
    (vector,) = map(json.loads, (tmp_path / "verdicts.ndjson").read_bytes().splitlines())
    assert vector["label"] == "same"
    report = json.loads((tmp_path / "weights-next.report.json").read_bytes())
    assert report["pairs"] == {"verdict same": 1}
    assert (report["before"], report["weights"] != WEIGHTS.version) == (WEIGHTS.version, True)
    written = json.loads((tmp_path / "weights-next.json").read_bytes())
    assert written["bits"]["birth_date"]["close"][0] > WEIGHTS.bits("birth_date", "close", 0)
    for path in tmp_path.glob("*.ndjson"):
        assert CANARY.encode() not in path.read_bytes()


@pytest.mark.usefixtures("inbox")
def test_verdict_that_cannot_be_given_says_why_and_what_to_do(tmp_path: Path) -> None:
    for words, told in (
        (("m1", "sme", "--by", OFFICER), "'sme' is no verdict; it is same, different or unsure"),
        (("m1", "same"), "say whose"),
        (("m1", "same", "--by", "nobody"), "no officer 'nobody'"),
        (("m9", "same", "--by", OFFICER), "holds no such notice or match"),
        (("export",), "export writes a file"),
        (("export", "--out", str(tmp_path / "no" / "v.ndjson")), "cannot write there"),
    ):
        error = run("verdict", *words).exception
        assert isinstance(error, StackError), words
        assert told in error.what
        assert error.next_step
    done = run("verdict", "export", "--out", "v.ndjson")
    assert done.exit_code == 0
    assert "No verdict labels anything yet" in done.stderr
