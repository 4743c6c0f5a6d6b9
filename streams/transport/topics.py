"""Topics before a worker starts: the changelog created, leaders waited for, misfits refused.

The broker answers a creation before the new partitions have leaders. What would lose messages or
state later is refused now, by name and reason: nothing has been read yet.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, NewTopic
from kafka.errors import TopicAlreadyExistsError, for_code

from schemas.errors import ConfigError
from streams.transport.changelog import TOPIC_CONFIG

METADATA_SECONDS = 30.0
_NO_LIMIT = -1
_NO_RETENTION: Mapping[str, int] = MappingProxyType({})


class TopicMissingError(RuntimeError):
    """A topic does not exist or has no leaders yet."""


class TopicUnfitError(ConfigError):
    """A topic is such that messages or state would be lost; the detail says which and why."""

    def __init__(self, detail: str) -> None:
        super().__init__("TOPIC_UNFIT", f"{detail}; nothing was started")


def prepare_topics(
    bootstrap: str,
    *,
    sources: Sequence[str],
    changelog: str | None,
    partitions: int,
    retention_ms: Mapping[str, int] = _NO_RETENTION,
) -> None:
    """Create the changelog if it is missing; return when all topics can be used. Blocks.

    `retention_ms` is how long a source must keep its messages, by topic.

    Raises:
        TopicMissingError: not there within `METADATA_SECONDS`; says which topic and why.
        TopicUnfitError: another number of partitions, compaction or too short a retention of a
            source, a changelog that forgets.
    """
    admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","))
    try:
        names = list(sources)
        if changelog is not None:
            names.append(changelog)
            _create(admin, changelog, partitions)
        deadline = time.monotonic() + METADATA_SECONDS
        while trouble := _trouble(admin, names, partitions):
            if time.monotonic() > deadline:
                raise TopicMissingError(trouble)
            time.sleep(0.1)
        configs = _configs(admin, names)
        for name in sources:
            _refuse(name, source_faults(configs[name], retention_ms.get(name, 0)))
        if changelog is not None:
            _refuse(changelog, changelog_faults(configs[changelog]))
    finally:
        admin.close()


def source_faults(config: Mapping[str, str], retention_ms: int) -> Iterator[str]:
    """Say why messages of such a source could go before they are read, or read again."""
    if "compact" in config["cleanup.policy"]:
        yield "compaction is on, which removes messages nobody has read"
    kept = int(config["retention.ms"])
    if kept != _NO_LIMIT and kept < retention_ms:
        yield f"it keeps messages for {kept} ms, a replay needs {retention_ms} ms"


def changelog_faults(config: Mapping[str, str]) -> Iterator[str]:
    """Say why such a changelog would forget rows, or could not take a batch of them."""
    if config["cleanup.policy"] != TOPIC_CONFIG["cleanup.policy"]:
        policy = config["cleanup.policy"]
        yield f"its cleanup policy is {policy}: withdrawn markers would be forgotten"
    for name in ("min.compaction.lag.ms", "max.message.bytes"):
        if int(config[name]) < int(TOPIC_CONFIG[name]):
            yield f"{name} is {config[name]}, at least {TOPIC_CONFIG[name]} is needed"


def _refuse(name: str, faults: Iterator[str]) -> None:
    if found := list(faults):
        raise TopicUnfitError(f"{name}: {'; '.join(found)}")


def _create(admin: KafkaAdminClient, name: str, partitions: int) -> None:
    try:
        admin.create_topics([NewTopic(name, partitions, topic_configs=dict(TOPIC_CONFIG))])
    except TopicAlreadyExistsError:
        return


def _trouble(admin: KafkaAdminClient, names: Sequence[str], partitions: int) -> str:
    """Why the topics can't be used yet; empty when they can."""
    for topic in admin.describe_topics(list(names)):
        name = topic["name"]
        if topic["error_code"]:
            return f"{name}: {for_code(topic['error_code']).__name__}"
        if len(topic["partitions"]) != partitions:
            has = len(topic["partitions"])
            raise TopicUnfitError(f"{name}: {has} partitions, the settings say {partitions}")
        if any(p["leader_id"] < 0 for p in topic["partitions"]):
            return f"{name}: no leader yet"
    return ""


def _configs(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Every setting of each topic, those that nobody changed included."""
    wanted = [ConfigResource("TOPIC", name) for name in names]
    found: Mapping[str, Mapping[str, Any]] = next(
        iter(admin.describe_configs(wanted, config_filter="all").values())
    )
    return {
        name: {key: said["value"] for key, said in settings.items()}
        for name, settings in found.items()
    }
