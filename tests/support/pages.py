"""Pages served for tests: an app in a thread of this process, on a free loopback port."""

import asyncio
import threading
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from tests.support.waiting import eventually

METRICS = """\
# TYPE liaison_streams_records_in_total counter
liaison_streams_records_in_total{stage="intake"} 48210
liaison_streams_records_in_total{stage="dedupe"} 47333
liaison_streams_records_in_total{stage="correlate"} 61002
liaison_streams_records_in_total{stage="match"} 9120
# TYPE liaison_streams_lag_records gauge
liaison_streams_lag_records{stage="intake"} 12
liaison_streams_lag_records{stage="dedupe"} 0
liaison_streams_lag_records{stage="correlate"} 3
liaison_streams_lag_records{stage="match"} 0
# TYPE liaison_streams_oldest_unacked_seconds gauge
liaison_streams_oldest_unacked_seconds{stage="intake"} 0.034
liaison_streams_oldest_unacked_seconds{stage="correlate"} 1.25
# TYPE liaison_streams_quarantined_total counter
liaison_streams_quarantined_total{reason="BAD_SIGNATURE"} 9
liaison_streams_quarantined_total{reason="NO_PREDICATE"} 4
# TYPE liaison_consumers_standings gauge
liaison_consumers_standings{outcome="FULL"} 212
liaison_consumers_standings{outcome="DENY"} 61
liaison_consumers_standings{outcome="POINTER"} 88
# TYPE liaison_consumers_attempts counter
liaison_consumers_attempts_total{kind="inbox",outcome="received"} 271
liaison_consumers_attempts_total{kind="webhook",outcome="failed"} 3
# TYPE liaison_consumers_outbox_rows gauge
liaison_consumers_outbox_rows 2
# TYPE liaison_consumers_lag_records gauge
liaison_consumers_lag_records{topic="liaison.match.v1"} 1
"""
"""What stages and deliver say of themselves, in few lines."""


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Yield the address of an app that runs until the block ends."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="error", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        eventually(lambda: server.started, what="the pages' server")
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


class Visitor:
    """A client of an app in this process, without a socket; follows redirects, keeps cookies."""

    def __init__(self, app: Starlette) -> None:
        self._runner = asyncio.Runner()
        self._life = app.router.lifespan_context(app)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", follow_redirects=True
        )
        self.cookies = self._client.cookies

    def __enter__(self) -> Self:
        self._runner.run(self._within(self._life.__aenter__()))
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._within(self._life.__aexit__(None, None, None)))
        self._runner.run(self._client.aclose())
        self._runner.close()

    def get(self, address: str, **options: Any) -> httpx.Response:
        """Ask for a page."""
        return self._runner.run(self._client.get(address, **options))

    def post(self, address: str, **options: Any) -> httpx.Response:
        """Send a form."""
        return self._runner.run(self._client.post(address, **options))

    @staticmethod
    async def _within(step: Awaitable[Any]) -> None:
        await step
