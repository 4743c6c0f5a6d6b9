"""A row becomes one entity; what cannot be read is left out and counted."""

from pathlib import Path

import pytest

from deploy.analysis.mapping import load_mapping
from deploy.analysis.records import Row, RowReader


def reader(folder: Path, mapping: str) -> RowReader:
    path = folder / "m.yaml"
    path.write_text(mapping, encoding="utf-8")
    return RowReader(load_mapping(path), {})


def read(folder: Path, mapping: str, *cells: str) -> Row:
    return reader(folder, mapping).read(cells)


PERSON = "kind: person\ncolumns:\n"


def test_names_of_a_row(tmp_path: Path) -> None:
    text = PERSON + "  g: given_name\n  f: family_name\n  m: maiden_name\n  o: alias\n"
    row = read(tmp_path, text, " Ana ", "Ruiz", "Soto", "Anita R.; A. Ruiz")
    names = [(name["full"], name["alias"]) for name in row.entity["names"]]
    assert names == [
        *(("Ana Ruiz", False), ("Ana Soto", True), ("Anita R.", True), ("A. Ruiz", True))
    ]
    assert row.entity["names"][0]["family"] == "Ruiz"


def test_birth_date_from_parts_and_unreadable_values_are_counted(tmp_path: Path) -> None:
    text = (
        PERSON + "  y: birth_year\n  m: birth_month\n  d: birth_day\n  s: sex\n  n: nationality\n"
    )
    found = reader(tmp_path, text)
    entity = found.read(("1958", "Mar", "1", "Male", "Mexico; USA; de")).entity
    assert entity["birth_date"] == "1958-03-01"
    assert (entity["sex"], entity["nationalities"]) == ("M", ["MX", "US", "DE"])
    poor = found.read(("0", "", "", "yes", "Narnia")).entity
    assert (poor["birth_date"], poor["sex"], poor["nationalities"]) == (None, None, [])
    assert found.unread.counts == {"y": 1, "s": 1, "n": 1}


def test_date_that_says_unknown_is_counted_and_an_empty_one_is_not(tmp_path: Path) -> None:
    found = reader(tmp_path, PERSON + "  b: birth_date\n")
    for line, text in enumerate(("", "unknown", "", "1958", "soon"), 2):
        found.read((text,), line)
    assert found.unread == {"b": (2, 3)}


def test_parts_of_a_birth_date_that_cannot_be_read_are_counted_each(tmp_path: Path) -> None:
    found = reader(tmp_path, PERSON + "  y: birth_year\n  m: birth_month\n  d: birth_day\n")
    assert found.read(("1958", "Smarch", "145"), 2).entity["birth_date"] == "1958"
    assert found.read(("about 1958", "", ""), 3).entity["birth_date"] is None
    assert found.unread == {"m": (1, 2), "d": (1, 2), "y": (1, 3)}


def test_address_in_parts_and_a_second_one(tmp_path: Path) -> None:
    text = (
        PERSON + "  n: house_number\n  s: street\n  c: city\n  p: postcode\n  l: country\n"
        "  c2: {city: {of: mailing}}\n"
    )
    row = read(tmp_path, text, "12", "Main St", "Duluth", "55802", "United States", "Fargo")
    home, mailing = row.entity["addresses"]
    assert (home["line"], home["city"], home["country"]) == ("12 Main St", "Duluth", "US")
    assert (mailing["city"], mailing["country"]) == ("Fargo", "")


def test_identifiers_take_issuers_countries_and_opaque_schemes(tmp_path: Path) -> None:
    text = (
        "kind: person\ncountry: US\ncolumns:\n  p: phone\n  q: {passport: {issuer_column: land}}\n"
        "  k: {identifier: {scheme: Club Card, issuer: ACME}}\n  l: lei\n"
    )
    found = reader(tmp_path, text)
    row = found.read(("(218) 555-0142", "U1234567", "77", "123", "Mexico"))
    assert [tuple(each.values()) for each in row.entity["identifiers"]] == [
        ("phone", "US", "(218) 555-0142"),
        ("passport", "MX", "U1234567"),
        ("other", "club_card:ACME", "77"),
        ("lei", None, "123"),
    ]
    assert found.numbers.unchecked.counts == {"l": 1}


def test_telephone_number_without_any_country_is_its_digits(tmp_path: Path) -> None:
    row = read(tmp_path, PERSON + "  p: phone\n", "218 555-0142")
    assert [tuple(each.values()) for each in row.entity["identifiers"]] == [
        ("other", "phone", "2185550142")
    ]


def test_affiliations_and_place(tmp_path: Path) -> None:
    text = PERSON + "  h: household\n  e: employer\n  a: latitude\n  o: longitude\n  t: starts_at\n"
    found = reader(tmp_path, text)
    row = found.read(("H1", "", "46.8", "-92.1", "2026-01-15"))
    assert row.entity["affiliations"] == [{"kind": "household", "name": "H1"}]
    (place,) = row.places
    assert place["latitude_microdegrees"] == 46_800_000
    assert (place["ends_at"] - place["starts_at"]).days == 1


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (("460", "-92.1", "2026-01-15", "", ""), "a"),
        (("46.8", "west", "2026-01-15", "", ""), "o"),
        (("46.8", "", "2026-01-15", "", ""), "o"),
        (("46.8", "-92.1", "Thursday", "", ""), "t"),
        (("46.8", "-92.1", "", "", ""), "t"),
        (("46.8", "-92.1", "2026-01-15", "2026-01-14", ""), "e"),
        (("46.8", "-92.1", "2026-01-15", "2029-01-14", ""), "e"),
        (("46.8", "-92.1", "2026-01-15", "", "9000000"), "r"),
        (("46.8", "-92.1", "2026-01-15", "", "wide"), "r"),
    ],
)
def test_place_that_cannot_be_read_is_counted_under_the_column_at_fault(
    tmp_path: Path, cells: tuple[str, ...], column: str
) -> None:
    text = PERSON + "  a: latitude\n  o: longitude\n  t: starts_at\n  e: ends_at\n"
    found = reader(tmp_path, text + "  r: radius_metres\n")
    assert found.read(cells, 7).places == ()
    assert found.unread == {column: (1, 7)}


def test_number_without_its_issuer_is_compared_as_it_stands_and_counted(tmp_path: Path) -> None:
    text = PERSON + "  n: national_id\n  p: {passport: {issuer: PL}}\n"
    found = reader(tmp_path, text)
    row = found.read(("AB 123456", "EK1234567"), 2)
    assert [tuple(each.values()) for each in row.entity["identifiers"]] == [
        ("other", "national_id", "AB 123456"),
        ("passport", "PL", "EK1234567"),
    ]
    found.read(("!", "x"), 3)
    ((column, missed),) = found.numbers.unissued
    assert (column.name, missed) == ("n", (1, 2))
    assert column.place.endswith("m.yaml:3:6")
    assert found.numbers.unchecked == {"n": (1, 3), "p": (1, 3)}


def test_kind_comes_from_a_column_else_from_the_mapping(tmp_path: Path) -> None:
    found = reader(tmp_path, "kind: person\ncolumns:\n  k: kind\n  n: full_name\n")
    kinds = [found.read((word, "A")).entity["kind"] for word in ("LegalEntity", "", "ghost")]
    assert kinds == ["organization", "person", "person"]
    assert found.unread.counts == {"k": 1}
