"""The whole pipeline for a test: on the run's broker, in a folder and a namespace of its own."""

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from consumers.inbox.rows import InboxNotice
from consumers.inbox.store import Inbox
from deploy.local.process import http_ready
from deploy.rehearsal import Rehearsal, rehearsal
from deploy.rehearsal.partner import received
from deploy.rehearsal.run import WEBHOOK_OFFICE, Cast
from deploy.settings import BrokerSettings, PathSettings, read_settings
from deploy.trust import Trust
from streams.app import STAGES

STREAM_AND_DELIVER = (*STAGES, "deliver")
PARTNER = "partner"


@contextmanager
def rehearsed(
    broker: str, folder: Path, namespaces: set[str], cast: Cast | None = None
) -> Iterator[Rehearsal]:
    """Run the pipeline; its topics are deleted with those of the whole run of tests.

    Workers are static members: one that is killed and started again takes its partitions back
    without waiting for a session to end.
    """
    settings = read_settings()
    settings = settings.model_copy(
        update={
            "broker": BrokerSettings(bootstrap=broker),
            "paths": PathSettings(state=folder, cache=settings.paths.cache),
            "worker": settings.worker.model_copy(update={"instance_id": "one"}),
        }
    )
    with rehearsal(settings, cast or Cast(STREAM_AND_DELIVER)) as run:
        namespaces.add(run.settings.namespace)
        yield run


def open_notices(run: Rehearsal, office: str) -> dict[str, InboxNotice]:
    """What an office's inbox holds and nobody took back, by id."""
    with closing(Inbox.open(run.settings.inbox)) as inbox:
        page = inbox.list_notices(office, limit=5_000)
    return {each.notice_id: each for each in page.notices if each.closed_at is None}


def envelopes(run: Rehearsal) -> dict[str, Mapping[str, Any]]:
    """What the partner's receiver verified, by id, recalls included."""
    return {envelope["id"]: envelope for envelope in received(run.partner_folder)}


def partner_port(run: Rehearsal) -> int:
    """Where the partner listens, as the register says."""
    channels = Trust.of(run.settings).register().channels.values()
    (url,) = [channel.url for channel in channels if channel.office == WEBHOOK_OFFICE]
    port = urlsplit(url).port
    assert port is not None
    return port


def start_partner(run: Rehearsal) -> None:
    """Start the partner's receiver again after `run.group.kill(PARTNER)`."""
    port = partner_port(run)
    argv = (sys.executable, "-m", "deploy.rehearsal.partner", str(port), str(run.partner_folder))
    run.group.start(PARTNER, argv, ready=http_ready(f"http://127.0.0.1:{port}/readyz"))


@contextmanager
def answering(port: int, status: int) -> Iterator[list[int]]:
    """A receiver that answers everything with one status; yields what it has answered."""
    answered: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            answered.append(status)
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield answered
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(url: str) -> tuple[int, str]:
    """Status and text of a page on loopback."""
    reply = httpx.get(url, trust_env=False)
    return reply.status_code, reply.text
