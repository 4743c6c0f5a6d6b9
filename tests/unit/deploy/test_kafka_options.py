"""Loopback only, whichever way the broker is run."""

import socketserver
import threading
from pathlib import Path

import pytest

from deploy.local.container import container_environment, engine_answers
from deploy.local.jars import ENDPOINT, locked
from deploy.local.kafka import HOST, Ports, broker_options

_ADDRESSES = ("listeners", "advertised.listeners", "controller.quorum.voters")


def test_local_broker_names_no_address_beyond_loopback() -> None:
    options = broker_options(Ports(9092, 9093))
    for name in _ADDRESSES:
        for address in options[name].split(","):
            assert f"{HOST}:" in address


def test_topics_are_never_created_by_use() -> None:
    assert broker_options(Ports(1, 2))["auto.create.topics.enable"] == "false"


def test_container_advertises_the_port_on_loopback_and_keeps_the_other_options() -> None:
    inside = container_environment(port=23_456)
    assert inside["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{HOST}:23456"
    assert inside["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert len(inside) == len(broker_options(Ports(1, 2)))


def test_socket_that_is_not_there_is_no_docker_engine() -> None:
    assert not engine_answers("unix:///nonexistent/docker.sock")


@pytest.mark.parametrize(("status", "answers"), [(200, True), (500, False)])
def test_docker_engine_is_one_that_answers_its_ping(
    tmp_path: Path, status: int, *, answers: bool
) -> None:
    class Engine(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.readline() == b"GET /_ping HTTP/1.0\r\n"
            self.wfile.write(f"HTTP/1.0 {status} Said\r\n\r\n".encode())

    path = str(tmp_path / "docker.sock")
    with socketserver.UnixStreamServer(path, Engine) as engine:
        threading.Thread(target=engine.handle_request).start()
        assert engine_answers(f"unix://{path}") is answers


def test_lock_pins_what_the_endpoint_names() -> None:
    pinned = {f"{jar.group}:{jar.artifact}:{jar.version}" for jar in locked()}
    assert set(ENDPOINT.split("+")) <= pinned
    assert all(len(jar.sha256) == 64 for jar in locked())
