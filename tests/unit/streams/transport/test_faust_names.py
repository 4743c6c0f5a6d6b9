"""The driver stands on names that Faust and aiokafka may change: a new version must look here."""

import inspect
from importlib.metadata import version

import pytest
from aiokafka.consumer.consumer import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.producer.producer import AIOKafkaProducer
from faust import App
from faust.tables.recovery import Recovery
from faust.transport.drivers import TRANSPORTS
from faust.transport.drivers import aiokafka as driver


def test_versions_are_the_ones_the_driver_was_written_for() -> None:
    assert (version("faust-streaming"), version("aiokafka")) == ("0.15.3", "0.14.0")


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (driver.Consumer, ["_new_consumer_thread", "_drain_messages", "_get_active_partitions"]),
        (driver.Consumer, ["force_commit", "maybe_wait_for_commit_to_finish", "ack", "stop_flow"]),
        (driver.Consumer, ["position", "highwater", "on_stop"]),
        (driver.Consumer, ["on_partitions_revoked", "on_partitions_assigned"]),
        (driver.AIOKafkaConsumerThread, ["_create_worker_consumer", "_ensure_consumer", "commit"]),
        (driver.AIOKafkaConsumerThread, ["call_thread"]),
        (Fetcher, ["fetched_records", "_create_fetch_waiter"]),
        (SubscriptionState, ["fetch_context", "reassignment_in_progress"]),
        (driver.Producer, ["_settings_extra", "_ensure_producer"]),
        (AIOKafkaProducer, ["send_batch"]),
        (BatchBuilder, ["append", "close"]),
        (Recovery, ["revoke", "need_recovery", "active_remaining", "signal_recovery_end"]),
        (App, ["on_first_start"]),
    ],
)
def test_name_exists(owner: type, names: list[str]) -> None:
    assert [name for name in names if not hasattr(owner, name)] == []


@pytest.mark.parametrize(
    ("owner", "attributes"),
    [
        (
            driver.Consumer,
            [
                "self._committed_offset",
                "self.can_resume_flow",
                "self.suspend_flow",
            ],
        ),
        (Fetcher, ["self._closed"]),
        (Recovery, ["self.active_offsets", "self.active_highwaters", "self.active_tps"]),
        (AIOKafkaConsumer, ["self._fetch_max_wait_ms", "self._subscription"]),
    ],
)
def test_attribute_is_set(owner: type, attributes: list[str]) -> None:
    sources = "".join(
        inspect.getsource(vars(base)["__init__"])
        for base in owner.__mro__[:-1]
        if "__init__" in vars(base)
    )
    assert [a for a in attributes if f"{a} = " not in sources and f"{a}: " not in sources] == []


def test_transports_are_found_by_scheme() -> None:
    assert isinstance(TRANSPORTS.aliases, dict)


def test_recovery_signals_are_what_the_fetch_loop_sets() -> None:
    source = inspect.getsource(Recovery)
    assert "self._wait(self.signal_recovery_end.wait())" in source
    assert "consumer.resume_partitions)(active_tps)" in source
