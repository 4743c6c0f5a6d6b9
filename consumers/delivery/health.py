"""/livez, /readyz and /metrics of deliver, on loopback."""

import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import orjson
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from consumers.delivery.metrics import Metrics
from schemas.clock import Clock

_STALE_SECONDS: Final = 30.0


class Condition:
    """What keeps a process from its work, by part; told by the loop, read by the probes."""

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {"start": "not yet running"}
        self._beat = time.monotonic()

    def beat(self) -> None:
        """Say that the loop still turns."""
        self._beat = time.monotonic()

    def fails(self, part: str, reason: str) -> bool:
        """Say that a part fails; True where it did not fail before."""
        news = part not in self._reasons
        self._reasons = {**self._reasons, part: reason}
        return news

    def works(self, part: str) -> bool:
        """Say that a part works; True where it failed before."""
        news = part in self._reasons
        self._reasons = {name: why for name, why in self._reasons.items() if name != part}
        return news

    @property
    def reasons(self) -> dict[str, str]:
        """Why the process is not ready; empty: it is."""
        return self._reasons

    @property
    def alive(self) -> bool:
        """Whether the loop turned lately."""
        return time.monotonic() - self._beat < _STALE_SECONDS


@dataclass(frozen=True, slots=True)
class Watch:
    """Where the loop and its housekeeping tell how they fare."""

    condition: Condition
    metrics: Metrics
    clock: Clock


class HealthServer:
    """Serves a condition and a metrics registry; `port` 0 takes a free one."""

    def __init__(self, condition: Condition, registry: CollectorRegistry, port: int) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, body = answer(self.path, condition, registry)
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Keep probes out of the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        """The port in use."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Start answering."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and give the port back."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def answer(
    path: str, condition: Condition, registry: CollectorRegistry
) -> tuple[HTTPStatus, str, bytes]:
    """Return status, content type and body of a probe."""
    if path == "/metrics":
        return HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(registry)
    if path == "/livez":
        return _probe({} if condition.alive else {"loop": "has not turned lately"})
    if path == "/readyz":
        return _probe(condition.reasons)
    return HTTPStatus.NOT_FOUND, "application/json", b"{}"


def _probe(reasons: dict[str, str]) -> tuple[HTTPStatus, str, bytes]:
    status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
    return status, "application/json", orjson.dumps({"ok": not reasons, "reasons": reasons})
