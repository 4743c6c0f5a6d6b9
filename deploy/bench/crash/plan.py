"""What is done to whom when: a pure function of a seed."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from random import Random
from typing import Final, NamedTuple

from deploy.pipeline import NUMBERED


class Kind(StrEnum):
    """One way for things to go wrong."""

    KILL = "kill"
    """SIGKILL, and started again at once."""
    TERM = "term"
    """SIGTERM, and started again once it has ended."""
    FREEZE = "freeze"
    """SIGSTOP, longer than the group waits, then SIGCONT: a zombie where others took over."""
    REBALANCE = "rebalance"
    """One more worker joins a stage and leaves again."""
    CUT = "cut"
    """Nothing of one process passes to or from the broker, then its connections break."""
    BROKER = "broker"
    """SIGKILL of the broker, and started again on its data."""
    DISK = "disk"
    """No file of one process may grow."""


SHARES: Final[Mapping[Kind, int]] = {
    Kind.KILL: 52,
    Kind.TERM: 16,
    Kind.FREEZE: 7,
    Kind.REBALANCE: 8,
    Kind.CUT: 7,
    Kind.BROKER: 5,
    Kind.DISK: 5,
}
"""Of a hundred faults; in a plan of at least as many faults as there are kinds each comes."""

SECONDS: Final[Mapping[Kind, float]] = {Kind.REBALANCE: 6.0, Kind.DISK: 3.0}
"""How long a fault lasts whose length is not the plan's."""

BROKER: Final = "broker"


class Fault(NamedTuple):
    """Strike `target` once `published` events are acknowledged; it lasts `seconds`."""

    published: int
    kind: Kind
    target: str
    seconds: float


class Stage(NamedTuple):
    """The processes a plan may strike, and those that write tables or stores to disk."""

    processes: Sequence[str]
    stages: Sequence[str]
    writers: Sequence[str]


def plan(seed: int, faults: int, events: int, stage: Stage, freeze_seconds: float) -> list[Fault]:
    """Return `faults` faults over `events` events, one in each equal part of them.

    Processes take their turns, so that none is spared.
    """
    rng = Random(seed)
    kinds = [kind for kind, count in counts(faults).items() for _ in range(count)]
    rng.shuffle(kinds)
    turns = {kind: _Turns(rng, _targets(kind, stage)) for kind in Kind}
    part = events / (faults + 1)
    lasting = {**SECONDS, Kind.FREEZE: freeze_seconds, Kind.CUT: freeze_seconds}
    return [
        Fault(int((n + rng.random()) * part), kind, turns[kind].next(), lasting.get(kind, 0.0))
        for n, kind in enumerate(kinds)
    ]


def counts(faults: int) -> dict[Kind, int]:
    """Return how often each kind comes; kills take what rounding leaves."""
    total = sum(SHARES.values())
    least = int(faults >= len(SHARES))
    found = {kind: max(least, faults * share // total) for kind, share in SHARES.items()}
    found[Kind.KILL] += faults - sum(found.values())
    return found


def stage_of(process: str) -> str:
    """Return the stage of a process: `dedupe` of `dedupe#2`."""
    return process.partition(NUMBERED)[0]


def _targets(kind: Kind, stage: Stage) -> Sequence[str]:
    if kind is Kind.BROKER:
        return (BROKER,)
    if kind is Kind.REBALANCE:
        return stage.stages
    return stage.writers if kind is Kind.DISK else stage.processes


class _Turns:
    """Each of some names once, in seeded order, then again."""

    def __init__(self, rng: Random, names: Sequence[str]) -> None:
        self._rng = rng
        self._names = names
        self._left: list[str] = []

    def next(self) -> str:
        if not self._left:
            self._left = self._rng.sample(self._names, len(self._names))
        return self._left.pop()
