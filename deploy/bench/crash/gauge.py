"""How far each process of a running pipeline has come, from broker and vault, not by asking it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final, Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError
from sqlalchemy.exc import SQLAlchemyError

from consumers.sqlite import open_reader
from consumers.store.queries import positions
from deploy.observation.rest import DELIVER, sources_of
from deploy.observation.topics import positions as ends_of
from deploy.observation.topics import reader
from deploy.rehearsal import Rehearsal

UNSEEN: Final = (KafkaError, OSError, SQLAlchemyError, KeyError)
"""What a look may raise while broker or vault are away, or do not know a group yet: look again."""
Place = tuple[str, int]
"""Topic and partition."""


class Gauge:
    """What each process has read and what there is to read, by place, from broker and vault."""

    def __init__(self, run: Rehearsal, admin: Any, consumer: Any) -> None:
        self._run = run
        self._admin = admin
        self._consumer = consumer
        self._sources = sources_of(run.topics)

    @classmethod
    @contextmanager
    def of(cls, run: Rehearsal) -> Iterator[Self]:
        """Look at a running pipeline with connections of its own."""
        admin = KafkaAdminClient(bootstrap_servers=run.bootstrap)
        with closing(admin), closing(reader(run.bootstrap)) as consumer:
            yield cls(run, admin, consumer)

    @property
    def stages(self) -> Sequence[str]:
        """Everybody that reads."""
        return tuple(self._sources)

    def ends(self, process: str) -> dict[Place, int]:
        """Where the topics a process reads end now."""
        return {
            (place.topic, place.partition): end
            for topic in self._sources[process]
            for place, end in ends_of(self._consumer, topic).items()
        }

    def done(self, process: str) -> dict[Place, int]:
        """What a process has made durable: committed offsets, or the vault's positions."""
        if process == DELIVER:
            return self._decided()
        group = f"{self._run.topics.namespace}.{process}"
        offsets = self._admin.list_group_offsets(group)[group]
        return {(place.topic, place.partition): at.offset for place, at in offsets.items()}

    def _decided(self) -> dict[Place, int]:
        vault = open_reader(self._run.settings.vault)
        try:
            return positions(vault)
        finally:
            vault.dispose()


def lag(ends: Mapping[Place, int], done: Mapping[Place, int]) -> int:
    """How many records up to `ends` are not done."""
    return sum(max(0, end - max(0, done.get(place, 0))) for place, end in ends.items())
