"""Topics before a worker starts: the changelog is created, every leader is waited for.

The broker answers a creation before the new partitions have leaders.
"""

import time
from collections.abc import Sequence

from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from kafka.errors import TopicAlreadyExistsError, for_code

from streams.transport.changelog import TOPIC_CONFIG

METADATA_SECONDS = 30.0


class TopicMissingError(RuntimeError):
    """A topic does not exist, has no leaders yet, or has another number of partitions."""


def prepare_topics(
    bootstrap: str, *, sources: Sequence[str], changelog: str | None, partitions: int
) -> None:
    """Create the changelog if it is missing; return when all topics can be used. Blocks.

    Raises:
        TopicMissingError: not so within `METADATA_SECONDS`; says which topic and why.
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
    finally:
        admin.close()


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
            return f"{name}: {len(topic['partitions'])} partitions, expected {partitions}"
        if any(p["leader_id"] < 0 for p in topic["partitions"]):
            return f"{name}: no leader yet"
    return ""
