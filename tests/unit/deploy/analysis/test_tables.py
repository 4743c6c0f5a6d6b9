"""Files are read however they are written; a broken row is counted and the others go on."""

import gzip
from pathlib import Path

import pytest

from deploy.analysis.files import open_table
from deploy.analysis.structured import as_text
from deploy.local.errors import StackError


def made(folder: Path, content: bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize(
    ("content", "name", "facts"),
    [
        (b"a,b\n1,2\n", "t.csv", ("utf-8", "comma")),
        (b"a;b\n1;2\n", "t.csv", ("utf-8", "semicolon")),
        (b"a\tb\n1\t2\n", "t.txt", ("utf-8", "tab")),
        (b"a|b\n1|2\n", "t.csv.gz", ("utf-8", "bar")),
        ("\ufeffa,b\n1,2\n".encode(), "t.csv", ("utf-8-sig", "comma")),
        ("a,b\n1,2\n".encode("utf-16"), "t.csv", ("utf-16", "comma")),
        ("a,b\n1,2\n\xe9,3\n".encode("latin-1"), "t.csv", ("latin-1", "comma")),
        (b"a , b\n1,2\n", "t.csv", ("utf-8", "comma")),
        (b'a, b, c\n1, 2, "x, y"\n', "t.csv", ("utf-8", "comma")),
        (b"a,b\r\n1,2\r\n", "t.csv", ("utf-8", "comma")),
    ],
)  # fmt: skip
def test_delimiter_and_encoding_are_found_out(
    tmp_path: Path, content: bytes, name: str, facts: tuple[str, str]
) -> None:
    table = open_table(made(tmp_path, content, name))
    assert (table.facts["encoding"], table.facts["delimiter"]) == facts
    assert next(table.rows(["b", "a"])) == (2, ("2", "1"))
    assert table.stem == "t"


def test_delimiter_inside_quotes_does_not_mislead(tmp_path: Path) -> None:
    table = open_table(made(tmp_path, b'name;place\n"Ruiz, Ana";"A, B, C"\n"Li, Wei";"D, E, F"\n'))
    assert [cells for _, cells in table.rows(["name"])] == [("Ruiz, Ana",), ("Li, Wei",)]


def test_broken_rows_are_counted_with_their_lines_and_short_ones_mended(tmp_path: Path) -> None:
    content = b'a,b\n1,2\n\n3\n4,5,6\n"7\n8",9\n10,11,\n'
    table = open_table(made(tmp_path, content))
    rows = list(table.rows(["a", "b"]))
    assert rows == [(2, ("1", "2")), (4, ("3", "")), (6, ("7\n8", "9")), (8, ("10", "11"))]
    assert table.broken == [5]
    assert list(table.rows(None)) == rows


def test_quote_that_never_closes_costs_its_rows_and_no_others(tmp_path: Path) -> None:
    content = b'id,name\n1,"open\n2,B\n3,' + b"x" * 1_200_000 + b"\n4,C\x00D\n"
    table = open_table(made(tmp_path, content))
    assert list(table.rows(["id", "name"])) == [(5, ("4", "C\0D"))]
    assert table.broken == [2]


def test_row_that_swallows_others_is_remarked(tmp_path: Path) -> None:
    table = open_table(made(tmp_path, b'id,name\n1,"open\n' + b"2,B\n" * 30))
    assert len(list(table.rows(["id"]))) == 1
    assert table.sprawling == [2]


def test_lines_of_json_are_flattened_and_broken_ones_counted(tmp_path: Path) -> None:
    content = b'{"a": 1, "b": {"c": "x"}}\n\nnot json\n[1]\n{"a": ["p", "q"], "d": null}\n'
    table = open_table(made(tmp_path, content, "t.ndjson.gz"))
    assert table.columns == ("a", "b.c", "d")
    assert list(table.rows(["a", "b.c"])) == [(1, ("1", "x")), (5, ("p; q", ""))]
    assert table.broken == [3, 4]


def test_parquet_gives_the_same_rows_as_csv(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {"a": ["x", None], "n": [4011.0, None], "l": [["p", "q"], []]}
    parquet.write_table(arrow.table(columns), tmp_path / "t.parquet")
    table = open_table(tmp_path / "t.parquet")
    assert list(table.rows(["n", "a", "l", "n"])) == [
        (1, ("4011", "x", "p; q", "4011")),
        (2, ("", "", "", "")),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [("t.xlsx", b""), ("t.csv.gz", b""), ("t.json", b"[1]"), ("t.parquet", b"no")],
)
def test_file_that_cannot_be_read_is_a_usage_error(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content or b"plain")
    with pytest.raises(StackError) as raised:
        open_table(path)
    assert raised.value.exit_code == 2


def test_missing_or_doubled_column_is_told_with_those_of_the_file(tmp_path: Path) -> None:
    table = open_table(made(tmp_path, b"id,name,name\n1,A,B\n"))
    with pytest.raises(StackError, match=r"'nom'.*it has: 'id', 'name', 'name'"):
        table.require(["id", "nom"], "m.yaml")
    with pytest.raises(StackError, match="more than one column 'name'"):
        table.require(["name"], "m.yaml")
    assert list(table.rows(None)) == [(2, ("1", "A", "B"))]


def test_cells_of_other_types_become_text() -> None:
    assert [as_text(each) for each in (float("nan"), 1.5, True, {"k": 1})] == [
        *("", "1.5", "True", '{"k":1}')
    ]
