"""What the broker says of itself through the admin API: brokers, topics, replicas, groups' lag."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, OffsetSpec
from kafka.errors import CoordinatorNotAvailableError, KafkaError

_TIMEOUT_MS: Final = 3_000


@dataclass(frozen=True, slots=True)
class Broker:
    """The cluster as last asked. Counts are of the namespace's topics; lag by group, in records."""

    up: bool
    since: datetime
    problem: str = ""
    brokers: int = 0
    topics: int = 0
    partitions: int = 0
    leaderless: int = 0
    under_replicated: int = 0
    lag: Mapping[str, int] | None = None


class BrokerWatch:
    """Asks one cluster; connects anew after a failure. Blocking: call it in a thread."""

    def __init__(self, bootstrap: str, namespace: str) -> None:
        self._bootstrap = bootstrap
        self._prefix = f"{namespace}."
        self._admin: Any = None

    def ask(self, before: Broker | None, now: datetime) -> Broker:
        """Return the cluster's state; `since` is kept from `before` while `up` stays."""
        try:
            found, problem = self._read(), ""
        except (KafkaError, OSError) as error:
            self.close()
            found, problem = {}, type(error).__name__
        up = not problem
        since = before.since if before is not None and before.up == up else now
        return Broker(up=up, since=since, problem=problem, **found)

    def close(self) -> None:
        """Give back the connections."""
        if self._admin is not None:
            self._admin.close()
        self._admin = None

    def _read(self) -> dict[str, Any]:
        if self._admin is None:
            _knock(self._bootstrap)
            self._admin = KafkaAdminClient(
                bootstrap_servers=self._bootstrap,
                request_timeout_ms=_TIMEOUT_MS,
                bootstrap_timeout_ms=_TIMEOUT_MS,
            )
        topics = [t for t in self._admin.describe_topics() if t["name"].startswith(self._prefix)]
        partitions = [partition for topic in topics for partition in topic["partitions"]]
        return {
            "brokers": len(self._admin.describe_cluster()["brokers"]),
            "topics": len(topics),
            "partitions": len(partitions),
            "leaderless": sum(p["leader_id"] < 0 for p in partitions),
            "under_replicated": sum(
                len(p["isr_nodes"]) < len(p["replica_nodes"]) for p in partitions
            ),
            "lag": self._lag({topic["name"]: len(topic["partitions"]) for topic in topics}),
        }

    def _lag(self, sizes: Mapping[str, int]) -> dict[str, int] | None:
        """Return the records each group has yet to commit; None while no coordinator tells.

        A group's sources are the topics it has committed on, with all their partitions.
        """
        try:
            groups = [
                group["group_id"]
                for group in self._admin.list_groups()
                if group["group_id"].startswith(self._prefix)
            ]
            committed = self._admin.list_group_offsets(groups) if groups else {}
        except CoordinatorNotAvailableError:
            return None
        sources = {
            group: [
                TopicPartition(topic, partition)
                for topic in sorted({each.topic for each in offsets} & sizes.keys())
                for partition in range(sizes[topic])
            ]
            for group, offsets in committed.items()
        }
        asked = dict.fromkeys(chain.from_iterable(sources.values()), OffsetSpec.LATEST)
        ends = self._admin.list_partition_offsets(asked) if asked else {}
        return {
            group: sum(ends[each].offset - _position(committed[group], each) for each in partitions)
            for group, partitions in sources.items()
        }


def _knock(bootstrap: str) -> None:
    """Raise OSError unless an address of the list takes connections.

    A client of kafka-python that can't bootstrap takes its whole time-out and leaves sockets open.
    """
    problem = OSError("no address")
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            socket.create_connection((host, int(port)), _TIMEOUT_MS / 1_000).close()
        except OSError as error:
            problem = error
        else:
            return
    raise problem


def _position(committed: Mapping[TopicPartition, Any], partition: TopicPartition) -> int:
    found = committed.get(partition)
    return 0 if found is None else max(0, found.offset)
