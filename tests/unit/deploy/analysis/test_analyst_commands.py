"""The offline commands as an analyst runs them: the runbook's own lines, and what goes wrong."""

import csv
import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy import cli
from deploy.analysis.sentences import fate_of, verdict, why
from deploy.local.errors import StackError
from streams.correlate.weights import WEIGHTS

ROOT = Path(__file__).parents[4]
EXAMPLES = Path("deploy/analysis/examples")
RUNBOOK = ROOT / "deploy" / "runbooks" / "correlate-files.md"
MAPPING = "kind: person\ncolumns:\n  id: record_id\n  name: full_name\n  born: birth_date\n"
TABLE = (
    "id,name,born,who\n1,Zdzislawa Kowalczyk,1955-12-30,a\n2,Kowalczyk Zdzisława,1955-12-30,a\n"
    "3,Horatio Pemberton,1961-02-03,b\n"
)


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples where the runbook names them, and a small table of its own."""
    shutil.copytree(ROOT / EXAMPLES, tmp_path / EXAMPLES)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def correlate(*words: str) -> Any:
    return run("correlate", *words, "--out", "out")


@pytest.mark.usefixtures("folder")
def test_every_command_of_the_runbook_runs() -> None:
    text = RUNBOOK.read_text(encoding="utf-8")
    blocks = text.split("```console\n")[1:]
    lines = [line for block in blocks for line in block.split("```")[0].splitlines()]
    assert len(lines) == 7
    for line in lines:
        words = shlex.split(line)
        assert words[0] == "liaison"
        done = run(*words[1:])
        assert done.exit_code == 0, (line, done.output, done.exception)


def test_people_of_one_file_are_found_whatever_their_spelling(folder: Path) -> None:
    people = str(EXAMPLES / "people")
    done = correlate(f"{people}.csv", "--mapping", f"{people}.yaml", "--truth", "person", "--json")
    summary = json.loads(done.stdout)
    assert summary["truth"]["entities"]["all pairs"]["f1"] == 1.0
    assert summary["weights"] == WEIGHTS.version
    assert summary["files"][0]["values_unread"] == {"dob": 1}
    assert "'dob' that could not be read: 1, the first in line 7" in done.stderr
    entity = {row["record_id"]: row["entity_id"] for row in table(folder / "out" / "entities.csv")}
    assert entity["1"] == entity["2"] == entity["3"] != entity["7"]
    kept = json.loads((folder / "out" / "summary.json").read_bytes())
    assert {"out": "out", **kept} == summary


def test_two_files_are_linked_by_passport_and_by_name(folder: Path) -> None:
    run(*shlex.split(
        "correlate deploy/analysis/examples/register.csv deploy/analysis/examples/clinic.ndjson "
        "--mapping deploy/analysis/examples/register.yaml "
        "--mapping deploy/analysis/examples/clinic.yaml --out out"
    ))  # fmt: skip
    links = {(row["left"], row["right"]): row for row in table(folder / "out" / "links.csv")}
    passport = links["clinic:901", "register:R1"]
    assert passport["class"] == "target"
    assert "passport" in passport["why"]
    assert ("clinic:903", "register:R3") in links
    assert not any("904" in end for pair in links for end in pair)
    assert list(passport) == ["left", "right", "bits", "class", "why"]


def test_companies_and_vessels_of_one_file_are_told_apart(folder: Path) -> None:
    parties = str(EXAMPLES / "parties")
    assert correlate(f"{parties}.tsv", "--mapping", f"{parties}.yaml").exit_code == 0
    rows = table(folder / "out" / "entities.csv")
    entity = {row["record_id"]: row["entity_id"] for row in rows}
    assert entity["C1"] == entity["C2"] != entity["C3"]
    assert entity["V1"] == entity["V2"] != entity["C1"]


@pytest.mark.usefixtures("folder")
def test_explanation_says_what_each_attribute_weighs_and_where_the_threshold_is() -> None:
    correlate("t.csv", "--mapping", "m.yaml", "--quiet")
    shown = run("explain", "link", "2", "1", "--out", "out")
    assert shown.exit_code == 0, shown.output
    assert "Names agree" in shown.stdout
    assert f"from {WEIGHTS.release_bits:+.2f} on" in shown.stdout
    assert "The two are one entity." in shown.stdout
    (section,) = map(
        json.loads, run("explain", "link", "1", "2", "--out", "out", "--json").stdout.splitlines()
    )
    assert section["threshold"] == WEIGHTS.release_bits
    assert sum(section["attributes"].values()) == pytest.approx(section["bits"])
    missing = run("explain", "link", "1", "3", "--out", "out").exception
    assert isinstance(missing, StackError)
    assert missing.exit_code == 1
    assert run("explain", "link", "1", "--out", "out").exception is not None
    assert run("explain", "link", "1", "2", "--out", "elsewhere").exception is not None


FAMILY = (
    "id,name,born,phone,card\n1,Zdzislawa Kowalczyk,1955-12-30,+1 218 555 0142,K77\n"
    "2,Zdzislawa Kowalczyk,1955-12-30,+1 218 555 0142,K77\n"
    "3,Horatio Pemberton,1991-02-03,+1 218 555 0142,\n"
)
FAMILY_MAPPING = MAPPING + (
    "  phone: phone\n  card: {identifier: {scheme: Club Card, issuer: ACME Ltd}}\n"
)


def test_shared_telephone_that_joins_nobody_is_no_link_and_says_why(folder: Path) -> None:
    (folder / "f.csv").write_text(FAMILY, encoding="utf-8")
    (folder / "f.yaml").write_text(FAMILY_MAPPING, encoding="utf-8")
    assert correlate("f.csv", "--mapping", "f.yaml").exit_code == 0
    (link,) = table(folder / "out" / "links.csv")
    assert (link["left"], link["right"], link["class"]) == ("1", "2", "shared_identifier")
    assert "The same club card of ACME Ltd" in link["why"]
    assert link["why"].endswith("; one entity")
    possible = table(folder / "out" / "possible.csv")
    assert [(row["left"], row["right"]) for row in possible] == [("1", "3"), ("2", "3")]
    for row in possible:
        assert float(row["bits"]) < WEIGHTS.release_bits
        assert "the names contradict" in row["why"]
        assert row["why"].endswith("kept apart: too little speaks for it")
    shown = run("explain", "link", "1", "3", "--out", "out").stdout
    assert "are not linked" in shown


def test_pair_that_clustering_holds_apart_says_so() -> None:
    release = WEIGHTS.release_bits
    assert fate_of(release, "target", together=True) == "one entity"
    assert fate_of(release, "fuzzy", together=False) == "kept apart"
    assert fate_of(release - 1, "target", together=False) == "below"
    assert fate_of(release - 1, "fuzzy", together=True) == "one all the same"
    assert fate_of(0.0, "space_time", together=False) == "overlap"
    assert "do not fit together" in why((), "kept apart")
    assert "kept in two entities" in " ".join(verdict(release, "kept apart"))


@pytest.mark.usefixtures("folder")
def test_truth_of_one_source_is_over_all_pairs() -> None:
    done = correlate("t.csv", "--mapping", "m.yaml", "--truth", "who", "--json", "--quiet")
    truth = json.loads(done.stdout)["truth"]
    assert truth["entities"] == truth["links"]
    assert truth["links"]["all pairs"]["true"] == 1
    assert "precision" in correlate("t.csv", "--mapping", "m.yaml", "--truth", "who").stdout


@pytest.mark.parametrize(
    ("content", "words", "told"),
    [
        ("id,name,born\n1,A,\n1,B,\n", (), "t.csv, line 3, and t.csv:2"),
        ("id,nom,born\n1,A,\n", (), "it has: 'id', 'nom', 'born'"),
        (TABLE, ("--truth", "cluster"), "'cluster', which --truth names"),
        (TABLE, ("--mapping", "m.yaml"), "2 mappings for 1 files"),
    ],
)
def test_mistake_leaves_the_last_run_as_it_was(
    folder: Path, content: str, words: tuple[str, ...], told: str
) -> None:
    assert correlate("t.csv", "--mapping", "m.yaml").exit_code == 0
    before = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    assert len(before) == 5
    (folder / "t.csv").write_text(content, encoding="utf-8")
    error = correlate("t.csv", "--mapping", "m.yaml", *words).exception
    assert isinstance(error, StackError)
    assert told in error.what
    assert error.exit_code == 2
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == before


def test_rows_without_an_id_are_called_by_their_line_and_broken_ones_are_reported(
    folder: Path,
) -> None:
    (folder / "t.csv").write_text("id,name,born\n,Ana Ruiz,\n7,Li Wei,,,,x\n", encoding="utf-8")
    done = correlate("t.csv", "--mapping", "m.yaml")
    assert done.exit_code == 3
    assert "line 3" in done.stderr
    (row,) = table(folder / "out" / "entities.csv")
    assert (row["source"], row["record_id"]) == ("t", "2")


def test_files_of_one_name_are_two_sources(folder: Path) -> None:
    (folder / "more").mkdir()
    shutil.copy("t.csv", "more/t.csv")
    assert correlate("t.csv", "more/t.csv", "--mapping", "m.yaml").exit_code == 0
    assert {row["source"] for row in table(folder / "out" / "entities.csv")} == {"t", "t-2"}


@pytest.mark.usefixtures("folder")
def test_two_names_are_compared_and_explained() -> None:
    done = run("compare", "Ana Ruiz", "RUIZ, Ana", "--kind", "Individual", "--explain", "--json")
    found = json.loads(done.stdout)
    assert found["match"] is True
    assert 0.5 <= found["score"] <= 1
    assert found["why"][-2].startswith("Names agree, and about one in ")
    assert "one name, but for how it is written" in found["why"][-1]
    assert found["weights"] == WEIGHTS.version
    for words in (("A", "--kind", "person"), ("A", "B"), ("A", "B", "--kind", "ghost")):
        error = run("compare", *words).exception
        assert isinstance(error, StackError)
        assert error.exit_code == 2


def test_table_of_pairs_keeps_its_cells_and_gains_two(folder: Path) -> None:
    text = 'note;a;b;k\n" x";Ana Ruiz;Ruiz Ana;Person\n"1;2";Ana Ruiz;Wei Li;ghost\n'
    (folder / "p.csv").write_text(text, encoding="utf-8")
    words = ("--pairs", "p.csv", "--left", "a", "--right", "b", "--kind-column", "k")
    done = run("compare", *words, "--out", "q.csv")
    assert done.exit_code == 3
    assert "line 3" in done.stderr
    written = (folder / "q.csv").read_text(encoding="utf-8").splitlines()
    assert written[0] == "note;a;b;k;score;match"
    assert written[1].startswith(" x;Ana Ruiz;Ruiz Ana;Person;")
    assert written[1].endswith(";true")
    assert written[2] == '"1;2";Ana Ruiz;Wei Li;ghost;;false'
    again = ("--pairs", "q.csv", *words[2:], "--out", "r.csv")
    assert isinstance(run("compare", *again).exception, StackError)
    assert not (folder / "r.csv").exists()
