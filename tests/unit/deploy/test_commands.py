"""What every command owes its caller: help at once, words for each option, data as JSON."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.cli.output import cell, emit, emit_facts, plain
from deploy.reference.commands import commands

HEAVY = {"faust", "kafka", "sqlalchemy", "numpy", "pydantic", "h3", "cryptography", "yaml"}
PROCESSES = {("deliver",), ("worker",), ("web", "inbox"), ("web", "desk")}
"""Commands that run until they are stopped, and print no data."""

LEAVES = dict(commands())


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom deploy import cli\n"
        f"try: cli.main()\nfinally: print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=False
    )
    assert shown.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_command_and_each_of_its_parameters_say_what_they_are_for(words: tuple[str, ...]) -> None:
    command = LEAVES[words]
    assert command.help
    assert [each.name for each in command.params if not each.help] == []


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_command_that_prints_data_has_json(words: tuple[str, ...]) -> None:
    spelled = {spelling for each in LEAVES[words].params for spelling in each.opts}
    assert ("--json" in spelled) is (words not in PROCESSES)
    assert not any("completion" in each for each in spelled)


def test_rows_are_one_object_a_line_with_times_in_rfc_3339(capsys: Any) -> None:
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
    emit([{"at": moment, "n": 1}, {"at": None, "n": 2}], ("at",), as_json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [{"at": "2026-11-22T12:00:00Z", "n": 1}, {"at": None, "n": 2}]


def test_table_is_aligned_and_keeps_to_its_columns(capsys: Any) -> None:
    emit(
        [{"name": "a", "kept": True, "other": 1}, {"name": "long", "kept": None}],
        ("name", "kept"),
        as_json=False,
    )
    assert capsys.readouterr().out == "name  kept\na     yes\nlong  -\n"


def test_facts_of_a_group_stand_under_its_name(capsys: Any) -> None:
    emit_facts({"origin": "t/0/1", "headers": {"ce_id": "e"}}, as_json=False)
    assert capsys.readouterr().out == "origin         t/0/1\nheaders ce_id  e\n"


def test_foreign_text_cannot_steer_the_terminal(capsys: Any) -> None:
    emit_facts({"a\x1b[2J": ["b\x1b]0;c\x07"]}, as_json=False)
    assert "\x1b" not in capsys.readouterr().out
    assert plain("Zoë\n") == "Zoë\\n"
    assert cell(()) == "-"
