"""Server-sent events: how one is written, and the beat by which a page knows that it is live."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, Final

import orjson
from prometheus_client import Gauge
from starlette.responses import StreamingResponse

from schemas import metrics

CLIENTS: Final = Gauge(metrics.SSE_CLIENTS, "Pages that follow a stream now.")

BEAT_POLLS: Final = 5
"""A beat is sent every so many polls; the page is stale after three beats without one."""
_HEADERS: Final = {"X-Accel-Buffering": "no"}

Poll = Callable[[], Awaitable[list[str] | None]]
"""Returns events to send now; None ends the stream."""


def event(name: str, data: Any, event_id: str | None = None) -> str:
    """Return one event; `data` as one line of JSON."""
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {name}\ndata: {orjson.dumps(data).decode()}\n\n"


def clock_time(moment: datetime) -> str:
    """Return a time of day as pages show it, `HH:MM:SSZ`."""
    return f"{moment:%H:%M:%S}Z"


def stale_seconds(poll_seconds: float) -> float:
    """Return after how long without a beat a page says that it is stale."""
    return 3 * BEAT_POLLS * poll_seconds


class EventStream(StreamingResponse):
    """Polls for events until the client goes away or the poll returns None; the page reconnects."""

    def __init__(self, poll: Poll, now: Callable[[], datetime], poll_seconds: float) -> None:
        content = _stream(poll, now, poll_seconds)
        super().__init__(content, media_type="text/event-stream", headers=_HEADERS)


async def _stream(
    poll: Poll, now: Callable[[], datetime], poll_seconds: float
) -> AsyncIterator[str]:
    with CLIENTS.track_inprogress():
        beat_due = 0.0
        while (events := await poll()) is not None:
            for each in events:
                yield each
            if time.monotonic() >= beat_due:
                beat_due = time.monotonic() + BEAT_POLLS * poll_seconds
                yield event("beat", {"time": clock_time(now())})
            await asyncio.sleep(poll_seconds)
