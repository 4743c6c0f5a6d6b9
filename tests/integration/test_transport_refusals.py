"""What would lose messages or state is refused, with topic and reason, and left as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.transport.changelog import MARKER_KEY, row_headers
from tests.support.transport_world import TransportWorld

ONE = {"instance_id": "one"}


@pytest.fixture
def world(broker: str, namespace: str, tmp_path: Path) -> Iterator[TransportWorld]:
    made = TransportWorld(broker, namespace, tmp_path)
    yield made
    made.end()


@pytest.mark.timeout(120)
def test_records_deleted_before_they_were_read_end_the_worker_and_are_named(
    world: TransportWorld,
) -> None:
    world.feed(400)
    first = world.worker(**ONE)
    world.await_worked_off(**ONE)
    first.terminate()
    assert first.wait(30) == 0
    world.feed(400)
    world.delete_up_to(150)
    second = world.worker(**ONE)
    assert second.wait(40) != 0
    assert "were deleted unread" in world.log(second)
    assert world.lag() > 0, "nothing was skipped in silence"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("settings", "retention_ms", "reason"),
    [
        ({"cleanup_policy": "compact"}, 0, "compaction is on"),
        ({"retention_ms": "60000"}, 61_000, "a replay needs 61000 ms"),
    ],
)
def test_source_that_would_lose_messages_is_refused_at_the_start(
    world: TransportWorld, settings: dict[str, str], retention_ms: int, reason: str
) -> None:
    world.configure(world.source, **settings)
    worker = world.worker(retention_ms={world.source: retention_ms})
    assert worker.wait(40) != 0
    assert f"{world.source}: " in world.log(worker)
    assert reason in world.log(worker)


@pytest.mark.timeout(60)
def test_source_with_other_partitions_is_refused_at_the_start(world: TransportWorld) -> None:
    worker = world.worker(partitions=3)
    assert worker.wait(40) != 0
    assert "4 partitions, the settings say 3" in world.log(worker)


@pytest.mark.timeout(120)
def test_changelog_of_another_version_is_refused_and_left_as_it_is(world: TransportWorld) -> None:
    world.feed(100)
    worker = world.worker(**ONE)
    world.await_worked_off(**ONE)
    worker.terminate()
    worker.wait(30)
    row = (MARKER_KEY, b"0.9", row_headers(1 << 60))
    world.producer.send(world.changelog, key=row[0], value=row[1], headers=row[2], partition=0).get(
        timeout=10
    )
    world.feed(100)
    other = world.worker(**ONE)
    assert other.wait(40) != 0
    assert "ChangelogVersionError" in world.log(other)
    assert world.lag() > 0
