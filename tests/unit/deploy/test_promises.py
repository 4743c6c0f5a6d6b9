"""The list of promises bites: a green suite that skipped one is red."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.promises import promised

_SUITE = """
import pytest
@pytest.mark.promise("broker.round_trip")
def test_kept(): pass
@pytest.mark.promise("stack.crash")
@pytest.mark.skip
def test_skipped(): pass
"""


def run(folder: Path, suite: str, *flags: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_suite.py").write_text(suite)
    return subprocess.run(
        [
            *[sys.executable, "-m", "pytest", "-p", "tests.support.promises"],
            *[f"--rootdir={folder}", *flags, str(folder)],
        ],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )


def test_promise_without_a_passing_test_fails_the_run(tmp_path: Path) -> None:
    whole = run(tmp_path, _SUITE, "--promises")
    assert whole.returncode == pytest.ExitCode.TESTS_FAILED
    assert "PROMISE NOT SEEN KEPT stack.crash" in whole.stdout
    assert "broker.round_trip" not in whole.stdout


def test_part_of_the_suite_owes_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, _SUITE).returncode == pytest.ExitCode.OK


def test_promise_that_nobody_gave_is_an_error(tmp_path: Path) -> None:
    suite = _SUITE.replace("stack.crash", "stack.crsh")
    assert run(tmp_path, suite).returncode == pytest.ExitCode.USAGE_ERROR


def test_promises_for_ci_bind_only_there() -> None:
    document = """
        [[promise]]
        name = "always"
        says = "a"
        [[promise]]
        name = "browser"
        says = "b"
        ci_only = true
    """
    assert list(promised(document, in_ci=False)) == ["always"]
    assert list(promised(document, in_ci=True)) == ["always", "browser"]
