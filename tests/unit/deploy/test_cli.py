"""The command's front door: quick, closed, and plain when it fails."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from deploy import cli
from deploy.local.errors import StackError
from schemas.errors import TransientError


def test_help_lists_every_command_and_imports_none() -> None:
    code = (
        "import sys\nfrom deploy import cli\n"
        "try: cli.main()\n"
        "finally: print([e.module for e in cli.COMMANDS.values() if e.module in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0
    assert all(name in shown.stdout for name in cli.COMMANDS)
    assert shown.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help(name: str) -> None:
    shown = CliRunner().invoke(cli.app, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert "Usage: " in shown.output


def test_unknown_command_is_a_usage_error() -> None:
    assert CliRunner().invoke(cli.app, ["stak"]).exit_code == 2


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (StackError("it broke", where="here", unchanged="All stays", next_step="mend"), 1),
        (TransientError("BROKER_DOWN", "no answer"), 5),
    ],
)
def test_expected_error_is_one_line_or_one_object(
    error: Exception,
    exit_code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(cli, "app", fail)
    monkeypatch.setattr(sys, "argv", ["liaison", "stack", "up"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    plain = capsys.readouterr()
    assert (ended.value.code, plain.out, plain.err.count("\n")) == (exit_code, "", 1)

    monkeypatch.setattr(sys, "argv", ["liaison", "stack", "up", "--json"])
    with pytest.raises(SystemExit):
        cli.main()
    assert json.loads(capsys.readouterr().err)["exit_code"] == exit_code
