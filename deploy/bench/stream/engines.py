"""How each engine is started: ours, stock Faust, quixstreams, and a bare loop as a ceiling."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple

from deploy.bench.rivals import Peer, Rivals

Mode = Literal["dedupe", "correlate"]
Decoder = Literal["prefix", "full"]

OURS: Final = "liaison"
STOCK: Final = "stock"
QUIX: Final = "quix"
LOOP: Final = "loop"

DURABILITY: Final[Mapping[str, str]] = {
    OURS: "acks=all, idempotent; outputs, then changelog, then offset; memory table",
    STOCK: "acks=all; per-event agent, memory table with changelog, awaited send",
    QUIX: "acks=all, at least once; RocksDB with changelog",
    LOOP: "acks=all, flush before commit; a dict, nothing durable",
}
"""What each engine promises, printed beside its figures."""

_QUIX: Final = Peer("stream_quix", "quixstreams")
_LOOP: Final = Peer("stream_loop", "quixstreams")


class Job(NamedTuple):
    """One run of one engine."""

    engine: str
    mode: Mode
    decoder: Decoder


class Setting(NamedTuple):
    """Where it runs: broker, first part of its names, input topic, a folder of its own."""

    bootstrap: str
    run: str
    source: str
    folder: Path


class Engines:
    """Command lines of all engines; peers have environments of their own."""

    def __init__(self, rivals: Rivals) -> None:
        self._rivals = rivals

    def processes(
        self, job: Job, setting: Setting, settings: Mapping[str, object] | None = None
    ) -> dict[str, tuple[str, ...]]:
        """Return the processes of a run by name; `settings` go to our workers alone."""
        given = {
            "bootstrap": setting.bootstrap,
            "run": setting.run,
            "source": setting.source,
            "data_folder": str(setting.folder),
        }
        if job.engine == OURS:
            stages = ("dedupe",) if job.mode == "dedupe" else ("dedupe", "correlate")
            own = json.dumps({**given, "mode": job.mode, **(settings or {})})
            program = (sys.executable, "-m", "deploy.bench.stream.stages")
            return {stage: (*program, stage, job.decoder, own) for stage in stages}
        words = (job.mode, job.decoder, json.dumps({**given, **(settings or {})}))
        if job.engine == STOCK:
            return {STOCK: (sys.executable, "-m", "deploy.bench.peers.stream_faust", *words)}
        peer = _QUIX if job.engine == QUIX else _LOOP
        python = self._rivals.python(peer)
        return {job.engine: (python, "-m", f"deploy.bench.peers.{peer.program}", *words)}
