"""What the shipped weights learn from: pairs of the public sets that share a blocking key.

Each set is read as `liaison correlate` reads it. Strangers of all regions stand beside the UN list,
so that an agreement of names alone learns its worth among people who are on no list.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from deploy.analysis.inputs import open_inputs
from deploy.bench.rivals import Rivals
from deploy.bench.sets import MAPPINGS, PEOPLE, existing, label_of
from deploy.local.jars import Progress
from schemas.event import Entity
from streams.correlate.engine import Engine
from streams.correlate.training import Labelled, train, vector_of

PEOPLE_LEARNT: Final[Mapping[str, int]] = {
    "febrl2": 5_000,
    "febrl4": 5_000,
    "fake1000": 1_000,
    "historical50k": 10_000,
    "pseudopeople": 20_000,
}
"""The first rows of each file."""
LISTED: Final = "un"
_STRANGERS: Final = 25_000


class LabelledRow(NamedTuple):
    """A row of a set: who it is, and which side it is on where two files are linked."""

    reference: str
    label: str
    source: str
    entity: Entity


def learn(rivals: Rivals, without: Iterable[str], progress: Progress) -> dict[str, Any]:
    """Train on every set but those left out; return the document of the weights."""
    names = [name for name in (*PEOPLE_LEARNT, LISTED) if name not in set(without)]
    sets = []
    for number, name in enumerate(names):
        progress(f"Reading {name}", number, len(names))
        sets.append(labelled(rows_of(name, rivals)))
    progress("Trained", len(names), len(names))
    return train(sets)


def rows_of(name: str, rivals: Rivals) -> Iterator[LabelledRow]:
    """The rows of a set that training reads; raises ConfigError where a file is missing."""
    if name == LISTED:
        return _listed(rivals.data)
    folder = rivals.pseudopeople() if PEOPLE[name].generated else rivals.data
    return people(name, folder, PEOPLE_LEARNT[name])


def people(name: str, folder: Path, most: int) -> Iterator[LabelledRow]:
    """The first rows of each file of a labelled set of people."""
    chosen = PEOPLE[name]
    label, linked = label_of(chosen), len(chosen.files) > 1
    mappings = [MAPPINGS / each for each in chosen.mappings]
    for each in open_inputs(chosen.paths(folder), mappings, chosen.truth).files:
        for _, row, cell in islice(each.rows(), most):
            source = row.source if linked else ""
            reference = f"{source}:{row.record_id}"
            yield LabelledRow(reference, label(row.record_id, cell), source, row.entity)


def labelled(rows: Iterable[LabelledRow]) -> Labelled:
    """Every pair of rows that share a key, and whether it is one person."""
    engine, labels = Engine(every_pair=True), dict[str, str]()
    for row in rows:
        labels[row.reference] = row.label
        engine.add(row.reference, row.entity)
    pairs = []
    for link in engine.links():
        levels = [(each.attribute, each.level, each.frequency_class) for each in link.evidence]
        pairs.append((vector_of(levels), labels[link.left] == labels[link.right]))
    return Labelled(pairs)


def _listed(data: Path) -> Iterator[LabelledRow]:
    """Both versions of the UN list, one person a row number, and strangers."""
    files = (
        existing(data / "un_sc_treated" / "positives_un_treated.csv"),
        existing(data / "un_sc_treated" / "positives_un_untreated.csv"),
        existing(data / "qarin_negatives" / "negatives_global.csv.gz"),
    )
    for part, each in enumerate(open_inputs(files, [MAPPINGS / "listed.yaml"]).files):
        for number, (_, row, _) in enumerate(islice(each.rows(), _STRANGERS)):
            label = f"stranger {number}" if part == 2 else str(number)
            yield LabelledRow(f"{part}:{number}", label, "", row.entity)
