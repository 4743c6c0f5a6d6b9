"""Files as people have them: what cannot be read is told in words, with the way out."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy import cli
from deploy.cli.progress import shown_progress
from deploy.local.errors import StackError

MAPPING = "kind: person\ncolumns:\n  id: record_id\n  name: full_name\n  born: birth_date\n"
ROWS = "1,Ana Ruiz,1980-01-02\n2,Ana Ruiz,1980-01-02\n"
SECONDS = 5.0
"""Far more than a comparison takes, far less than one that is not bounded."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


def correlate(name: str) -> Any:
    return run("correlate", name, "--mapping", "m.yaml", "--out", "out", "--json")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("t.csv", b"", "the file is empty"),
        ("t.csv", b"id^name^born\n1^Ana^1980\n", "Cells are split by comma, semicolon, tab or bar"),
        ("t.csv", b"id,names,born\n1,Ana,1980\n", "did you mean 'names'?"),
        ("t.csv", b"id,name,name,born\n1,A,B,\n", "more than one column 'name'"),
        ("t.xlsx", b"PK\x03\x04", "is a spreadsheet"),
        ("t.what", b"id\n", "cannot tell by its ending"),
        ("t.json", b'[{"id": 1}]', "no line that is a JSON object"),
        ("t.parquet", b"PAR1 no PAR1", "no Parquet file, or is damaged"),
        ("t.csv.gz", b"id,name,born\n", "not gzipped"),
    ],
)
def test_file_that_cannot_be_used_is_told_in_words(
    folder: Path, name: str, content: bytes, told: str
) -> None:
    (folder / name).write_bytes(content)
    error = correlate(name).exception
    assert isinstance(error, StackError)
    assert told in error.what
    assert (error.exit_code, error.unchanged) == (2, "Nothing was written")
    assert "Error" not in str(error)
    assert not (folder / "out").exists()


@pytest.mark.usefixtures("folder")
def test_file_or_mapping_that_is_not_there_says_so() -> None:
    for words in (("t.csv", "--mapping", "m.yaml"), (".", "--mapping", "no.yaml")):
        error = run("correlate", *words, "--out", "out").exception
        assert isinstance(error, StackError)
        assert "there is no such file" in error.what


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfid,name,born\n" + ROWS.encode(),
        ("id,name,born\n" + ROWS).encode("utf-16"),
        ("id;name;born\n" + ROWS.replace(",", ";")).encode(),
        ("id , name , born \n" + ROWS).encode(),
        ("id,name,born,,\n" + ROWS.replace("\n", ",,\n")).encode(),
        ("id,name,born\n" + ROWS.replace("Ruiz", "Mu\xf1oz")).encode("latin-1"),
    ],
    ids=["byte order mark", "UTF-16", "semicolons", "blanks", "empty columns", "Latin-1"],
)
def test_the_same_table_is_read_however_it_is_written(folder: Path, content: bytes) -> None:
    (folder / "t.csv").write_bytes(content)
    done = correlate("t.csv")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["entities"] == 1


def test_a_field_too_large_and_a_quote_left_open_are_reported_by_line(folder: Path) -> None:
    (folder / "t.csv").write_text(f"id,name,born\n1,{'x' * 3_000_000},\n2,Li Wei,\n")
    done = correlate("t.csv")
    assert (done.exit_code, json.loads(done.stdout)["rows"]) == (3, 1)
    assert "rows that could not be read: 1 (line 2)" in done.stderr
    (folder / "t.csv").write_text('id,name,born\n1,"Li Wei,\n' + "2,Bo Li,\n" * 40)
    assert "line 2 runs over many lines; is its quote closed?" in correlate("t.csv").stderr


def test_parquet_with_nulls_and_numbers_for_ids_is_read(folder: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {"id": [1.0, None, 3.0], "name": ["Ana Ruiz", "Ana Ruiz", None], "born": [None] * 3}
    parquet.write_table(pyarrow.table(columns), folder / "t.parquet")
    done = correlate("t.parquet")
    assert done.exit_code == 0, done.output
    assert "rows without a record id: 1" in done.stderr
    assert json.loads(done.stdout)["rows"] == 3


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a" * 1_000_000, "a" * 999_999 + "b"),
        (" ".join(f"Nam{n}" for n in range(600)), " ".join(f"Nom{n}" for n in range(600))),
        ("王" * 500_000, "ع" * 500_000),
        ("a" + "\u0301" * 500_000, "á"),
    ],
    ids=["1 MB of one letter", "600 parts", "characters", "accents"],
)
@pytest.mark.parametrize("kind", ["person", "organization", "vessel"])
def test_hostile_names_take_bounded_time(left: str, right: str, kind: str) -> None:
    began = time.perf_counter()
    done = run("compare", left, right, "--kind", kind, "--explain", "--json")
    assert done.exit_code == 0
    assert 0 <= json.loads(done.stdout)["score"] <= 1
    assert time.perf_counter() - began < SECONDS


def test_progress_off_a_terminal_is_a_line_for_each_tenth(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with shown_progress() as progress:
        for done in range(0, 1_001, 7):
            progress("Rows", done, 1_000)
        progress("Rows", 1_000, 1_000)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 11
    assert (lines[0], lines[-1]) == ("Rows: 0 of 1000", "Rows: 1000 of 1000")
