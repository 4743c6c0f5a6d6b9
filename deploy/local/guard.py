"""The watcher that keeps a killed parent from leaving orphans.

A ProcessGroup starts one guard and holds the only writing end of the guard's standard input. It
writes `+ PID STARTED_AT` for a child it takes on and `- PID` for one it gives up. When the parent
ends in any way, kill -9 included, the kernel closes the pipe, and the guard ends what is left. It
leads a session of its own, so that a Ctrl-C meant for the parent does not reach it.
"""

import sys
from collections.abc import Iterable

from deploy.local.identity import ProcessIdentity, end_all

GRACE_SECONDS = 5.0


def watch(lines: Iterable[str]) -> list[ProcessIdentity]:
    """Follow the parent's words until they end; return the children it still had."""
    held: dict[int, ProcessIdentity] = {}
    for line in lines:
        match line.split():
            case ["+", pid, started_at]:
                held[int(pid)] = ProcessIdentity(int(pid), float(started_at))
            case ["-", pid]:
                held.pop(int(pid), None)
    return list(held.values())


if __name__ == "__main__":
    end_all(watch(sys.stdin), GRACE_SECONDS)
