"""The processes under faults: struck by us, watched, and started again as a supervisor would.

Used from one thread; whoever waits for something waits here, so that supervision goes on.
"""

import contextlib
import logging
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from deploy.bench.crash.plan import stage_of
from deploy.bench.crash.proxy import Proxy
from deploy.local.broker import OwnBroker
from deploy.local.process import http_ready
from deploy.rehearsal import Rehearsal
from schemas.errors import TransientError

_POLL_SECONDS: Final = 0.05
_LEAVE_SECONDS: Final = 25.0
"""How long a process may take to end after SIGTERM before that counts as hanging."""

_AFTERMATH: Final = "Event loop is closed"
"""What a process that has crashed already says about its clients."""

_log = logging.getLogger(__name__)


class Troupe:
    """Processes, broker and network of one run under faults."""

    def __init__(self, run: Rehearsal, broker: OwnBroker, proxy: Proxy) -> None:
        self.run = run
        self.broker = broker
        self.proxy = proxy
        self.deaths: Counter[str] = Counter()
        """Processes that ended unasked, by name: they crashed rather than stall."""
        self.hung: list[str] = []
        """Processes that did not end when asked to."""
        self.struck: dict[str, float] = {}
        """Until when each stage was, or will be, under a fault, on the monotonic clock."""
        self._wanted = set(run.pipeline.names)
        self._ends: list[tuple[float, Callable[[], None]]] = []
        self._leaving: dict[str, float] = {}

    def pid(self, process: str) -> int:
        """Number of a process that runs."""
        return self.run.group.pid(process)

    def signal(self, process: str, number: signal.Signals) -> None:
        """Send a signal to a process; nothing happens where it has ended."""
        with contextlib.suppress(ProcessLookupError, KeyError):
            os.kill(self.pid(process), number)

    def kill(self, process: str) -> None:
        """End a process as a crash would; the next `tick` starts it again."""
        self.run.pipeline.kill(process)
        self._leaving.pop(process, None)

    def ask_to_leave(self, process: str) -> None:
        """Ask a process to end in order."""
        self._leaving[process] = time.monotonic() + _LEAVE_SECONDS
        self.signal(process, signal.SIGTERM)

    def add(self, process: str) -> None:
        """One more process, until it is dismissed."""
        self.run.pipeline.launch(process)
        self._wanted.add(process)

    def dismiss(self, process: str) -> None:
        """Ask a process to end, and don't start it again."""
        self._wanted.discard(process)
        self.ask_to_leave(process)

    def later(self, seconds: float, end: Callable[[], None]) -> None:
        """Do something once `seconds` have gone by."""
        self._ends.append((time.monotonic() + seconds, end))

    @property
    def is_calm(self) -> bool:
        """Whether no fault lasts and everybody wanted is there."""
        return not self._ends and not self._leaving and self._wanted <= self.run.group.alive()

    def is_ready(self, process: str) -> bool:
        """Whether a process says that it can work."""
        return http_ready(f"{self.run.pipeline.url(process)}/readyz")()

    def mark(self, process: str, seconds: float = 0.0) -> None:
        """Note that a stage is under a fault from now on for so long."""
        stage, until = stage_of(process), time.monotonic() + seconds
        self.struck[stage] = max(until, self.struck.get(stage, 0.0))

    def tick(self) -> None:
        """End faults whose time is over; start again what has ended."""
        now = time.monotonic()
        due = [end for at, end in self._ends if at <= now]
        self._ends = [(at, end) for at, end in self._ends if at > now]
        for end in due:
            end()
        alive = self.run.group.alive()
        for process in [name for name, at in self._leaving.items() if at < now and name in alive]:
            self.hung.append(process)
            self.kill(process)
        for process in sorted((self._wanted | self._leaving.keys()) - alive):
            self._bring_back(process)

    def _bring_back(self, process: str) -> None:
        asked = self._leaving.pop(process, None) is not None
        with contextlib.suppress(KeyError):
            self.run.pipeline.kill(process)  # forgets one that has ended by itself
            if not asked:
                self.deaths[process] += 1
                _log.info("%s ended: %s", process, _last_words(self.run, process))
        if process in self._wanted:
            self.run.pipeline.launch(process)

    def until(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Supervise until a condition holds; raises TransientError where it does not in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            self.tick()
            if time.monotonic() > deadline:
                raise TransientError("CRASH_BENCH", f"after {seconds:.0f} s still not: {what}")
            time.sleep(_POLL_SECONDS)


def _last_words(run: Rehearsal, process: str) -> str:
    lines = run.group.log(process).read_text(errors="replace").splitlines()
    telling = [line for line in lines[-80:] if "Error" in line and _AFTERMATH not in line]
    return (telling or lines or [""])[-1].strip()[-200:]
