"""The lock: no contract changes unseen, and none changes so that old data is lost."""

import copy
import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from schemas import registry
from schemas.catalogue import EVENT_TYPES
from schemas.compatibility import problems
from schemas.errors import ConfigError
from schemas.registry import PIPELINE_SCHEMAS, check_lock, load_lock, write_lock
from schemas.sources import AVRO_DIRECTORY, Sources

NAME = "liaison.hsi.field.CaseClosed"
SCHEMA = load_lock().current[NAME].schema


def test_the_repository_holds_what_is_locked() -> None:
    assert check_lock() == []


def test_every_event_type_and_pipeline_schema_is_locked() -> None:
    assert set(load_lock().current) == {*EVENT_TYPES, *PIPELINE_SCHEMAS}


def test_every_event_begins_with_header_and_marking() -> None:
    for name in EVENT_TYPES:
        fields = [field["name"] for field in load_lock().current[name].schema["fields"]]
        assert fields == ["header", "marking", "entities", "places", "detail"]


def test_no_event_holds_a_float() -> None:
    texts = {name: Sources().canonical(name) for name in EVENT_TYPES}
    assert not [n for n, text in texts.items() if b'"double"' in text or b'"float"' in text]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the schemas that a test may change."""
    copied = tmp_path / "avro"
    shutil.copytree(AVRO_DIRECTORY, copied)
    return copied


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "events" / "hsi.field" / "CaseClosed.avsc"
    schema = json.loads(path.read_text())
    change(schema)
    path.write_text(json.dumps(schema))
    load_lock.cache_clear()


def detail(schema: dict[str, Any]) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = schema["fields"][-1]["type"]["fields"]
    return fields


def test_changed_contract_without_a_version_fails_the_check(folder: Path) -> None:
    edit(folder, lambda s: detail(s).append({"name": "fines", "type": "int", "default": 0}))
    [problem] = check_lock(folder)
    assert problem.startswith(f"{NAME}: changed without a new version")


def test_documentation_and_layout_are_no_contract(folder: Path) -> None:
    edit(folder, lambda s: s.update(doc="said better"))
    assert check_lock(folder) == []


def test_locking_a_grown_schema_keeps_the_earlier_version_readable(folder: Path) -> None:
    before = load_lock(folder).current[NAME]
    highest = max(load_lock(folder).by_id)
    edit(folder, lambda s: detail(s).append({"name": "fines", "type": "int", "default": 0}))
    assert write_lock(folder) == [f"{NAME} v{before.version + 1} id {highest + 1}"]
    assert check_lock(folder) == []
    lock = load_lock(folder)
    assert [each.id for each in lock.versions(NAME)][-2:] == [before.id, highest + 1]
    assert lock.by_id[before.id] == before
    assert write_lock(folder) == []


def test_incompatible_schema_is_neither_checked_nor_locked(folder: Path) -> None:
    before = load_lock(folder).current[NAME].version
    edit(folder, lambda s: detail(s).append({"name": "fines", "type": "int"}))
    assert any("without a default" in problem for problem in check_lock(folder))
    with pytest.raises(ConfigError):
        write_lock(folder)
    load_lock.cache_clear()
    assert load_lock(folder).current[NAME].version == before


def test_compatibility_reaches_back_to_every_version(folder: Path) -> None:
    new = {"name": "fines", "type": "int", "default": 0}
    grown = load_lock(folder).current[NAME].version + 1
    edit(folder, lambda s: detail(s).append(new))
    write_lock(folder)
    edit(folder, lambda s: detail(s).pop())
    write_lock(folder)
    edit(folder, lambda s: detail(s).append(new | {"type": "string", "default": ""}))
    assert any(f"against v{grown}" in problem for problem in check_lock(folder))


def test_changed_locked_text_refuses_to_start(folder: Path) -> None:
    path = folder / "locked" / f"{NAME}.v1.avsc"
    path.write_bytes(path.read_bytes().replace(b"arrests", b"arrest5"))
    with pytest.raises(ConfigError):
        load_lock(folder)
    path.unlink()
    with pytest.raises(ConfigError):
        load_lock(folder)


def test_schema_without_a_source_fails_the_check(folder: Path) -> None:
    (folder / "events" / "hsi.field" / "CaseClosed.avsc").unlink()
    found = check_lock(folder)
    assert f"{NAME}: locked, but no source holds it" in found
    assert f"{NAME}: in the catalogue, but no schema" in found


def test_file_under_another_records_name_is_refused(folder: Path) -> None:
    path = folder / "parts" / "Name.avsc"
    path.rename(path.with_name("Nom.avsc"))
    with pytest.raises(ConfigError):
        Sources(folder)


def test_command_tells_by_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert registry.main(["check"]) == 0
    assert registry.main([]) == 2
    monkeypatch.setattr(registry, "check_lock", lambda: ["wrong"])
    assert registry.main(["check"]) == 1


def test_refused_lock_is_told_without_a_traceback(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder, lambda s: detail(s).append({"name": "fines", "type": "int"}))
    refused = partial(write_lock, folder)
    monkeypatch.setattr(registry, "write_lock", refused)
    assert registry.main(["lock"]) == 1
    assert "without a default" in capsys.readouterr().err


def header(schema: Any) -> list[Any]:
    fields: list[Any] = schema["fields"][0]["type"]["fields"]
    return fields


def swap(fields: list[Any], first: int, second: int) -> None:
    fields[first], fields[second] = fields[second], fields[first]


OPTIONAL = {"name": "new", "type": "string", "default": ""}

ALLOWED: dict[str, Callable[[Any], object]] = {
    "field with a default added": lambda s: detail(s).append(OPTIONAL),
    "field with a default removed": lambda s: detail(s).pop(),
    "fields of a detail reordered": lambda s: swap(detail(s), 0, 1),
    "header field added last": lambda s: header(s).append(OPTIONAL),
}

REFUSED: dict[str, Callable[[Any], object]] = {
    "field without a default added": lambda s: detail(s).append({"name": "n", "type": "int"}),
    "required field removed": lambda s: s["fields"].pop(1),
    "type changed": lambda s: detail(s)[1].update(type="string"),
    "type promoted": lambda s: detail(s)[1].update(type="long"),
    "default changed": lambda s: detail(s)[1].update(default=1),
    "default removed": lambda s: detail(s)[1].pop("default"),
    "field renamed": lambda s: s["fields"][1].update(name="mark"),
    "record renamed": lambda s: s["fields"][-1]["type"].update(name="liaison.Other"),
    "field made nullable": lambda s: detail(s)[1].update(type=["null", "int"]),
    "header field inserted": lambda s: header(s).insert(0, OPTIONAL),
    "header fields swapped": lambda s: swap(header(s), 0, 1),
    "header field removed": lambda s: header(s).pop(),
    "header moved": lambda s: swap(s["fields"], 0, 1),
    "logical type dropped": lambda s: header(s)[7].update(type={"type": "long"}),
    "items of a list changed": lambda s: header(s)[9]["type"].update(items="int"),
}


def changed(change: Callable[[Any], object]) -> Any:
    later = copy.deepcopy(SCHEMA)
    change(later)
    return later


@pytest.mark.parametrize("change", ALLOWED.values(), ids=ALLOWED)
def test_evolution_that_reads_both_ways_is_allowed(change: Callable[[Any], object]) -> None:
    assert problems(SCHEMA, changed(change)) == []


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_evolution_that_breaks_a_reader_is_refused(change: Callable[[Any], object]) -> None:
    assert problems(SCHEMA, changed(change))
