"""Topics of one namespace on a broker: created as `schemas.topics` says, checked if they exist."""

from collections.abc import Iterable

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from schemas.errors import ConfigError, TransientError
from schemas.topics import TopicSpec


def prepare(bootstrap: str, specs: Iterable[TopicSpec]) -> list[str]:
    """Create what is missing, wait for leaders, return the names that were created.

    Raises:
        ConfigError: a topic exists with another partition count; Faust assigns by count, so one
            that differs would stop a stage.
        TransientError: the broker did not answer in time.
    """
    wanted = {spec.name: spec for spec in specs}
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        try:
            missing = sorted(wanted.keys() - set(admin.list_topics()))
            if missing:
                admin.create_topics({name: _options(wanted[name]) for name in missing})
            admin.wait_for_topics(list(wanted))
            for topic in admin.describe_topics(list(wanted)):
                _check(topic["name"], len(topic["partitions"]), wanted[topic["name"]].partitions)
        finally:
            admin.close()
    except KafkaError as error:
        raise TransientError("BROKER", f"{bootstrap}: {type(error).__name__}") from error
    return missing


def _options(spec: TopicSpec) -> dict[str, object]:
    return {
        "num_partitions": spec.partitions,
        "configs": {
            "cleanup.policy": spec.cleanup_policy,
            "retention.ms": str(spec.retention_ms),
            "max.message.bytes": str(spec.max_message_bytes),
        },
    }


def _check(name: str, has: int, wanted: int) -> None:
    if has != wanted:
        raise ConfigError(
            "PARTITIONS",
            f"{name} has {has} partitions, the settings say {wanted}; nothing was changed. Set "
            "LIAISON_PARTITIONS to the count of the topics, or choose another LIAISON_NAMESPACE.",
        )
