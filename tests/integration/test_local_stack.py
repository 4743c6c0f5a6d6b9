"""The local stack as its user meets it: through the command, with a real broker."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.broker import broker_address
from deploy.local.errors import StackError
from deploy.local.kafka import HOST
from deploy.local.stack import brokers_under
from deploy.settings import BrokerSettings, Settings
from tests.support.broker import contents, create_topic, publish
from tests.support.waiting import eventually

_LIAISON = [sys.executable, "-c", "from deploy.cli import main; main()"]
_OWN_BROKER = """
from deploy.local.broker import own_broker
from deploy.settings import read_settings
with own_broker(read_settings()) as broker:
    print(broker.bootstrap, flush=True)
    input()
"""


class Stack:
    """`liaison stack ...` in a state folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "LIAISON_PATHS__STATE": str(folder)}

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*_LIAISON, "stack", *words],
            env=self.environment | settings,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    def ask(self, *words: str) -> dict[str, object]:
        answer = json.loads(self.run(*words, "--json").stdout)
        assert isinstance(answer, dict)
        return answer

    def spawn(self, *argv: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            argv,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def kill_broker(self) -> None:
        (broker,) = brokers_under(self.folder)
        os.kill(broker.pid, signal.SIGKILL)
        eventually(lambda: broker.find() is None, what="broker gone")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path / "state")
    yield stack
    stack.run("down")


@pytest.mark.promise("stack.lifecycle")
def test_up_serves_once_on_loopback_and_down_leaves_nothing(stack: Stack) -> None:
    assert stack.run("status").returncode == 5

    first = stack.ask("up")
    assert first["state"] == "up"
    again = stack.ask("up")
    assert (again["pid"], again["bootstrap"]) == (first["pid"], first["bootstrap"])
    assert stack.run("up").stdout == f"{first['bootstrap']}\n"

    status = stack.run("status", "--json")
    assert status.returncode == 0
    pid = json.loads(status.stdout)["pid"]
    assert pid == first["pid"]
    listening = [c for c in psutil.Process(pid).net_connections() if c.status == "LISTEN"]
    assert {c.laddr[0].removeprefix("::ffff:") for c in listening} == {HOST}
    assert stack.run("logs", "--lines", "1").stdout

    assert stack.ask("down")["state"] == "down"
    assert not psutil.pid_exists(pid)
    assert {path.name for path in (stack.folder / "stack").iterdir()} == {"lock"}
    assert stack.run("down").returncode == 0


@pytest.mark.promise("stack.port_taken")
def test_taken_port_is_named_and_nothing_is_started(stack: Stack) -> None:
    with socket.create_server((HOST, 0)) as squatter:
        port = str(squatter.getsockname()[1])
        refused = stack.run("up", "--json", LIAISON_STACK__BROKER_PORT=port)
    assert refused.returncode == 1
    assert not refused.stdout
    error = json.loads(refused.stderr.splitlines()[-1])
    assert f"port {port}" in error["error"]
    assert error["where"] == f"{HOST}:{port}"
    assert error["unchanged"]
    assert error["next"]
    assert brokers_under(stack.folder) == []


@pytest.mark.promise("stack.crash")
def test_killed_broker_comes_back_on_its_data_and_down_cleans_a_stale_state(stack: Stack) -> None:
    bootstrap = str(stack.ask("up")["bootstrap"])
    create_topic(bootstrap, "t-crash.record.v1")
    publish(bootstrap, "t-crash.record.v1", b"acknowledged")
    stack.kill_broker()
    stale = stack.run("status", "--json")
    assert (stale.returncode, json.loads(stale.stdout)["state"]) == (5, "stale")

    assert stack.ask("up")["bootstrap"] == bootstrap
    assert contents(bootstrap, "t-crash.record.v1") == [b"acknowledged"]

    stack.kill_broker()
    assert stack.ask("down")["state"] == "down"
    assert not (stack.folder / "stack" / "state.json").exists()


@pytest.mark.promise("stack.no_orphan")
def test_up_killed_while_it_starts_leaves_no_broker(stack: Stack) -> None:
    with stack.spawn(*_LIAISON, "stack", "up") as starting:
        (broker,) = eventually(lambda: brokers_under(stack.folder), 60, "broker started")
        starting.kill()
    eventually(lambda: broker.find() is None, 20, "broker gone")
    assert stack.ask("status")["state"] in {"down", "stale"}


@pytest.mark.promise("stack.no_orphan")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_own_broker_ends_with_its_parent(stack: Stack, number: signal.Signals) -> None:
    with stack.spawn(sys.executable, "-c", _OWN_BROKER) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline().startswith(HOST)
        (broker,) = brokers_under(stack.folder)
        owner.send_signal(number)
    eventually(lambda: broker.find() is None, 20, "broker gone")
    assert stack.ask("down")["state"] == "down"
    assert list((stack.folder / "brokers").iterdir()) == []


def test_broker_of_the_settings_that_does_not_answer_is_an_error() -> None:
    with socket.create_server((HOST, 0)) as closed:
        nowhere = f"{HOST}:{closed.getsockname()[1]}"
    settings = Settings(broker=BrokerSettings(bootstrap=nowhere))
    with pytest.raises(StackError, match=nowhere) as refused, broker_address(settings):
        pass
    assert refused.value.exit_code == 5


@pytest.mark.promise("broker.round_trip")
def test_shared_broker_gives_back_what_it_acknowledged(broker: str, namespace: str) -> None:
    topic = f"{namespace}.record.v1"
    create_topic(broker, topic)
    publish(broker, topic, b"one", b"two")
    assert contents(broker, topic) == [b"one", b"two"]
