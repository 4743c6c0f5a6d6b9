"""The webhook sender: Standard Webhooks over httpx, to addresses that were checked.

One thread, one event loop; each attempt is a task of its own, and the caller bounds how many a
channel has, so an endpoint that hangs keeps nobody else waiting. No redirects, no proxies, no
retries here: a retry is a new attempt, decided again.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import httpx
from standardwebhooks.webhooks import Webhook

from consumers.delivery.address import checked_url, choose
from consumers.delivery.attempts import Attempt, Result
from consumers.delivery.lease import Lease
from schemas.clock import Clock
from schemas.errors import PartnerError

_REPLY_BYTES: Final = 16_384
_TRY_LATER: Final = frozenset({408, 425, 429})

Report = Callable[[Result], None]


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """`allow_loopback` is for development only: it admits loopback and, there, plain http."""

    allow_loopback: bool = False


class WebhookSender:
    """Sends attempts of webhook channels and reports how each ended."""

    def __init__(self, rules: WebhookRules, lease: Lease, clock: Clock, report: Report) -> None:
        self._rules = rules
        self._lease = lease
        self._clock = clock
        self._report = report
        self._loop = asyncio.new_event_loop()
        self._client = httpx.AsyncClient(trust_env=False, follow_redirects=False)
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, attempts: Iterable[Attempt]) -> None:
        """Take begun attempts; every one of them is reported once."""
        for attempt in attempts:
            self._loop.call_soon_threadsafe(self._spawn, attempt)

    def stop(self) -> None:
        """Break off what runs: its outcome stays unknown, as after a crash."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()

    def _spawn(self, attempt: Attempt) -> None:
        task = self._loop.create_task(self._attempt(attempt))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, attempt: Attempt) -> None:
        self._report(await self._ending(attempt))

    async def _ending(self, attempt: Attempt) -> Result:
        remaining = (attempt.deadline - self._clock.now()).total_seconds()
        try:
            async with asyncio.timeout(max(0.0, remaining)):
                return await self._post(attempt)
        except _TooLateError:
            return Result(attempt, "failed", "late")
        except TimeoutError:
            return Result(attempt, "failed", "timeout", over=False)
        except PartnerError as error:
            return Result(attempt, "refused", error.code)
        except httpx.ConnectError:
            return Result(attempt, "failed", "connection")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            return Result(attempt, "failed", "connection", over=False)

    async def _post(self, attempt: Attempt) -> Result:
        request, gate = await self._request(attempt), _Gate(self._lease, attempt)
        request.extensions["trace"] = gate.trace
        try:
            reply = await self._client.send(request, stream=True)
        finally:
            gate.leave()
        try:
            await _drain(reply)
        finally:
            await reply.aclose()
        return _result(attempt, reply)

    async def _request(self, attempt: Attempt) -> httpx.Request:
        """Build the request to the checked address; the name stays in Host and in TLS."""
        allow_loopback = self._rules.allow_loopback
        parts = checked_url(attempt.channel.url, allow_loopback=allow_loopback)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = await self._loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        address = choose((str(each[4][0]) for each in found), parts, allow_loopback=allow_loopback)
        body = attempt.notice.to_json()
        target = httpx.URL(attempt.channel.url).copy_with(host=str(address))
        return self._client.build_request(
            "POST",
            target,
            content=body,
            headers={"host": parts.netloc, **self._headers(attempt, body)},
            extensions={"sni_hostname": host},
        )

    def _headers(self, attempt: Attempt, body: bytes) -> dict[str, str]:
        now = self._clock.now()
        signature = Webhook(attempt.channel.secret).sign(attempt.notice.id, now, body.decode())
        return {
            "content-type": "application/cloudevents+json",
            "webhook-id": attempt.notice.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }


class _TooLateError(Exception):
    """The policy or the clock has moved on: nothing of the attempt was sent."""


class _Gate:
    """Asks the lease when the request's first byte is about to be written, and not before.

    # INVARIANT: names were resolved, and the connection stands. Between the question and the last
    # byte of content the gate stays open, and a new policy waits for it.
    """

    def __init__(self, lease: Lease, attempt: Attempt) -> None:
        self._lease = lease
        self._attempt = attempt
        self._inside = False

    async def trace(self, event: str, _info: object) -> None:
        """Follow a request through httpcore; raises _TooLateError before the first byte."""
        if event.endswith(".send_request_headers.started"):
            self._inside = self._lease.enter(self._attempt)
            if not self._inside:
                raise _TooLateError
        elif event.endswith((".send_request_body.complete", ".failed")):
            self.leave()

    def leave(self) -> None:
        """Leave, if it went in."""
        if self._inside:
            self._inside = False
            self._lease.leave(self._attempt)


async def _drain(reply: httpx.Response) -> None:
    """Read a short body so that the connection can be used again; leave a long one."""
    seen = 0
    async for chunk in reply.aiter_raw():
        seen += len(chunk)
        if seen > _REPLY_BYTES:
            return


def _result(attempt: Attempt, reply: httpx.Response) -> Result:
    status, label = reply.status_code, f"{reply.status_code // 100}xx"
    if reply.is_success:
        return Result(attempt, "received", label)
    if status == httpx.codes.GONE:
        return Result(attempt, "gone", label)
    if reply.is_server_error or status in _TRY_LATER:
        asked = reply.headers.get("retry-after", "")
        pause = float(asked) if asked.isdecimal() else 0.0
        return Result(attempt, "failed", label, retry_after_seconds=pause)
    return Result(attempt, "refused", label)
