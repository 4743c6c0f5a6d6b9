"""Signed agency messages of a scenario's events: through the SDK, or past it as they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from deploy.scenario.parties import keys
from deploy.scenario.story import Probe, Publish, Scenario
from producers.sdk import MemoryPublisher
from schemas import headers
from schemas.catalogue import EVENT_TYPES
from schemas.codec import Codec
from schemas.event import Event, Header, Marking
from schemas.record import record_key
from schemas.registry import load_lock
from schemas.signing import event_leaf, generate_key, sign_batch
from schemas.topics import Topics

CODEC: Final = Codec(load_lock())
_STRANGER: Final = generate_key()
_LAST_VERSION: Final = 1_000


class Mail(NamedTuple):
    """One message as it goes on its agency's topic."""

    topic: str
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Press:
    """Makes messages for the agency topics of one namespace."""

    topics: Topics

    def message(self, publish: Publish) -> Mail:
        """Make one message; raises the SDK's ValidationError where the event goes through it."""
        if not publish.sdk:
            return self.as_it_is(publish.event, forged=publish.forged)
        source = publish.event["header"]["source"]
        sdk = MemoryPublisher(source=source, key=keys()[source], namespace=self.topics.namespace)
        sdk.publish(publish.event)
        sent = sdk.sent[-1]
        return Mail(sent.topic, sent.key, sent.value, sent.headers)

    def as_it_is(self, event: Event, *, forged: bool = False) -> Mail:
        """Sign an event that nobody has looked at; `forged`: with a key not in the register."""
        header = event["header"]
        kind, pair = EVENT_TYPES[header["event_type"]], keys()[header["source"]]
        topic = self.topics.agency(kind.agency, kind.kind)
        key, value = record_key(header).encode(), CODEC.encode(kind.schema_name, event)
        described = {
            headers.CE_ID: header["event_id"].encode(),
            headers.CE_SOURCE: header["source"].encode(),
            headers.CE_TYPE: header["event_type"].encode(),
            headers.CE_TIME: header["published_at"].isoformat().encode(),
        }
        leaf = event_leaf(topic, key, described, value)
        ((signature, proof),) = sign_batch(_STRANGER if forged else pair.private_key, [leaf])
        signed = {
            headers.KEY_ID: pair.key_id.encode(),
            headers.SIGNATURE: signature,
            headers.PROOF: proof,
        }
        return Mail(topic, key, value, list((described | signed).items()))


def withdrawals(scenario: Scenario) -> Iterator[Event]:
    """Yield the last word on every record of a story: it is withdrawn."""
    newest: dict[str, Event] = {}
    for step in scenario.steps:
        for happening in step.happenings:
            published = (happening.event,) if isinstance(happening, Publish) else ()
            for event in happening.events if isinstance(happening, Probe) else published:
                newest[record_key(event["header"])] = event
    for event in newest.values():
        version = event["header"]["version"] + _LAST_VERSION
        header: Header = {**event["header"], "version": version, "operation": "WITHDRAW"}
        marking: Marking = {**event["marking"], "caveats": [], "fields": []}
        last: Event = {**event, "header": header, "marking": marking}
        yield {**last, "entities": [], "places": [], "detail": {}}
