"""Match quality on labelled sets: ours at its one threshold, each peer at its hindsight best."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from deploy.bench.correlation import on_lists, on_people
from deploy.bench.naming import on_names
from deploy.bench.rivals import NAME_PEERS, Rivals
from deploy.bench.sets import ALL_SETS, LISTS, NAMES, PEOPLE
from schemas.errors import ConfigError

_NAME_FOLDERS: Final = {
    "name_bench": ("nk_name_bench",),
    "entity_checks": ("nk_entity_bench",),
    "transliteration": ("netransliteration",),
    "transliteration_shuffled": ("netransliteration",),
    "un": ("un_sc_treated", "qarin_negatives"),
}
_LEADING: Final = ("f1", "found", "accuracy", "auc")
"""By which measure the best of several peers is chosen: the first that they have."""

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One set: our figures, the peers', which of them came from memory, and the goal."""

    name: str
    ours: Figures
    peers: Mapping[str, Figures]
    cached: frozenset[str]
    goal: Mapping[str, float]

    @property
    def best_peer(self) -> str | None:
        """The peer with the best leading measure; None where the set has none."""
        return max(self.peers, key=lambda name: leading(self.peers[name]), default=None)

    def as_json(self) -> Figures:
        """Return `{ours, peer, peer_name, goal}`, the peer being the best one."""
        best = self.best_peer
        return {
            "ours": self.ours,
            "peer": None if best is None else self.peers[best],
            "peer_name": best,
            "goal": dict(self.goal),
        }


def leading(figures: Figures) -> float:
    """Return the measure that says how good a result is."""
    return next((float(figures[name]) for name in _LEADING if name in figures), 0.0)


def chosen_sets(text: str) -> list[str]:
    """Read `a,b` as names of sets, empty as all; raises ConfigError for an unknown one."""
    names = [name.strip() for name in text.split(",") if name.strip()] or list(ALL_SETS)
    if unknown := sorted(set(names) - set(ALL_SETS)):
        raise ConfigError("SETS", f"no set {', '.join(unknown)}; there are {', '.join(ALL_SETS)}")
    return names


def measure_quality(names: Iterable[str], rivals: Rivals, *, peers: bool) -> Iterable[Finding]:
    """Yield a finding for each set, in order; raises ConfigError where data are missing."""
    lists = cache(lambda: on_lists(rivals.data))
    for name in names:
        rivals.progress(f"Ours on {name}", 0, 1)
        ours, goal = _ours(name, rivals, lists)
        rivals.progress(f"Ours on {name}", 1, 1)
        found, cached = _peers(name, rivals) if peers else ({}, frozenset[str]())
        yield Finding(name, ours, found, cached, goal)


def _ours(
    name: str, rivals: Rivals, lists: Callable[[], dict[str, Figures]]
) -> tuple[Figures, Mapping[str, float]]:
    if name in NAMES:
        return on_names(name, rivals.data), NAMES[name]
    if name in LISTS:
        return lists()[name], LISTS[name]
    chosen = PEOPLE[name]
    folder = rivals.pseudopeople() if chosen.generated else rivals.data
    return on_people(chosen, folder), chosen.goal


def _peers(name: str, rivals: Rivals) -> tuple[dict[str, Figures], frozenset[str]]:
    """Figures by peer and version, and the names of those that were remembered."""
    if name in PEOPLE:
        chosen, found, cached = PEOPLE[name], dict[str, Figures](), set[str]()
        files = chosen.paths(rivals.pseudopeople() if chosen.generated else rivals.data)
        for peer in chosen.peers:
            measured = rivals.measure(peer, name, files)
            title = f"{peer.environment} {measured.figures.pop('version')}"
            found[title] = measured.figures
            cached |= {title} if measured.cached else set()
        return found, frozenset(cached)
    if name not in _NAME_FOLDERS:
        return {}, frozenset()
    folders = (rivals.data / folder for folder in _NAME_FOLDERS[name])
    files = tuple(path for folder in folders for path in folder.iterdir())
    measured = rivals.measure(NAME_PEERS, name, files)
    measured.figures.pop("version")
    titles = frozenset(measured.figures) if measured.cached else frozenset[str]()
    return measured.figures, titles
