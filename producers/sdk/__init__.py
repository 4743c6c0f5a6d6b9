"""Three lines from an agency's record to a signed event on its topic.

    from producers.sdk import Publisher, SigningKeyPair, event

    key = SigningKeyPair.load(Path("miami.pem"))
    with Publisher("broker:9092", source="hsi.field", key=key) as publisher:
        receipt = publisher.publish(event("hsi.field.CaseOpened", "C-17", office="miami"))

Everything a partner may use is named here; the modules behind are private.
"""

from producers.sdk._broker import Timeouts
from producers.sdk._events import (
    EntityFields,
    EventFields,
    MarkingFields,
    address,
    entity,
    event,
    event_type,
    identifier,
    name,
    person,
    predicate,
)
from producers.sdk._exceptions import PublishError, ValidationError, WebhookError
from producers.sdk._memory import MemoryPublisher
from producers.sdk._message import SigningKeyPair
from producers.sdk._publisher import Publisher
from producers.sdk._results import Receipt, Rejected
from producers.sdk._webhooks import verify_webhook

__all__ = [
    "EntityFields",
    "EventFields",
    "MarkingFields",
    "MemoryPublisher",
    "PublishError",
    "Publisher",
    "Receipt",
    "Rejected",
    "SigningKeyPair",
    "Timeouts",
    "ValidationError",
    "WebhookError",
    "address",
    "entity",
    "event",
    "event_type",
    "identifier",
    "name",
    "person",
    "predicate",
    "verify_webhook",
]
