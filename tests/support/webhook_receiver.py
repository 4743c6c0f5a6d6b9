"""A partner's endpoint on loopback: verifies signatures, answers as told, remembers ids."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook

from schemas.notice import Notice


class WebhookReceiver:
    """Answers with `status`; while `hanging` it never answers."""

    def __init__(self, secret: str) -> None:
        self.status = 200
        self.hanging = False
        self.requests = 0
        self.notices: dict[str, Notice] = {}
        self.headers: list[dict[str, str]] = []
        self._released = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.requests += 1
                if receiver.hanging:
                    receiver._released.wait(30)
                Webhook(secret).verify(body, dict(self.headers.items()))
                if receiver.status == 200:
                    notice = Notice.from_json(body)
                    receiver.notices[notice.id] = notice
                receiver.headers.append(dict(self.headers.items()))
                self.send_response(receiver.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_arguments: Any) -> None:
                """A sender that was killed leaves its connection: no news."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def stop(self) -> None:
        """Stop listening."""
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
