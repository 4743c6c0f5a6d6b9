"""Parts of deliver that a story can break: the ledger's signer and the inbox; and what it saw."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import OperationalError

from consumers.inbox.rows import Delivery
from consumers.inbox.store import Inbox
from schemas.digest import canonical_json
from schemas.signing import generate_key

BLOCKING_SECRET: Final = b"blocking secret of scenarios"
RECIPIENT_SECRET: Final = b"recipient secret of scenarios"


class LedgerKey:
    """The ledger's private key, which can be out of reach."""

    def __init__(self) -> None:
        self._key = generate_key()
        self.broken = False

    def sign(self, text: bytes) -> bytes:
        """Sign as the key does; raises OSError while it is out of reach."""
        if self.broken:
            raise OSError("the ledger's signer does not answer, as the story says")
        return self._key.sign(text)

    def as_private_key(self) -> Ed25519PrivateKey:
        """Return this in the place of the key."""
        return cast("Ed25519PrivateKey", self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._key, name)


class Recorder:
    """An inbox that keeps a copy of every byte that went into it, by channel, and can be down."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.broken = False
        self.sent: dict[str, list[bytes]] = defaultdict(list)

    def receive(self, deliveries: Iterable[Delivery], at: datetime) -> None:
        """See `Inbox.receive`; raises OperationalError while the inbox is down."""
        if self.broken:
            raise OperationalError("inbox", {}, OSError("down, as the story says"))
        deliveries = list(deliveries)
        self._inbox.receive(deliveries, at)
        for each in deliveries:
            self.sent[each.channel].append(canonical_json(dict(each.envelope)))

    def as_inbox(self) -> Inbox:
        """Return this in the place of the inbox."""
        return cast("Inbox", self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inbox, name)
