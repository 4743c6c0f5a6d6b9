"""A stretch of agency topics once more through the stages, in a shadow, against what was emitted.

Nothing is written to the broker: the shadow namespace is this process's memory. A match that rests
on a record outside of the stretch says nothing and is counted as `outside`.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from typing import Any

from deploy.observation.topics import positions, read_all, reader
from deploy.settings import Settings
from deploy.shadow import Shadow, as_message, compare, newest
from deploy.trust import Trust
from schemas.match import Match
from schemas.topics import KEY_FACT_SCHEMA, Topics

Start = int | datetime
"""An offset in each partition, or the time from which on messages count."""

_POLL_MS = 500


def replay(settings: Settings, names: Sequence[str], start: Start) -> dict[str, Any]:
    """Run these agency topics from `start` to their present ends again, and compare matches.

    Raises ConfigError where the settings miss what intake decides by.
    """
    trust, topics = Trust.of(settings), Topics(settings.namespace, settings.partitions)
    bootstrap, shadow = trust.bootstrap(), Shadow(topics, trust.admission)
    messages = [as_message(r) for name in names for r in _stretch(bootstrap, name, start)]
    shadow.publish(messages)
    shadow.run()
    inside = _records(shadow, topics)
    emitted = newest(read_all(bootstrap, topics.match), shadow.codec)
    comparable = {name: match for name, match in emitted.items() if _rests_on(match) <= inside}
    found = compare(shadow.matches(), comparable)
    return {
        "replayed": len(messages),
        "records": len(inside),
        "outside": len(emitted) - len(comparable),
        **{
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in asdict(found).items()
        },
    }


def _stretch(bootstrap: str, topic: str, start: Start) -> Iterator[Any]:
    """Yield the records of a topic from `start` to where it ends now."""
    with closing(reader(bootstrap)) as consumer:
        for partition, end in positions(consumer, topic).items():
            consumer.assign([partition])
            if isinstance(start, int):
                first = max(start, consumer.beginning_offsets([partition])[partition])
            else:
                at_ms = int(start.timestamp() * 1_000)
                found = consumer.offsets_for_times({partition: at_ms})[partition]
                first = end if found is None else found.offset
            consumer.seek(partition, min(first, end))
            while consumer.position(partition) < end:
                for records in consumer.poll(_POLL_MS, max_records=5_000).values():
                    yield from (r for r in records if r.offset < end)


def _records(shadow: Shadow, topics: Topics) -> frozenset[str]:
    """Every record that a message of the stretch speaks of."""
    return frozenset(
        shadow.codec.decode_record_postings(message.value)["header"]["record"]
        for partition in range(topics.partitions)
        for message in shadow.log[topics.record, partition]
        if shadow.codec.schema_name(message.value) != KEY_FACT_SCHEMA
    )


def _rests_on(match: Match) -> frozenset[str]:
    return frozenset(record for support in match.supports for record in support.records)
