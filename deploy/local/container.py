"""The same Kafka in a container, where a Docker engine answers; a docker command proves nothing."""

import contextlib
import http.client
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from deploy.local.errors import StackError
from deploy.local.jars import KAFKA_VERSION
from deploy.local.kafka import HOST, Ports, broker_options, choose_port, is_serving
from deploy.local.process import wait_until

IMAGE = f"apache/kafka:{KAFKA_VERSION}"

_PROBE_TIMEOUT_SECONDS = 2.0
_INSIDE = Ports(broker=9092, controller=9093)


def engine_answers(docker_host: str) -> bool:
    """Whether a Docker engine answers a ping at `docker_host` (`unix:///path` or `tcp://h:p`)."""
    try:
        with contextlib.closing(_connect(docker_host)) as connection:
            connection.settimeout(_PROBE_TIMEOUT_SECONDS)
            connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            response = http.client.HTTPResponse(connection)
            response.begin()
            return response.status == http.HTTPStatus.OK
    except (OSError, ValueError, http.client.HTTPException):
        return False


def _connect(docker_host: str) -> socket.socket:
    url = urlsplit(docker_host)
    if url.scheme != "unix":
        return socket.create_connection(
            (url.hostname or HOST, url.port or 2375), _PROBE_TIMEOUT_SECONDS
        )
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(_PROBE_TIMEOUT_SECONDS)
        connection.connect(url.path)
    except OSError:
        connection.close()
        raise
    return connection


def container_environment(port: int) -> dict[str, str]:
    """Return the local stack's options in the image's spelling, advertised as HOST:`port`."""
    options = broker_options(_INSIDE) | {
        "listeners": f"PLAINTEXT://:{_INSIDE.broker},CONTROLLER://:{_INSIDE.controller}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
    }
    return {f"KAFKA_{name.replace('.', '_').upper()}": value for name, value in options.items()}


@contextlib.contextmanager
def kafka_container(timeout_seconds: float) -> Iterator[str]:
    """Run Kafka in a container bound to loopback; yields its address once it serves."""
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - a test dependency

    port = choose_port(0, "broker")
    container = DockerContainer(IMAGE).with_envs(**container_environment(port))
    # Docker's own default is every interface; docker-py takes an address, testcontainers' types
    # know a port only.
    container.ports[f"{_INSIDE.broker}/tcp"] = (HOST, port)  # type: ignore[assignment]
    with container:
        if not wait_until(lambda: is_serving(f"{HOST}:{port}"), timeout_seconds):
            raise StackError(
                f"Kafka in a container did not serve within {timeout_seconds:.0f} s",
                where=f"image {IMAGE}, {HOST}:{port}",
                unchanged="The container was removed",
                next_step="look at the engine, or set LIAISON_BROKER__BOOTSTRAP",
                exit_code=5,
            )
        yield f"{HOST}:{port}"
