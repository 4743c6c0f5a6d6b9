"""Files and mappings: one event or one located error a row, never a guess."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from producers.adapters import Line, count_rows, load_mapping, read_events
from producers.sdk import MemoryPublisher, Receipt
from schemas.digest import content_digest
from schemas.errors import ConfigError

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
MAPPINGS = Path(__file__).parents[3] / "producers" / "adapters" / "mappings"
HEADER = (
    "full_name,first_name,middle_name,last_name,gender,date_of_birth,place_of_birth,nationality\n"
)
ROW = '"RUIZ, ANA",Ana,,Ruiz,,1980-2-3,"Laredo, Texas",mx\n'


def lines(folder: Path, text: str | bytes, name: str = "list.csv") -> list[Line]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_events(path, load_mapping(MAPPINGS / "un_list_bis.yaml"), NOW))


def test_example_mapping_turns_a_person_row_into_a_publishable_event(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, HEADER + ROW)
    made = line.event
    assert made is not None
    assert made["header"]["record_id"] == "UN-000001"
    (entity,) = made["entities"]
    assert entity["names"][0]["full"] == "RUIZ, ANA"
    assert (entity["birth_date"], entity["nationalities"]) == ("1980-02-03", ["MX"])
    assert made["marking"]["source_grade"] + made["marking"]["information_grade"] == "B2"
    assert isinstance(MemoryPublisher(source="bis.oee").publish(made), Receipt)


@pytest.mark.parametrize("name", sorted(path.name for path in MAPPINGS.glob("*.yaml")))
def test_every_example_mapping_loads(name: str) -> None:
    assert load_mapping(MAPPINGS / name).columns


def test_ndjson_gives_the_same_events_as_csv(tmp_path: Path) -> None:
    document = '{"full_name": "RUIZ, ANA", "date_of_birth": "1980-2-3", "nationality": "mx"}\n\n'
    (line,) = lines(tmp_path, document, "list.ndjson")
    assert line.event is not None
    assert line.event["entities"][0]["nationalities"] == ["MX"]
    assert line.event["entities"][0]["birth_place"] is None


def test_same_file_read_again_repeats_its_content(tmp_path: Path) -> None:
    (first,), (again,) = lines(tmp_path, HEADER + ROW), lines(tmp_path, HEADER + ROW)
    assert first.event is not None
    assert again.event is not None
    assert first.event["header"]["event_id"] != again.event["header"]["event_id"]
    assert content_digest(first.event) == content_digest(again.event)


def test_broken_rows_are_located_and_the_others_go_on(tmp_path: Path) -> None:
    text = (HEADER + ROW + "too,few\n" + ROW).encode() + b'"\xff\xfe",,,,,,,\n' + ROW.encode()
    found = lines(tmp_path, text)
    assert [(each.line, each.event is None) for each in found] == [
        (2, False),
        (3, True),
        (4, False),
        (5, True),
        (6, False),
    ]
    assert found[1].problems[0].message == "2 cells under 8 columns"
    assert found[3].problems[0].message == "not UTF-8"
    assert found[4].event is not None
    assert found[4].event["header"]["record_id"] == "UN-000005", "numbers follow the rows"


def test_broken_json_line_is_located(tmp_path: Path) -> None:
    found = lines(tmp_path, '{"full_name": "A"}\n[1]\n{"full\n', "list.jsonl")
    assert [each.problems[0].message if each.problems else "" for each in found] == [
        "",
        "not a JSON object",
        "not a JSON object",
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1965", "1965"),
        ("1965-3", "1965-03"),
        ("1965-03-07", "1965-03-07"),
        ("1968-13-30", "1968"),
        ("1974-01-32", "1974-01"),
        ("", None),
    ],
)
def test_birth_date_keeps_what_a_calendar_can_hold(
    tmp_path: Path, written: str, kept: str | None
) -> None:
    (line,) = lines(tmp_path, HEADER + f"A,,,,,{written},,\n")
    assert line.event is not None
    assert line.event["entities"][0]["birth_date"] == kept


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("event_type: bis.oee.PartyFlagged", "event_type: bis.oee.PartyFlaged", "event_type"),
        ("office: enforcement", "ofice: enforcement", "ofice"),
        ("full_name: {column: full_name}", "full_name: {}", "entity.full_name"),
        ("kind: person", "kind: [person]", "entity.kind"),
    ],
)
def test_mapping_error_names_its_line_and_field(
    tmp_path: Path, old: str, new: str, field: str
) -> None:
    text = (MAPPINGS / "un_list_bis.yaml").read_text()
    assert text.count(old) == 1
    path = tmp_path / "mapping.yaml"
    path.write_text(text.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        load_mapping(path)
    found = next(i for i, each in enumerate(path.read_text().splitlines(), 1) if new in each)
    assert f"line {found}: {field}" in caught.value.detail


def test_file_without_a_mapped_column_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nationality"):
        lines(tmp_path, HEADER.replace(",nationality", "") + "A,,,,,,\n")


def test_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="neither"):
        lines(tmp_path, HEADER, "list.xlsx")


def test_rows_are_counted_without_the_header(tmp_path: Path) -> None:
    found = lines(tmp_path, HEADER + ROW + "too,few\n" + ROW)
    assert count_rows(tmp_path / "list.csv", frozenset({"gender"})) == len(found) == 3


@pytest.mark.parametrize(("written", "kept"), [("Male", "M"), ("f", "F"), ("", None)])
def test_sex_is_read_in_words(tmp_path: Path, written: str, kept: str | None) -> None:
    (line,) = lines(tmp_path, HEADER + f"A,,,,{written},,,\n")
    assert line.event is not None
    assert line.event["entities"][0]["sex"] == kept
