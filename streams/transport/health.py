"""/livez, /readyz and /metrics of a worker, on loopback."""

import asyncio
from typing import Protocol

from mode import Service
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

_REQUEST_SECONDS = 5.0


class Health(Protocol):
    """What the server asks of whom it speaks for; no reasons means well."""

    def dead_reasons(self) -> list[str]:
        """Why the process should be restarted."""
        ...

    def unready_reasons(self) -> list[str]:
        """Why it does not work now."""
        ...


class HealthServer(Service):
    """A GET-only HTTP/1.0 server for probes and scrapes; starts and stops with the app."""

    def __init__(self, port: int, health: Health) -> None:
        self._health = health
        self._server: asyncio.Server | None = None
        self.port = port
        """The port asked for, and once started the port in use."""
        super().__init__()

    async def on_start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def on_stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_REQUEST_SECONDS):
                request = await reader.readline()
                while (await reader.readline()).strip():
                    pass
                status, kind, body = self._answer(request.split(b" "))
                head = f"HTTP/1.0 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}"
                writer.write(head.encode() + b"\r\n\r\n" + body)
                await writer.drain()
        except (TimeoutError, ValueError, ConnectionError):
            pass  # a client that sends nonsense, or goes away, gets nothing
        finally:
            writer.close()

    def _answer(self, request: list[bytes]) -> tuple[str, str, bytes]:
        path = request[1] if len(request) == 3 and request[0] == b"GET" else b""
        if path == b"/metrics":
            return "200 OK", CONTENT_TYPE_LATEST, generate_latest()
        if path not in {b"/livez", b"/readyz"}:
            return "404 Not Found", "text/plain", b"not found\n"
        live = path == b"/livez"
        reasons = self._health.dead_reasons() if live else self._health.unready_reasons()
        status = "503 Service Unavailable" if reasons else "200 OK"
        return status, "text/plain", "\n".join(reasons or ["ok"]).encode() + b"\n"
