"""Nothing is lost on a real broker, whatever is killed, stopped, added or taken away."""

import logging
import random
import re
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.broker import own_broker
from deploy.settings import read_settings
from tests.support.transport_world import TransportWorld
from tests.support.waiting import eventually

ONE = {"instance_id": "one"}
"""A static member: its next process takes its partitions without waiting for a session to end."""

_log = logging.getLogger(__name__)


@pytest.fixture
def world(broker: str, namespace: str, tmp_path: Path) -> Iterator[TransportWorld]:
    made = TransportWorld(broker, namespace, tmp_path)
    yield made
    made.end()


def kill_while_it_works(world: TransportWorld, kills: int, seed: int, **settings: object) -> None:
    """Kill the worker with -9 at seeded moments of its backlog, and start it again each time."""
    moments = random.Random(seed)
    worker = world.worker(**settings)
    for number in range(kills):
        before = world.count_out()
        world.await_out(before + moments.randrange(1, 2500))
        worker.kill()
        worker.wait()
        lag = world.lag()
        _log.info("kill %d: outputs %d -> %d, lag %d", number, before, world.count_out(), lag)
        assert lag > 0, "a kill without work in flight proves nothing"
        worker = world.worker(**settings)


@pytest.mark.promise("stream-kill")
@pytest.mark.timeout(180)
def test_worker_killed_at_seeded_moments_loses_no_id(world: TransportWorld) -> None:
    world.feed(60_000)
    kill_while_it_works(world, kills=6, seed=3, **ONE)
    world.await_worked_off(**ONE)
    assert world.lost() == set()
    assert world.ids_in_state() == world.ids


@pytest.mark.timeout(180)
def test_kill_test_finds_a_build_that_makes_state_durable_before_outputs(
    world: TransportWorld,
) -> None:
    world.feed(60_000)
    kill_while_it_works(world, kills=4, seed=3, state_first=True, **ONE)
    world.await_worked_off(state_first=True, **ONE)
    assert world.lost() != set()
    assert world.ids_in_state() == world.ids, (
        "state says these are done: no replay brings them back"
    )


@pytest.mark.timeout(180)
def test_workers_that_join_leave_and_die_lose_no_id(world: TransportWorld) -> None:
    first = world.worker()
    world.await_ready(first)
    with world.feeding():
        for farewell in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
            second = world.worker()
            world.await_ready(second)
            world.await_out(len(world.ids) + 3_000)
            second.send_signal(farewell)
            second.wait(30)
            _log.info("%s: outputs %d, lag %d", farewell.name, world.count_out(), world.lag())
    eventually(lambda: world.lag() == 0, 60, "lag 0")
    assert first.poll() is None, "the first worker has worked all along"
    assert world.lost() == set()
    assert world.ids_in_state() == world.ids


@pytest.mark.timeout(180)
def test_stopped_worker_that_wakes_after_a_take_over_spoils_nothing(world: TransportWorld) -> None:
    world.feed(30_000)
    zombie = world.worker()
    world.await_out(1_000)
    zombie.send_signal(signal.SIGSTOP)
    world.worker()
    world.await_worked_off()
    world.feed(5_000)
    zombie.send_signal(signal.SIGCONT)
    world.await_worked_off()
    world.feed(1_000)
    world.await_worked_off()
    assert world.lost() == set()
    assert world.ids_in_state() == world.ids


@pytest.mark.timeout(180)
def test_broker_killed_while_a_worker_works_loses_no_id(namespace: str, tmp_path: Path) -> None:
    with own_broker(read_settings()) as broker:
        world = TransportWorld(broker.bootstrap, namespace, tmp_path)
        try:
            world.feed(30_000)
            world.worker(**ONE)
            world.await_out(1_000)
            world.disconnect()
            broker.kill()
            broker.start()
            world.connect()
            world.await_worked_off(**ONE)
            assert world.lost() == set()
            assert world.ids_in_state() == world.ids
        finally:
            world.end()


@pytest.mark.timeout(120)
def test_worker_that_is_asked_to_stop_commits_what_it_has_done(world: TransportWorld) -> None:
    world.feed(20_000)
    first = world.worker(commit_interval_seconds=60.0, **ONE)
    world.await_out(1_000)
    first.terminate()
    assert first.wait(30) == 0
    world.worker(**ONE)
    world.await_worked_off(**ONE)
    assert world.lost() == set()
    assert world.count_out() == len(world.ids), "not one output is repeated"


@pytest.mark.timeout(120)
def test_output_the_broker_refuses_ends_the_worker_and_acknowledges_nothing(
    world: TransportWorld,
) -> None:
    world.limit_outputs(size_bytes=150)
    world.feed(100)
    worker = world.worker()
    assert worker.wait(40) != 0
    assert "MessageSizeTooLarge" in world.log(worker)
    assert world.lag() == world.published
    assert world.ids_in_state() == set()


@pytest.mark.timeout(120)
def test_broker_that_no_longer_answers_ends_the_worker_instead_of_stalling_it(
    namespace: str, tmp_path: Path
) -> None:
    with own_broker(read_settings()) as broker:
        world = TransportWorld(broker.bootstrap, namespace, tmp_path)
        try:
            world.feed(30_000)
            worker = world.worker(stall_seconds=3.0)
            world.await_out(1_000)
            world.disconnect()
            broker.kill()
            assert worker.wait(40) != 0
            assert "no progress on" in world.log(worker)
        finally:
            world.end()


@pytest.mark.timeout(120)
def test_poison_is_quarantined_and_probes_and_figures_say_so(world: TransportWorld) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    world.worker(web_port=port)
    world.feed(2_000)
    world.publish(b"a", b"poison")
    world.feed(2_000)
    world.await_worked_off()

    def ask(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return str(answer.read().decode())

    assert ask("/livez") == ask("/readyz") == "ok\n"
    figures = dict(
        re.findall(
            r'^(liaison_streams_\w+)\{stage="dedupe"\} (\S+)$', ask("/metrics"), re.MULTILINE
        )
    )
    assert float(figures["liaison_streams_poison_records_total"]) == 1
    assert float(figures["liaison_streams_records_in_total"]) == world.published
    assert float(figures["liaison_streams_owned_partitions"]) == 4
    eventually(lambda: 'lag_records{stage="dedupe"} 0.0' in ask("/metrics"), 10, "lag figure 0")
    assert world.values_out(b"a") == [b"quarantined"]
    assert b"a" not in world.ids_in_state()


@pytest.mark.timeout(180)
def test_worker_with_tables_on_disk_killed_at_seeded_moments_loses_no_id(
    world: TransportWorld, tmp_path: Path
) -> None:
    settings = {**ONE, "tables": str(tmp_path / "tables")}
    world.feed(30_000)
    kill_while_it_works(world, kills=3, seed=5, **settings)
    world.await_worked_off(**settings)
    assert world.lost() == set()
    assert world.ids_in_state() == world.ids
