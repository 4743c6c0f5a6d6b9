"""A run of the whole suite fails unless every promise of `promises.toml` was seen kept.

`@pytest.mark.promise("name")` ties a test to a promise. A suite that skips what it cannot run
would otherwise stay green while proving nothing. `make test` passes `--promises`.
"""

import os
import tomllib
from collections.abc import Generator
from pathlib import Path

import pytest

PROMISES = Path(__file__).parents[1] / "promises.toml"

_promised = pytest.StashKey[dict[str, str]]()
_kept = pytest.StashKey[set[str]]()


def promised(document: str, *, in_ci: bool) -> dict[str, str]:
    """Name -> sentence of every promise that this run must see kept, in file order."""
    return {
        entry["name"]: entry["says"]
        for entry in tomllib.loads(document)["promise"]
        if in_ci or not entry.get("ci_only", False)
    }


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--promises", action="store_true", help="fail unless all promises were kept")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "promise(name): a passing test keeps this promise")
    config.stash[_promised] = promised(PROMISES.read_text(), in_ci=bool(os.environ.get("CI")))
    config.stash[_kept] = set()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known = promised(PROMISES.read_text(), in_ci=True)
    for item in items:
        for marker in item.iter_markers("promise"):
            if marker.args[0] not in known:
                raise pytest.UsageError(f"{item.nodeid}: no promise is named {marker.args[0]!r}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.passed:
        item.config.stash[_kept] |= {m.args[0] for m in item.iter_markers("promise")}
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("--promises") and _broken(session.config):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.getoption("--promises"):
        for name, says in _broken(config).items():
            terminalreporter.write_line(f"PROMISE NOT SEEN KEPT {name}: {says}", red=True)


def _broken(config: pytest.Config) -> dict[str, str]:
    kept = config.stash[_kept]
    return {name: says for name, says in config.stash[_promised].items() if name not in kept}
