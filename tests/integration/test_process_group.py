"""Child processes of ours: ready when they say so, gone when they should be."""

import http.server
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.errors import StackError
from deploy.local.identity import ProcessIdentity
from deploy.local.process import ProcessGroup, http_ready
from tests.support.waiting import eventually

_IDLE = "import signal; signal.pause()"
_DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); "
_PARENT_OF_IDLE = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {_IDLE!r}]); "
_PARENT = f"""
import sys
from pathlib import Path
from deploy.local.process import ProcessGroup
with ProcessGroup(Path(sys.argv[1])) as group:
    one = group.start("kept", [sys.executable, "-c", {_IDLE!r}])
    two = group.start("released", [sys.executable, "-c", {_IDLE!r}])
    group.release("released")
    print(one.pid, two.pid, flush=True)
    input()
"""


@pytest.fixture
def group(tmp_path: Path) -> Iterator[ProcessGroup]:
    with ProcessGroup(tmp_path) as group:
        yield group


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_child_gets_its_environment_and_a_log_of_its_own(group: ProcessGroup) -> None:
    code = "import os; print(os.environ['COLOUR'], flush=True); " + _IDLE
    log = group.log("worker")
    group.start(
        "worker", python(code), {"COLOUR": "green"}, ready=lambda: b"green" in log.read_bytes()
    )
    assert group.alive() == {"worker"}
    group.stop("worker")
    assert group.alive() == set()


def test_child_that_ends_before_it_is_ready_is_an_error_with_its_log(group: ProcessGroup) -> None:
    with pytest.raises(StackError, match="ended with status 7") as failed:
        group.start("worker", python("raise SystemExit(7)"), ready=lambda: False)
    assert str(group.log("worker")) in failed.value.where


def test_child_that_is_never_ready_is_ended(group: ProcessGroup) -> None:
    with pytest.raises(StackError, match="not ready after 0 s"):
        group.start("worker", python(_IDLE), ready=lambda: False, timeout_seconds=0.2)
    assert group.alive() == set()


def test_name_of_a_running_child_cannot_be_taken(group: ProcessGroup) -> None:
    group.start("worker", python(_IDLE))
    with pytest.raises(ValueError, match="worker already runs"):
        group.start("worker", python(_IDLE))


def test_killed_child_can_be_started_again_under_its_name(group: ProcessGroup) -> None:
    first = group.start("worker", python(_IDLE))
    group.kill("worker")
    assert first.find() is None
    second = group.start("worker", python(_IDLE))
    assert second.find() is not None


def test_child_that_ignores_the_request_to_end_is_killed_with_its_children(
    group: ProcessGroup,
) -> None:
    family = _PARENT_OF_IDLE + _DEAF + _IDLE
    log = group.log("worker")
    worker = group.start("worker", python(family), ready=lambda: b"up" in log.read_bytes())
    (grandchild,) = psutil.Process(worker.pid).children()
    group.stop("worker", timeout_seconds=0.2)
    assert worker.find() is None
    eventually(lambda: not grandchild.is_running(), what="grandchild gone")


@pytest.mark.promise("stack.no_orphan")
def test_killed_parent_leaves_only_the_child_it_released(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        kept, released = (ProcessIdentity.of(int(p)) for p in parent.stdout.readline().split())
        parent.kill()
    try:
        eventually(lambda: kept.find() is None, what="kept child gone")
        assert released.find() is not None
    finally:
        os.kill(released.pid, signal.SIGKILL)


def test_http_readiness_is_a_200(group: ProcessGroup) -> None:
    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/readyz" else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert http_ready(f"{address}/readyz")()
        assert not http_ready(f"{address}/livez")()
        server.shutdown()
    assert not http_ready(f"{address}/readyz")()
    assert group.alive() == set()
