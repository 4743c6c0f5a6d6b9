"""Who a process is: a number alone is reused, a number and a start time are not."""

import os
import signal
from dataclasses import dataclass

import psutil

_CLOCK_TOLERANCE_SECONDS = 2.0


@dataclass(frozen=True)
class ProcessIdentity:
    """A process by number and start time (seconds since the epoch), as stored in state files."""

    pid: int
    started_at: float

    @classmethod
    def of(cls, pid: int) -> "ProcessIdentity":
        """Identify a running process; raises psutil.NoSuchProcess."""
        return cls(pid, psutil.Process(pid).create_time())

    def find(self) -> psutil.Process | None:
        """Return the process if it still runs, None if it ended or its number went to another."""
        try:
            process = psutil.Process(self.pid)
            # The kernel counts from boot, and the boot time moves a little when the clock is set.
            drift_seconds = abs(process.create_time() - self.started_at)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
        except psutil.NoSuchProcess:
            return None
        return process if drift_seconds < _CLOCK_TOLERANCE_SECONDS else None


def end_all(identities: list[ProcessIdentity], grace_seconds: float) -> None:
    """Ask each process to end, wait `grace_seconds` for all, then kill their process groups.

    Each must lead its own group, as every child of ProcessGroup does.
    """
    running = [process for one in identities if (process := one.find())]
    for process in running:
        _signal(process, signal.SIGTERM)
    _, stubborn = psutil.wait_procs(running, timeout=grace_seconds)
    for process in stubborn:
        if process.is_running():
            _kill_group(process.pid)
    psutil.wait_procs(stubborn, timeout=grace_seconds)


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _kill_group(leader_pid: int) -> None:
    try:
        os.killpg(leader_pid, signal.SIGKILL)
    except ProcessLookupError:
        return
