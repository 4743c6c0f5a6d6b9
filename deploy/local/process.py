"""Child processes that log to files, say when they are ready, and end with their parent."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from deploy.local.errors import StackError
from deploy.local.identity import ProcessIdentity

POLL_SECONDS = 0.05
READY_TIMEOUT_SECONDS = 60.0
STOP_TIMEOUT_SECONDS = 10.0

Ready = Callable[[], bool]
"""Answers, without waiting long, whether a process can do its work."""


def wait_until(condition: Ready, timeout_seconds: float) -> bool:
    """Poll until the condition holds; False when it still does not after `timeout_seconds`."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def http_ready(url: str) -> Ready:
    """Readiness by HTTP: 200 from `url`, as `/readyz` of our own processes answers."""
    parts = urlsplit(url)

    def ask() -> bool:
        connection = http.client.HTTPConnection(parts.netloc, timeout=2.0)
        try:
            connection.request("GET", parts.path or "/")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask


class ProcessGroup:
    """Named children of this process; a guard ends them should this process be killed.

    Output of child NAME is appended to `folder/logs/NAME.log`. Used from one thread. Leaving the
    context, by return or by exception, stops every child.
    """

    def __init__(self, folder: Path) -> None:
        self._logs = folder / "logs"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        guard_end, self._guard_pipe = os.pipe()
        self._guard = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.guard"],
            stdin=guard_end,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(guard_end)
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(
        self,
        name: str,
        argv: Sequence[str],
        env: Mapping[str, str] | None = None,
        *,
        ready: Ready | None = None,
        timeout_seconds: float = READY_TIMEOUT_SECONDS,
    ) -> ProcessIdentity:
        """Start child `name`, `env` added to this process's environment; await `ready` if given.

        A name may be used again once its child has ended. Raises StackError as `await_ready` does.
        """
        if name in self.alive():
            raise ValueError(f"{name} already runs")
        if self._guard.poll() is not None:
            raise self._unready(name, "was not started: the guard against orphans has ended")
        with self.log(name).open("ab") as log:
            child = subprocess.Popen(
                argv,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._children[name] = child
        # A child that ended at once is a zombie until it is reaped, so it still has an identity.
        identity = ProcessIdentity.of(child.pid)
        self._tell_guard(f"+ {identity.pid} {identity.started_at}")
        if ready:
            self.await_ready(name, ready, timeout_seconds)
        return identity

    def await_ready(
        self, name: str, ready: Ready, timeout_seconds: float = READY_TIMEOUT_SECONDS
    ) -> None:
        """Wait for a started child; raises StackError, and kills it, if it ends or is too slow."""
        child = self._children[name]
        reached = wait_until(lambda: child.poll() is not None or ready(), timeout_seconds)
        if child.returncode is not None:
            self._forget(name)
            raise self._unready(name, f"ended with status {child.returncode} before it was ready")
        if not reached:
            self.kill(name)
            raise self._unready(name, f"was not ready after {timeout_seconds:.0f} s")

    def stop(self, name: str, timeout_seconds: float = STOP_TIMEOUT_SECONDS) -> None:
        """Ask child `name` to end (SIGTERM), kill its process group if it does not in time."""
        self._stop([name], timeout_seconds)

    def kill(self, name: str) -> None:
        """End child `name` and its process group as a crash would (SIGKILL)."""
        child = self._children[name]
        # INVARIANT: the child is signalled before it is reaped, so its number is still its own.
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self._forget(name)

    def release(self, name: str) -> None:
        """Let child `name` outlive this process: neither the group nor its guard will end it."""
        child = self._children.pop(name)
        self._tell_guard(f"- {child.pid}")
        # The child is no longer ours to reap, which Popen would warn about.
        child.returncode = 0

    def alive(self) -> set[str]:
        """Names of the children that run."""
        return {name for name, child in self._children.items() if child.poll() is None}

    def pid(self, name: str) -> int:
        """Process number of child `name`, until it is stopped or killed."""
        return self._children[name].pid

    def log(self, name: str) -> Path:
        """Where the output of child `name` goes."""
        return self._logs / f"{name}.log"

    def close(self) -> None:
        """Stop every child, then the guard. Safe to call twice."""
        self._stop(list(self._children), STOP_TIMEOUT_SECONDS)
        if self._open:
            self._open = False
            os.close(self._guard_pipe)
            self._guard.wait()

    def _stop(self, names: Sequence[str], timeout_seconds: float) -> None:
        for name in names:
            self._children[name].terminate()
        deadline = time.monotonic() + timeout_seconds
        for name in names:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._children[name].wait(max(0.0, deadline - time.monotonic()))
            self.kill(name)

    def _forget(self, name: str) -> None:
        self._tell_guard(f"- {self._children.pop(name).pid}")

    def _tell_guard(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(self._guard_pipe, f"{line}\n".encode())

    def _unready(self, name: str, fate: str) -> StackError:
        return StackError(
            f"{name} {fate}",
            where=f"its log is {self.log(name)}",
            unchanged="It was ended; other processes were left as they were",
            next_step="read the log, then try again",
        )
