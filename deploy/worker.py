"""Run one stage as one process: its own Faust app, group and changelog."""

from pathlib import Path

import faust

from deploy.memory import settle_collector
from deploy.reassessment import ask_to_reassess
from deploy.settings import Settings
from deploy.trust import Trust
from schemas.catalogue import SOURCES
from schemas.codec import Codec
from schemas.errors import ConfigError
from schemas.registry import load_lock
from schemas.topics import Topics
from streams.app import build_stage
from streams.transport.app import WorkerSettings, create_app
from streams.transport.runner import StageRunner


def run(name: str, settings: Settings, runner_type: type[StageRunner] = StageRunner) -> None:
    """Run stage `name` until SIGTERM or Ctrl-C; never returns.

    `runner_type` is the seam for the fault suite, which plants a wrong durability order. Raises
    ConfigError for a missing setting, a register that is not signed, or a topic that is unfit.
    """
    trust = Trust.of(settings)
    topics = Topics(settings.namespace, settings.partitions)
    codec = Codec(load_lock())
    stage = build_stage(name, topics, codec, trust.admission)
    data_folder = settings.paths.state / "workers" / f"{settings.namespace}-{name}"
    data_folder.mkdir(parents=True, exist_ok=True)
    worker = WorkerSettings(
        bootstrap=trust.bootstrap(),
        namespace=settings.namespace,
        partitions=settings.partitions,
        data_folder=data_folder,
        instance_id=settings.worker.instance_id,
        web_port=settings.worker.web_port,
        commit_interval_seconds=settings.worker.commit_interval_seconds,
        linger_seconds=settings.worker.linger_seconds,
        tables=_tables(settings, data_folder),
        retention_ms={
            spec.name: spec.retention_ms
            for spec in topics.all(SOURCES.values())
            if spec.name in stage.source_topics
        },
    )
    app = create_app(stage, worker, runner_type)
    app.prepare()
    if name == "match":
        ask_to_reassess(worker.bootstrap, topics, codec)
    settle_collector()
    faust.Worker(app, loglevel="warn", redirect_stdouts=False).execute_from_commandline()


def _tables(settings: Settings, data_folder: Path) -> Path | None:
    """Where tables on disk lie: they belong to one worker, so it must have a name."""
    if settings.worker.tables == "memory":
        return None
    if settings.worker.instance_id is None:
        raise ConfigError(
            "MISSING_SETTING",
            "LIAISON_WORKER__INSTANCE_ID is not set; tables on disk belong to one worker; "
            "nothing was started",
        )
    return data_folder / "tables" / settings.worker.instance_id
