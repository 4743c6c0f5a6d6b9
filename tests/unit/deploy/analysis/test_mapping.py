"""A mapping names attributes and nothing else; a mistake is told with its place and the way out."""

from pathlib import Path

import pytest

from deploy.analysis.mapping import load_mapping
from deploy.local.errors import StackError


def told(folder: Path, text: str) -> StackError:
    path = folder / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StackError) as raised:
        load_mapping(path)
    assert raised.value.exit_code == 2
    assert raised.value.unchanged == "Nothing was written"
    return raised.value


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("kind: person\nthreshold: 12\ncolumns: {a: sex}\n", ":2:1", ("`threshold`", "columns")),
        ("kind: person\ncolumns:\n  a: surname\n", ":3:6", ("did you mean family_name?",)),
        ("kind: person\ncolumns:\n  a: {full_name: {weight: 3}}\n", ":3:27", ("`weight`", "none")),
        ("kind: person\ncolumns:\n  a: {phone: {land: US}}\n", ":3:21", ("`land`", "country")),
        ("kind: person\ncolumns:\n  a: identifier\n", ":3:6", ("scheme",)),
        ("kind: person\ncolumns:\n  a: {birth_date: {format: dmy}}\n", ":3:28", ("YYYY",)),
        ("kind: robot\ncolumns: {a: full_name}\n", ":1:7", ("`robot`", "vessel")),
        ("country: Atlantis\nkind: person\ncolumns: {a: full_name}\n", ":1:10", ("country",)),
        ("columns: {a: full_name}\n", ":1:10", ("`kind:`",)),
        ("kind: person\n", ":1:1", ("`columns:`",)),
        ("kind: person\ncolumns: {a: record_id}\n", ":2:10", ("the entity",)),
        ("kind: person\ncolumns: {a: sex, b: sex}\n", ":2:10", ("both a and b",)),
        ("kind: person\ncolumns: {a: city, b: city}\n", ":2:10", ("of: mailing",)),
        ("kind: person\ncolumns: [a]\n", ":2:10", ("a table",)),
    ],
)  # fmt: skip
def test_mistake_is_told_with_its_place_and_what_was_expected(
    tmp_path: Path, text: str, place: str, words: tuple[str, ...]
) -> None:
    error = told(tmp_path, text)
    assert error.where.endswith(f"m.yaml{place}")
    assert all(word in error.what for word in words), error.what


def test_yaml_that_is_none_and_a_file_that_is_missing_are_told(tmp_path: Path) -> None:
    assert "line" in told(tmp_path, "columns: [").what
    assert "twice" in told(tmp_path, "kind: person\nkind: person\n").what
    with pytest.raises(StackError):
        load_mapping(tmp_path / "absent.yaml")


def test_one_column_may_be_several_attributes_and_an_attribute_several_columns(
    tmp_path: Path,
) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(
        "kind: Company\ncolumns:\n  land: [country, nationality]\n  p1: phone\n  p2: phone\n"
        "  x: {identifier: {scheme: tax, issuer_column: of}}\n  postal: {city: {of: mailing}}\n"
        "  town: city\n",
        encoding="utf-8",
    )
    mapping = load_mapping(path)
    assert mapping.kind == "organization"
    assert mapping.needed == ("land", "p1", "p2", "x", "postal", "town", "of")
    assert len(mapping.having("phone")) == 2
