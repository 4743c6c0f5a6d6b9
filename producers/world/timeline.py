"""From records to what the broker is sent: repeats, late arrivals, numbering, one order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from producers.sdk import event_type
from producers.world.faults import Fault, Raw
from producers.world.records import Chain, Registry, Version
from schemas.catalogue import EventKind
from schemas.codec import Codec
from schemas.errors import Reason
from schemas.event import Event, Header
from schemas.record import record_key
from schemas.topics import Topics

SPAN: Final = timedelta(hours=20)
"""How long before the world's now its events were published."""


@dataclass(frozen=True, slots=True)
class Item:
    """One message of the world. `raw` None: published through the SDK; else sent as it is.

    `reason` is why it must end in quarantine, None where it must be admitted; VERSION_CONFLICT
    is known by the truth alone, because it is a matter between two items.
    """

    agency: str
    kind: EventKind
    event: Event
    raw: Raw | None = None
    reason: Reason | None = None

    @property
    def source(self) -> str:
        """The source system that publishes it."""
        return self.event["header"]["source"]

    @property
    def key(self) -> bytes:
        """Message key: the record key, UTF-8."""
        return record_key(self.event["header"]).encode()

    def topic(self, topics: Topics) -> str:
        """Where the item is sent, which is the wrong topic for one kind of raw item."""
        return topics.agency(self.agency, self.kind)


@dataclass(frozen=True, slots=True)
class Planned:
    """A version on its way, and the fault with which it arrives, if any."""

    version: Version
    fault: Fault | None = None


def repeats(registry: Registry, chains: Sequence[Chain], count: int) -> list[Version]:
    """Publish `count` versions again, later and under another event id."""
    rng = registry.rng
    out = []
    for chain in rng.choices(chains, k=count):
        first = rng.choice(chain.versions)
        header: Header = {**first.event["header"], "event_id": registry.event_id()}
        at = first.at + rng.uniform(0.001, 0.9) * (0.99 - first.at)
        out.append(Version(at, {**first.event, "header": header}))
    return out


def delay(rng: Random, versions: Sequence[Version], count: int) -> None:
    """Let `count` versions reach the broker after others that were published later."""
    for version in rng.sample(versions, count):
        version.late = rng.uniform(0.01, 0.3)


def overtake(rng: Random, chains: Iterable[Chain], share: float) -> int:
    """In `share` of the chains let the newest version arrive before the one it replaces."""
    overtaken = 0
    for chain in chains:
        if len(chain.versions) > 1 and rng.random() < share:
            older, newer = chain.versions[-2:]
            older.late = newer.at - older.at + rng.uniform(0.001, 0.05)
            overtaken += 1
    return overtaken


def in_order(planned: Sequence[Planned], now: datetime, codec: Codec) -> list[Item]:
    """Date every event within the span before `now`, sort by arrival, number, spoil the faulty."""
    start = now - SPAN
    for each in planned:
        each.version.event["header"]["published_at"] = start + each.version.at * SPAN
    sequences: Counter[str] = Counter()
    items = []
    for each in sorted(planned, key=lambda p: p.version.at + p.version.late):
        event, fault = each.version.event, each.fault
        kind = event_type(event["header"]["event_type"])
        if fault is None:
            sequences[kind.source] += 1
            event["header"]["sequence"] = sequences[kind.source]
            items.append(Item(kind.agency, kind.kind, event))
        else:
            raw = fault.raw(codec, kind.schema_name, event)
            items.append(Item(kind.agency, fault.kind or kind.kind, event, raw, fault.reason))
    return items
