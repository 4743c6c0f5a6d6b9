"""One Faust app for one stage: the group, the agent, the changelog, the settings. Wiring only."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import faust
from faust.transport import drivers
from faust.types import TP

from streams.transport import metrics
from streams.transport.batch import Stage
from streams.transport.consumer import BatchConsumer
from streams.transport.health import HealthServer
from streams.transport.producer import KafkaSink
from streams.transport.runner import StageRunner
from streams.transport.tables import DiskRows, MemoryRows, Rows
from streams.transport.topics import prepare_topics

SCHEME = "liaison"
_TABLE = "state"


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What one worker process of one stage needs to know."""

    bootstrap: str
    """Kafka addresses, host:port, comma-separated."""
    namespace: str
    """First part of the group's and the changelog's name, before a dot."""
    partitions: int
    """The one partition count of all topics."""
    data_folder: Path
    """Where Faust may keep files of this worker."""
    instance_id: str | None = None
    """Static group membership: a restart within the session time-out moves no partition."""
    web_port: int | None = None
    """Loopback port of /metrics, /livez and /readyz; None serves nothing, 0 takes a free one."""
    commit_interval_seconds: float = 1.0
    linger_seconds: float = 0.01
    """How long records gather at the broker while they keep coming."""
    stall_seconds: float = 60.0
    """A partition without progress for so long crashes the worker."""
    tables: Path | None = None
    """Where tables on disk lie, this worker's alone; None keeps them in memory."""
    retention_ms: Mapping[str, int] = field(default_factory=dict)
    """How long each source topic must keep its messages."""


class StrayMessageError(RuntimeError):
    """Faust has handed a message to a stream past the batch driver."""


class StageApp(faust.App):
    """A Faust app that runs one stage through the batch driver."""

    stage: Stage
    settings: WorkerSettings
    runner: StageRunner

    @property
    def changelog(self) -> str:
        """Name of the stage's changelog topic."""
        return f"{self.conf.id}-{_TABLE}-changelog"

    @property
    def recovery(self) -> Any:
        """Faust's recovery of this app's table."""
        return cast("Any", self.tables).recovery

    @property
    def driver(self) -> BatchConsumer:
        """Faust's consumer, by its real type."""
        return cast("BatchConsumer", self.consumer)

    def changelog_tp(self, partition: int) -> TP:
        """The changelog partition of a source partition."""
        return TP(self.changelog, partition)

    def prepare(self) -> None:
        """Create the changelog, wait until every topic has its leaders. Call it before the start.

        Raises:
            TopicMissingError, TopicUnfitError: the stage must not start; says which topic and why.
        """
        prepare_topics(
            self.settings.bootstrap,
            sources=self.stage.source_topics,
            changelog=self.changelog if self.stage.table else None,
            partitions=self.settings.partitions,
            retention_ms=self.settings.retention_ms,
        )

    async def on_first_start(self) -> None:
        """Answer probes."""
        if self.settings.web_port is not None:
            server = HealthServer(self.settings.web_port, self)
            await self.add_runtime_dependency(server)
        await super().on_first_start()

    def dead_reasons(self) -> list[str]:
        """Why the process should be restarted; empty while it should not."""
        return ["crashed"] if self.crashed else []

    def unready_reasons(self) -> list[str]:
        """Why the worker does not process now; empty when it does."""
        reasons = self.dead_reasons()
        if self.rebalancing or not self.recovery.completed.is_set():
            reasons.append("recovering" if self.in_recovery else "joining the group")
        return reasons


def create_app(
    stage: Stage, settings: WorkerSettings, runner_type: type[StageRunner] = StageRunner
) -> StageApp:
    """Build the app of a stage; nothing is opened before it starts.

    `runner_type` is the seam for tests that plant a fault in the durability order.
    """
    drivers.TRANSPORTS.aliases[SCHEME] = "streams.transport.consumer:BatchTransport"
    app = StageApp(f"{settings.namespace}.{stage.name}", **_faust_settings(settings))
    app.stage, app.settings = stage, settings
    app.runner = _runner(app, runner_type)
    if stage.table:
        app.Table(_TABLE, partitions=settings.partitions, key_type=bytes, value_type=bytes)
    source = app.topic(*stage.source_topics, partitions=settings.partitions)

    @app.agent(source, name=stage.name)
    async def subscribe(stream: Any) -> None:
        """Make Faust subscribe to the sources; batches go to the runner, none comes here."""
        async for _ in stream.noack():
            raise StrayMessageError

    logging.getLogger("aiokafka").setLevel(logging.WARNING)  # else a line a request is made
    return app


def _runner(app: StageApp, runner_type: type[StageRunner]) -> StageRunner:
    name = app.stage.name

    def progress(partition: int, records: int, outputs: int, poison: int) -> None:
        app.driver.progress(partition)
        metrics.RECORDS_IN.labels(name).inc(records)
        metrics.RECORDS_OUT.labels(name).inc(outputs)
        metrics.POISON.labels(name).inc(poison)

    def open_rows(partition: int) -> Rows:
        folder = app.settings.tables
        return MemoryRows() if folder is None else DiskRows.open(folder / str(partition))

    return runner_type(app.stage, KafkaSink(app, app.changelog), progress, open_rows)


def _faust_settings(settings: WorkerSettings) -> dict[str, Any]:
    return {
        "broker": f"{SCHEME}://" + settings.bootstrap.replace(",", f";{SCHEME}://"),
        "store": "memory://",
        "datadir": settings.data_folder,
        "topic_partitions": settings.partitions,
        "topic_disable_leader": True,
        "consumer_auto_offset_reset": "earliest",
        "consumer_group_instance_id": settings.instance_id,
        "consumer_max_fetch_size": 4 << 20,
        "broker_commit_interval": settings.commit_interval_seconds,
        "broker_session_timeout": 10.0,
        "broker_heartbeat_interval": 0.5,
        "broker_rebalance_timeout": 10.0,
        "producer_linger": 0.0,
        "producer_max_request_size": 16 << 20,
        "stream_wait_empty": False,
        "stream_recovery_delay": 0.0,
        "stream_buffer_maxsize": 4096,
        "table_standby_replicas": 0,
        "recovery_consistency_check": False,  # `BulkRecovery.end` checks, and mends
        "web_enabled": False,
        "logging_config": None,
    }
