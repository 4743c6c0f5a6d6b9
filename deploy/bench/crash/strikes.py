"""Each fault of the plan, as it is done to a process, the broker or the network."""

import contextlib
import logging
import resource
import signal
import time
from typing import Final

from deploy.bench.crash.plan import BROKER, Fault, Kind
from deploy.bench.crash.troupe import Troupe
from deploy.pipeline import NUMBERED

_EXTRA: Final = 9
"""Number of the worker that joins for a while."""
_FULL_BYTES: Final = 4096

_log = logging.getLogger(__name__)


def strike(troupe: Troupe, fault: Fault) -> None:
    """Do it; what it lasts for ends by `Troupe.tick`. The broker is back when this returns."""
    _log.info("%s %s at %d published", fault.kind, fault.target, fault.published)
    troupe.mark(fault.target, fault.seconds)
    _STRIKES[fault.kind](troupe, fault)


def _kill(troupe: Troupe, fault: Fault) -> None:
    troupe.kill(fault.target)
    troupe.tick()


def _term(troupe: Troupe, fault: Fault) -> None:
    troupe.ask_to_leave(fault.target)


def _freeze(troupe: Troupe, fault: Fault) -> None:
    troupe.signal(fault.target, signal.SIGSTOP)
    pid = troupe.pid(fault.target)

    def thaw() -> None:
        if fault.target in troupe.run.group.alive() and troupe.pid(fault.target) == pid:
            troupe.signal(fault.target, signal.SIGCONT)

    troupe.later(fault.seconds, thaw)


def _rebalance(troupe: Troupe, fault: Fault) -> None:
    process = f"{fault.target}{NUMBERED}{_EXTRA}"
    if process in troupe.run.group.alive():
        return
    troupe.add(process)
    troupe.later(fault.seconds, lambda: troupe.dismiss(process))


def _cut(troupe: Troupe, fault: Fault) -> None:
    pid = troupe.pid(fault.target)
    troupe.proxy.cut(pid)
    troupe.later(fault.seconds, lambda: troupe.proxy.mend(pid))


def _broker(troupe: Troupe, fault: Fault) -> None:
    troupe.broker.kill()
    troupe.broker.start()
    for process in troupe.run.pipeline.names:
        troupe.mark(process)
    troupe.struck[BROKER] = time.monotonic()
    del fault


def _disk(troupe: Troupe, fault: Fault) -> None:
    pid = troupe.pid(fault.target)
    _limit_files(pid, _FULL_BYTES)
    troupe.later(fault.seconds, lambda: _limit_files(pid, resource.RLIM_INFINITY))


def _limit_files(pid: int, size_bytes: int) -> None:
    """Let no file of a process grow beyond a size; Python ignores the signal, so writes fail."""
    with contextlib.suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))


_STRIKES: Final = {
    Kind.KILL: _kill,
    Kind.TERM: _term,
    Kind.FREEZE: _freeze,
    Kind.REBALANCE: _rebalance,
    Kind.CUT: _cut,
    Kind.BROKER: _broker,
    Kind.DISK: _disk,
}
