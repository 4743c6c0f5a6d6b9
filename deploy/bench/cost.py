"""CPU time by process, read from the operating system before and after."""

from collections.abc import Mapping
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Meter:
    """CPU seconds of named processes (children included) when it was read."""

    seconds: Mapping[str, float]

    @classmethod
    def read(cls, processes: Mapping[str, int]) -> "Meter":
        """Read the processes of these numbers."""
        return cls({name: _cpu_seconds(pid) for name, pid in processes.items()})

    def per_event(self, before: "Meter", events: int) -> dict[str, float]:
        """Return CPU microseconds an event since `before`, by process."""
        return {
            name: round((seconds - before.seconds[name]) * 1e6 / events, 1)
            for name, seconds in self.seconds.items()
        }


def _cpu_seconds(pid: int) -> float:
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)


def broker_pid(bootstrap: str) -> int | None:
    """Return who listens on the broker's port here, if it is a process we may look at."""
    port = int(bootstrap.rpartition(":")[2])
    for process in psutil.process_iter(["pid", "name"]):
        try:
            listening = process.net_connections("tcp")
        except psutil.Error:
            continue
        if any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in listening):
            return int(process.pid)
    return None
