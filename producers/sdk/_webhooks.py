"""For receivers: is this webhook from Liaison, and is it fresh?"""

import json
from collections.abc import Mapping
from typing import Any

from standardwebhooks.webhooks import (
    EmptyWebhookSecretError,
    Webhook,
    WebhookVerificationError,
)

from producers.sdk._exceptions import WebhookError


def verify_webhook(body: bytes, headers: Mapping[str, str], secret: str) -> Any:
    """Return the decoded JSON body of a webhook signed under `secret` (`whsec_…` or base64).

    Checks signature and time-stamp of the Standard Webhooks headers `webhook-id`,
    `webhook-timestamp`, `webhook-signature`, whatever their case. Answer the request with 2xx
    only after this returned; keep the ids seen, because deliveries repeat.
    Raises WebhookError when it does not verify.
    """
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (EmptyWebhookSecretError, WebhookVerificationError, ValueError):
        raise WebhookError("the signature or the time-stamp does not verify") from None
    try:
        return json.loads(body)
    except ValueError:
        raise WebhookError("the body is not JSON") from None
