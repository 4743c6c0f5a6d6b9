"""A folder with `scenario.yaml`, read strictly; every mistake has its line and column."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from consumers.sharing import form
from consumers.sharing.form import Spot
from deploy.scenario.content import Words, stock_of
from deploy.scenario.counter import countered
from deploy.scenario.documents import documents
from deploy.scenario.expectations import Readers
from deploy.scenario.moments import instant
from deploy.scenario.parties import register
from deploy.scenario.records import Records
from deploy.scenario.story import Scenario, Step
from deploy.scenario.timeline import Timeline
from schemas.errors import ConfigError

SCENARIO: Final = "scenario.yaml"
COUNTER: Final = "counter.yaml"
CODE: Final = "SCENARIO_FORM"

_START: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
_ROWS: Final = 43


@dataclass(frozen=True, slots=True)
class Found:
    """A scenario in a folder, or its counter-case."""

    folder: Path
    counter: bool

    @property
    def name(self) -> str:
        """`03-orcon`, `03-orcon (counter)`."""
        return f"{self.folder.name} (counter)" if self.counter else self.folder.name

    def read(self, prefix: str = "") -> Scenario:
        """Read it; raises ConfigError (SCENARIO_FORM) with line and column."""
        try:
            root = form.parse(_text(self.folder / SCENARIO), f"{self.folder.name}/{SCENARIO}")
            if self.counter:
                change = form.parse(_text(self.folder / COUNTER), f"{self.folder.name}/{COUNTER}")
                root = countered(root, change)
            return _scenario(root, self, prefix)
        except ConfigError as error:
            raise ConfigError(CODE, error.detail) from None


def find(path: Path) -> list[Found]:
    """Return the scenarios in a folder or below it, each before its counter-case.

    Raises ConfigError where there is none.
    """
    if path.name == SCENARIO:
        path = path.parent
    folders = sorted(each.parent for each in path.rglob(SCENARIO))
    if not folders:
        raise ConfigError(CODE, f"{path}: no {SCENARIO} in it or below")
    found = []
    for folder in folders:
        found.append(Found(folder, counter=False))
        if (folder / COUNTER).is_file():
            found.append(Found(folder, counter=True))
    return found


def _scenario(root: Spot, found: Found, prefix: str) -> Scenario:
    said = form.mapping(
        root,
        {"title": form.text, "timeline": lambda spot: spot},
        {
            "law": form.text,
            "row": form.number,
            "start": instant,
            "register": lambda spot: spot,
            "agreements": lambda spot: spot,
            "entities": lambda spot: spot,
            "expect": lambda spot: spot,
            "note": form.text,
        },
    )
    if said.get("row", 1) > _ROWS:
        raise form.keys(root)["row"].refuse(f"the catalogue has rows 1 to {_ROWS}")
    start: datetime = said.get("start", _START)
    parties = register(said.get("register"))
    texts = documents(said.get("agreements"), found.folder)
    records = Records(parties, Words(start, stock_of(said.get("entities"))), prefix)
    readers = Readers(parties, records.known)
    timeline = Timeline(records, readers, dict(texts), start)
    steps = tuple(timeline.steps(said["timeline"]))
    steps += _last(said, readers, steps, timeline.last)
    if not any(step.expected for step in steps):
        raise root.refuse("nothing is expected: add `expect:` to a step or to the scenario")
    return Scenario(
        name=found.name,
        folder=found.folder,
        title=said["title"],
        law=said.get("law", ""),
        row=said.get("row"),
        start=start,
        register=parties,
        documents=texts,
        records={name: records.key_of(name) for name in records.told},
        sides={name: records.sides_of(name) for name in records.told},
        steps=steps,
    )


def _last(
    said: dict[str, Any], readers: Readers, steps: tuple[Step, ...], at: datetime
) -> tuple[Step, ...]:
    """Return the look at the end, where the scenario itself expects something."""
    if "expect" not in said:
        return ()
    spot: Spot = said["expect"]
    return (Step(len(steps) + 1, spot.at, at, (), readers.expectations(spot)),)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(CODE, f"{path}: {type(error).__name__}") from None
