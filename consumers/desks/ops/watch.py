"""Reads all processes and the broker again and again, and keeps the newest table."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from consumers.desks.ops.broker import Broker, BrokerWatch
from consumers.desks.ops.figures import Reading
from consumers.desks.ops.scrape import Process, scrape
from consumers.desks.ops.status import Status, status
from schemas.clock import Clock

_TIMEOUT_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class OpsSettings:
    """What the desk is handed. `processes`: name → address of its /metrics, in the order to show.

    `bootstrap`: the broker's host:port; None leaves it out. Rates and latencies are over
    `window_seconds`.
    """

    processes: Mapping[str, str]
    clock: Clock
    bootstrap: str | None = None
    namespace: str = "liaison"
    refresh_seconds: float = 2.0
    window_seconds: float = 30.0


class Watch:
    """One reader for all who look: `status` is None until the first reading is complete."""

    def __init__(self, settings: OpsSettings) -> None:
        self._settings = settings
        self._broker = (
            BrokerWatch(settings.bootstrap, settings.namespace) if settings.bootstrap else None
        )
        self._processes: dict[str, Process] = {}
        self._state: Broker | None = None
        kept = max(2, round(settings.window_seconds / settings.refresh_seconds) + 1)
        self._readings: deque[Reading] = deque(maxlen=kept)
        self.status: Status | None = None

    async def run(self) -> None:
        """Read until cancelled."""
        limits = httpx.Limits(max_connections=len(self._settings.processes) + 1)
        try:
            async with httpx.AsyncClient(
                timeout=_TIMEOUT_SECONDS, limits=limits, trust_env=False
            ) as client:
                while True:
                    await self.read(client)
                    await asyncio.sleep(self._settings.refresh_seconds)
        finally:
            if self._broker is not None:
                self._broker.close()

    async def read(self, client: httpx.AsyncClient) -> None:
        """Ask everybody once; the processes do not wait for the broker."""
        now = self._settings.clock.now()
        asked = None
        if self._broker is not None:
            asked = asyncio.create_task(asyncio.to_thread(self._broker.ask, self._state, now))
        self._processes = await scrape(client, self._settings.processes, self._processes, now)
        if asked is not None:
            self._state = await asked
        samples = tuple(s for process in self._processes.values() for s in process.samples)
        self._readings.append(Reading(now, samples))
        self.status = status(self._readings[0], self._readings[-1], self._processes, self._state)
