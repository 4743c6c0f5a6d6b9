"""The reference says everything that is there, and goes stale visibly."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from deploy.reference import asyncapi, errors, metrics, pages, settings, topics
from deploy.reference.markdown import table
from deploy.settings import Settings
from schemas import metrics as constants
from schemas.catalogue import SOURCES
from schemas.codec import Codec
from schemas.errors import Reason
from schemas.registry import load_lock
from schemas.topics import Topics
from streams.app import STAGES, build_stage
from tests.unit.consumers.sharing.parties import REGISTER

ROOT = Path(__file__).parents[3]
CODEC = Codec(load_lock())
ROOMS = ("streams", "consumers", "producers")


def names(group: type[BaseModel], prefix: str = "LIAISON_") -> set[str]:
    """Every environment variable, walked apart from the page's own walk."""
    found = set()
    for name, field in group.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= names(kind, f"{prefix}{name.upper()}__")
        else:
            found.add(f"{prefix}{name.upper()}")
    return found


def test_every_setting_is_on_its_page_with_a_description() -> None:
    documented = {each.variable: each for each in settings.settings()}
    assert set(documented) == names(Settings)
    assert [name for name, each in documented.items() if not each.description] == []
    page = settings.render()
    assert [name for name in documented if f"`{name}`" not in page] == []


def test_no_page_names_a_folder_of_this_machine() -> None:
    folders = (str(ROOT), str(Path.home()))
    assert [f for f in folders if len(f) > 1 and f in settings.render()] == []


def test_every_metric_that_a_process_exposes_is_on_its_page_with_a_meaning() -> None:
    page = metrics.render()
    named = {name for name, text in vars(constants).items() if str(text).startswith("liaison_")}
    exposed = set()
    for path in [p for room in ROOMS for p in (ROOT / room).rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        exposed |= set(re.findall(r'"(liaison_(?:streams|consumers|producers)_[a-z_]+)"', text))
        used = named & set(re.findall(r"\b(?:names|metrics)\.([A-Z_]+)\b", text))
        exposed |= {str(getattr(constants, name)) for name in used}
    assert len(exposed) > 20
    assert sorted(name for name in exposed if f"`{name}`" not in page) == []
    assert [metric for _, metric in metrics.metrics() if not metric._documentation] == []


def test_every_topic_of_an_installation_is_on_its_page() -> None:
    page = topics.render()
    specs = Topics().all(set(SOURCES.values()))
    assert [spec.name for spec in specs if f"`{spec.name}`" not in page] == []


@pytest.mark.parametrize("stage", STAGES)
def test_page_of_topics_knows_what_a_stage_really_reads(stage: str) -> None:
    built = build_stage(stage, topics.TOPICS, CODEC, lambda: (REGISTER, b"s" * 16))
    said = {spec.name for spec in topics.specs() if stage in topics.flow(spec.name).readers}
    assert set(built.source_topics) == said


def test_every_quarantine_reason_says_when() -> None:
    assert set(errors.MEANINGS) == set(Reason)


def test_asyncapi_document_has_no_dangling_reference() -> None:
    document = yaml.safe_load(asyncapi.render())
    assert set(document["channels"]) == {spec.name for spec in topics.specs()}
    found = list(references(document))
    assert len(found) > 20
    for reference in found:
        if not reference.startswith("#"):
            assert (pages.FOLDER / reference).is_file(), reference
            continue
        node: Any = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [each for value in node.values() for each in references(value)]
    return [each for value in node for each in references(value)] if isinstance(node, list) else []


@pytest.fixture
def two_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    renders = {"a.md": lambda: "# A\n", "b.md": lambda: "# B\n"}
    monkeypatch.setattr(pages, "PAGES", renders)


@pytest.mark.usefixtures("two_pages")
def test_written_reference_is_current_and_written_once(tmp_path: Path) -> None:
    assert [path.name for path in pages.write(tmp_path)] == ["a.md", "b.md"]
    assert list(pages.stale(tmp_path)) == []
    assert list(pages.write(tmp_path)) == []


@pytest.mark.usefixtures("two_pages")
@pytest.mark.parametrize("change", ["edited", "missing", "stray"])
def test_stale_page_is_named_with_the_difference(tmp_path: Path, change: str) -> None:
    list(pages.write(tmp_path))
    page = tmp_path / ("c.md" if change == "stray" else "a.md")
    if change == "missing":
        page.unlink()
    else:
        page.write_text("# Other\n")
    ((path, difference),) = pages.stale(tmp_path)
    assert path == page
    assert difference[2:]
    list(pages.write(tmp_path))
    assert list(pages.stale(tmp_path)) == []


@pytest.mark.parametrize("name", [name for name in pages.PAGES if name != "commands.md"])
def test_page_is_the_same_each_time(name: str) -> None:
    assert pages.PAGES[name]() == pages.PAGES[name]()


def test_bar_in_a_cell_does_not_end_it() -> None:
    assert table(("A",), [("x|y",)]).splitlines()[-1] == "| x\\|y |"
