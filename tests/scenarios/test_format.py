"""The format: the worked example runs, the starter runs, and every mistake has its place."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy import cli
from deploy.scenario.reading import SCENARIO, find
from deploy.scenario.run import run_fast
from deploy.scenario.starter import write
from schemas.errors import ConfigError

RUNBOOK = Path(__file__).parents[2] / "deploy" / "runbooks" / "scenarios.md"
SOUND = """\
title: A pair
timeline:
  - report: A
    by: HSI/miami
  - at: +1 min
    report: B
    by: BIS/enforcement
expect:
  BIS/enforcement: FULL
"""


def told(folder: Path, text: str) -> list[str]:
    folder.mkdir(exist_ok=True)
    (folder / SCENARIO).write_text(text, encoding="utf-8")
    (verdict,) = run_fast(find(folder))
    return [*map(str, verdict.failures), *filter(None, [verdict.error])]


def test_worked_example_of_the_runbook_holds(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", RUNBOOK.read_text(encoding="utf-8"), re.DOTALL)
    assert told(tmp_path / "worked", example) == []


def test_starter_and_its_counter_case_hold_and_are_not_overwritten(tmp_path: Path) -> None:
    write(tmp_path / "mine")
    assert [verdict.passed for verdict in run_fast(find(tmp_path / "mine"))] == [True, True]
    with pytest.raises(ConfigError, match="SCENARIO_EXISTS"):
        write(tmp_path / "mine")


def test_an_expectation_that_does_not_hold_says_where_what_and_why(tmp_path: Path) -> None:
    (failure,) = told(tmp_path / "wrong", SOUND.replace("FULL", "DENY"))
    assert failure.startswith("wrong/scenario.yaml:9:20 (step 3): BIS/enforcement outcome")
    assert "expected DENY, found FULL" in failure


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("title: A pair", "titel: A pair", "1:8", "unknown key 'titel'"),
        ("by: HSI/miami", "by: HSI/boston", "3:5", "'HSI/boston' is no office of the register"),
        ("by: HSI/miami", "by: CBP/operations", "3:5", "CBP has no source system that publishes"),
        ("report: B", "report: A", "5:5", "'A' is reported already"),
        ("at: +1 min", "at: 09:00", "5:9", "is before the step above"),
        ("at: +1 min", "at: soon", "5:9", "a moment is expected"),
        ("report: B\n    by: BIS/enforcement", "withdraw: C", "6:15", "no record 'C'"),
        ("report: B\n    by: BIS/enforcement", "suspend: HSI-XYZ", "5:5", "no document 'HSI-XYZ'"),
        ("BIS/enforcement: FULL", "BIS/unit: FULL", "9:13", "neither a recipient"),
        ("BIS/enforcement: FULL", "BIS/enforcement: PARTLY", "9:20", "unknown word 'PARTLY'"),
        (
            "BIS/enforcement: FULL",
            "BIS/enforcement: {fields: {A.e1.telephone: full}}",
            "9:46",
            "is not record.entity.field",
        ),
        (
            "BIS/enforcement: FULL",
            "BIS/enforcement: {fields: {X.e1.phone: full}}",
            "9:42",
            "no record 'X'",
        ),
        ("by: HSI/miami", "by: HSI/miami\n    entities: [nobody]", "5:16", "no entity 'nobody'"),
        (
            "by: HSI/miami",
            "by: HSI/miami\n    marking: {caveats: [NOFRN]}",
            "5:25",
            "unknown caveat 'NOFRN'",
        ),
        (
            "by: HSI/miami",
            "by: HSI/miami\n    entities: [{name: X, identifiers: [fone +1]}]",
            "5:40",
            "unknown scheme 'fone'",
        ),
    ],
)
def test_mistake_is_refused_with_line_and_column(
    tmp_path: Path, old: str, new: str, place: str, said: str
) -> None:
    (error,) = told(tmp_path / "bad", SOUND.replace(old, new, 1))
    assert f"bad/scenario.yaml:{place}:" in error
    assert said in error


def test_scenario_without_expectation_is_refused(tmp_path: Path) -> None:
    (error,) = told(tmp_path / "bad", SOUND.split("expect:", maxsplit=1)[0])
    assert "nothing is expected" in error


def test_commands_count_cases_and_exit_by_what_held(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    told(folder, SOUND)
    run = CliRunner().invoke(cli.app, ["scenario", "run", str(folder), "--fast", "--json"])
    assert run.exit_code == 0
    assert run.stdout.splitlines()[-1] == '{"cases": 1, "passed": 1, "failed": 0, "fast_only": 0}'
    told(folder, SOUND.replace("FULL", "DENY"))
    assert CliRunner().invoke(cli.app, ["scenario", "run", str(folder), "--fast"]).exit_code == 1
    told(folder, SOUND.replace("title", "titel"))
    checked = CliRunner().invoke(cli.app, ["scenario", "check", str(folder)])
    assert isinstance(checked.exception, ConfigError)
