"""Wiring only: the stages by name, each with what it decides by."""

from collections.abc import Callable
from functools import partial
from typing import Final

from schemas.codec import Codec
from schemas.link import Evidence
from schemas.party import Register
from schemas.topics import Topics
from streams.correlate.agent import CorrelateStage
from streams.correlate.blob import Posted, decode
from streams.correlate.levels import judge
from streams.correlate.weights import WEIGHTS, supports
from streams.dedupe.agent import DedupeStage
from streams.intake.agent import IntakeStage
from streams.intake.core import IntakePolicy
from streams.match.agent import MatchStage
from streams.network.agent import NetworkStage
from streams.resolve.agent import ResolveStage
from streams.transport.batch import Stage

STAGES: Final = ("intake", "dedupe", "correlate", "match", "network", "resolve")
"""In the order in which an event passes them."""


def build_stage(
    name: str, topics: Topics, codec: Codec, admission: Callable[[], tuple[Register, bytes]]
) -> Stage:
    """Build a stage; raises KeyError for a name that is not one of `STAGES`.

    `admission` gives the party register and the blocking secret; only intake asks for them.
    """
    build: dict[str, Callable[[], Stage]] = {
        "intake": lambda: _intake(topics, codec, *admission()),
        "dedupe": partial(DedupeStage, topics, codec),
        "correlate": partial(CorrelateStage[Posted], topics, codec, judge, decode),
        "match": partial(MatchStage, topics, codec, supports, WEIGHTS.version, margin),
        "network": partial(NetworkStage, topics, codec),
        "resolve": partial(ResolveStage, topics, codec),
    }
    return build[name]()


def margin(evidence: tuple[Evidence, ...]) -> float:
    """Return what all evidence on a link is worth, in bits above the release threshold."""
    levels = [(each.attribute, each.level, each.frequency_class) for each in evidence]
    return WEIGHTS.total(levels) - WEIGHTS.release_bits


def _intake(topics: Topics, codec: Codec, register: Register, blocking_secret: bytes) -> Stage:
    return IntakeStage(IntakePolicy(codec, register, topics, blocking_secret))
