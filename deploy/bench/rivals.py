"""The peers, in environments of their own; remembered by all that their figures hang on.

A figure is kept under a digest of the peer's lock file, its program and what that imports, and the
data; so a changed peer, configuration or set is measured anew, and nothing else is.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from deploy.local.jars import Progress
from schemas.errors import ConfigError

_PROGRAMS: Final = Path(__file__).resolve().parent / "peers"
_SHARED: Final = tuple(Path(__file__).with_name(name) for name in ("measure.py", "pairs.py"))
_ROOT: Final = Path(__file__).resolve().parents[2]
_NICE: Final = ("nice", "-n", "10")
"""A peer yields to whatever else the machine does."""


class Peer(NamedTuple):
    """A program of `deploy.bench.peers` and the environment (`NAME.lock`) it runs in."""

    program: str
    environment: str


SPLINK: Final = Peer("splink_peer", "splink")
SPLINK_LATENCY: Final = Peer("splink_latency", "splink")
RECORDLINKAGE: Final = Peer("recordlinkage_peer", "recordlinkage")
NAME_PEERS: Final = Peer("name_peers", "nomenklatura")
_PSEUDOPEOPLE: Final = Peer("pseudopeople_source", "pseudopeople")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a peer's program printed, and whether from memory."""

    figures: dict[str, Any]
    cached: bool


@dataclass(frozen=True, slots=True)
class Rivals:
    """Runs peers; `state` is the ignored folder where environments and figures are kept."""

    data: Path
    state: Path
    progress: Progress
    fresh: bool = False

    def measure(self, peer: Peer, subject: str, files: Iterable[Path]) -> Measured:
        """Run a peer on a set, or recall what it gave; raises ConfigError where it fails."""
        digest = _digest(subject, self._sources(peer), files)
        kept = self.state / "bench" / "peers" / f"{peer.program}-{subject}-{digest}.json"
        if kept.exists() and not self.fresh:
            return Measured(json.loads(kept.read_text(encoding="utf-8")), cached=True)
        printed = self._run(peer, subject, str(self.data.resolve()), str(self.pseudopeople()))
        found = json.loads(printed.splitlines()[-1])
        found["version"] = _version(peer)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found), encoding="utf-8")
        return Measured(found, cached=False)

    def pseudopeople(self) -> Path:
        """Return the folder of the packaged sample population, generated once for its lock file."""
        digest = _digest("", self._sources(_PSEUDOPEOPLE), ())
        folder = (self.state / "bench" / f"pseudopeople-{digest}").resolve()
        if not (folder / "tax.csv").exists():
            self._run(_PSEUDOPEOPLE, str(folder))
        return folder

    def _sources(self, peer: Peer) -> tuple[Path, ...]:
        beside = sorted(_PROGRAMS.glob(f"{peer.environment}_*.py"))
        return (_PROGRAMS / f"{peer.program}.py", *beside, _lock(peer), *_SHARED)

    def _run(self, peer: Peer, *words: str) -> str:
        self.progress(f"{peer.program} {words[0]}", 0, 1)
        python = self.python(peer)
        argv = (*_NICE, python, "-W", "ignore", "-m", f"deploy.bench.peers.{peer.program}", *words)
        done = subprocess.run(argv, cwd=_ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise ConfigError("PEER_FAILED", f"{peer.program} {words[0]}: {last}")
        self.progress(f"{peer.program} {words[0]}", 1, 1)
        return done.stdout

    def python(self, peer: Peer) -> str:
        """Make the peer's environment exactly what its lock file says; return its Python."""
        folder = (self.state / "peers" / peer.environment).resolve()
        python, stamp = folder / "bin" / "python", folder / "lock.sha256"
        digest = sha256(_lock(peer).read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
            return str(python)
        self.progress(f"Install {peer.environment}", 0, 1)
        uv = str(Path(sys.executable).with_name("uv"))
        sync = ("pip", "sync", "-q", "--python", str(python), "--require-hashes", str(_lock(peer)))
        for argv in ((uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder)),
                     (uv, *sync)):  # fmt: skip
            subprocess.run(argv, check=True)
        stamp.write_text(digest, encoding="ascii")
        return str(python)


def _lock(peer: Peer) -> Path:
    return _PROGRAMS / f"{peer.environment}.lock"


def _version(peer: Peer) -> str:
    """The pinned version of the library that the environment is named after."""
    lines = _lock(peer).read_text(encoding="utf-8").splitlines()
    pinned = next(line for line in lines if line.startswith(f"{peer.environment}=="))
    return pinned.split()[0].partition("==")[2]


def _digest(subject: str, sources: Iterable[Path], files: Iterable[Path]) -> str:
    digest = sha256(subject.encode())
    for path in (*sources, *sorted(files)):
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
