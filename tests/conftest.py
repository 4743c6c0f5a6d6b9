"""What every test is given: one broker for the run, a namespace of its own, no network in unit/."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.broker import broker_address
from deploy.settings import read_settings

pytest_plugins = ["tests.support.promises"]

_UNIT = Path(__file__).parent / "unit"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # kafka-python reads its protocol files in a way that Python 3.11 deprecates.
    config.addinivalue_line(
        "filterwarnings", "ignore:(read|open)_text is deprecated:DeprecationWarning"
    )
    # An event loop talks to itself through a pair of Unix sockets.
    config.option.allow_unix_socket = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_UNIT):
            item.add_marker(pytest.mark.disable_socket)


@pytest.fixture(scope="session")
def namespaces() -> set[str]:
    """Every namespace handed out in this run."""
    return set()


@pytest.fixture(scope="session")
def broker(namespaces: set[str]) -> Iterator[str]:
    """The address of a real broker, shared by the whole run: never reuse a topic name on it."""
    from tests.support.broker import delete_topics  # noqa: PLC0415 - after the filter above

    with broker_address(read_settings()) as address:
        yield address.bootstrap
        if address.source in {"settings", "local stack"}:
            delete_topics(address.bootstrap, namespaces)


@pytest.fixture
def namespace(namespaces: set[str]) -> str:
    """The first part of all names this test uses on the broker, such as `t-1f0c9a3e`."""
    name = f"t-{uuid.uuid4().hex[:8]}"
    namespaces.add(name)
    return name
