"""A partner's receiving system, as small as one can be: verify, remember by id, honour recalls.

`python -m deploy.rehearsal.partner PORT FOLDER` reads the webhook secret from FOLDER/secret and
keeps one line for each verified delivery in FOLDER/received.ndjson.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from producers.sdk import WebhookError, verify_webhook

RECEIVED = "received.ndjson"


def create_app(folder: Path, secret: str) -> Starlette:
    """Return the receiver; it answers 204 only after the delivery is on disk."""

    async def receive(request: Request) -> Response:
        body = await request.body()
        try:
            envelope = verify_webhook(body, request.headers, secret)
        except WebhookError:
            return Response(status_code=401)
        with (folder / RECEIVED).open("a", encoding="utf-8") as log:
            log.write(json.dumps(envelope) + "\n")
        return Response(status_code=204)

    async def ready(_request: Request) -> Response:
        return Response(status_code=200)

    return Starlette(
        routes=[
            Route("/notices", receive, methods=["POST"]),
            Route("/readyz", ready),
        ]
    )


def received(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the envelopes that were received, in order, repeats included."""
    path = folder / RECEIVED
    if path.exists():
        with path.open(encoding="utf-8") as log:
            yield from map(json.loads, log)


def main() -> None:
    """Serve on loopback until told to stop."""
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    app = create_app(folder, (folder / "secret").read_text(encoding="ascii"))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()
