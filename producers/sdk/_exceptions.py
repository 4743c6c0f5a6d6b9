"""Everything the SDK raises.

    schemas.errors.LiaisonError
    ├── ContractError
    │   └── ValidationError    the event may not be published as it is: `.path`, `.problems`
    ├── TransientError
    │   └── PublishError       the broker did not acknowledge: `.retryable`
    ├── AccessError
    │   └── WebhookError       a webhook's body is not what its headers promise
    └── ConfigError            (as it stands in schemas) a key file cannot be read

No message holds a value of the event, so every one of them may be logged.
"""

from collections.abc import Sequence
from typing import Final

from schemas.errors import AccessError, ContractError, TransientError
from schemas.marking import Problem

NOT_ACKNOWLEDGED: Final = "NOT_ACKNOWLEDGED"
NO_TOPIC: Final = "NO_TOPIC"


class ValidationError(ContractError):
    """The event breaks the contract; nothing was sent.

    `path` and `message` are of the first problem, `problems` holds all, each with its reason.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        self.path = first.path
        self.message = first.message
        super().__init__(first.reason, f"{first.path}: {first.message}")


class PublishError(TransientError):
    """The broker did not acknowledge; whether it holds the event is unknown.

    `retryable` True: publish the same event again, repeats collapse downstream. `acknowledged`
    is the number of results `publish_many` had settled: the first of the others is next. `code`
    is NO_TOPIC, and nothing was sent, where the broker lacks the topic.
    """

    def __init__(
        self,
        detail: str,
        *,
        retryable: bool,
        acknowledged: int = 0,
        code: str = NOT_ACKNOWLEDGED,
    ) -> None:
        super().__init__(code, detail)
        self.retryable = retryable
        self.acknowledged = acknowledged


class WebhookError(AccessError):
    """The signature, the id or the time of a webhook does not verify; drop the request."""

    def __init__(self, detail: str) -> None:
        super().__init__("WEBHOOK_NOT_VERIFIED", detail)
