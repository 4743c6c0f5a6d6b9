"""What deliver is started with; the composition root reads the environment and the files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.delivery.receipts import RetryRules
from consumers.sharing.policy import Policy
from schemas.topics import Topics


@dataclass(frozen=True, slots=True)
class DeliverSettings:
    """Settings of the one deliver process.

    `vault` and `inbox` are database files in different folders. `ledger_key` signs checkpoints.
    `web_port` 0 takes a free loopback port. `allow_loopback_webhooks` is for development only.
    """

    bootstrap: str
    topics: Topics
    vault: Path
    inbox: Path
    policy: Policy
    ledger_key: Ed25519PrivateKey = field(repr=False)
    web_port: int = 0
    allow_loopback_webhooks: bool = False
    webhook_concurrency: int = 4
    webhook_timeout_seconds: float = 5.0
    inbox_batch: int = 100
    inbox_timeout_seconds: float = 5.0
    busy_seconds: float = 1.0
    poll_seconds: float = 0.01
    poll_records: int = 2_000
    retry: RetryRules = field(default_factory=RetryRules)

    @property
    def timeouts(self) -> Mapping[str, timedelta]:
        """How long an attempt may run, by channel kind."""
        return {
            "webhook": timedelta(seconds=self.webhook_timeout_seconds),
            "inbox": timedelta(seconds=self.inbox_timeout_seconds),
        }

    @property
    def concurrency(self) -> Mapping[str, int]:
        """How many attempts one channel may have running, by channel kind."""
        return {"webhook": self.webhook_concurrency, "inbox": self.inbox_batch}
