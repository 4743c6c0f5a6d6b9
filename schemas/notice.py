"""The notice: CloudEvents 1.0 JSON to inboxes and webhooks, Avro on partner topics.

`data` is what is disclosed, and the only hashed part; feed number and checkpoint stand beside
it. A recall carries ids only. Every id in it is keyed per recipient.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, Self

import orjson

from schemas.digest import canonical_json
from schemas.errors import ContractError, Reason

Action = Literal["notice", "update", "correction", "recall"]

NOTICE_TYPE: Final = "liaison.notice.v1"
RECALL_TYPE: Final = "liaison.recall.v1"
SOURCE: Final = "liaison"
_ACTIONS: Final = frozenset({"notice", "update", "correction", "recall"})


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed root of the recipient's log: with it, partners are witnesses."""

    size: int
    root: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """What one recipient is told of one match, under its idempotency key `id`.

    `data` is None exactly in a recall. `supersedes` are ids of notices that this one replaces
    or, in a recall, takes back.
    """

    id: str
    action: Action
    time: datetime
    subject: str
    data: Mapping[str, Any] | None
    supersedes: tuple[str, ...] = ()
    feed: int = 0
    checkpoint: Checkpoint | None = None

    def __post_init__(self) -> None:
        if self.action not in _ACTIONS:
            raise ValueError("no such action")
        if (self.data is None) != (self.action == "recall"):
            raise ValueError("a recall carries ids only, every other notice its data")
        if self.time.tzinfo is None:
            raise ValueError("a notice needs an aware time")

    @property
    def type(self) -> str:
        """CloudEvents type."""
        return NOTICE_TYPE if self.data is not None else RECALL_TYPE

    def to_cloudevent(self) -> dict[str, Any]:
        """Return the CloudEvents 1.0 JSON object, absent attributes left out."""
        body: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": SOURCE,
            "type": self.type,
            "time": _rfc_3339(self.time),
            "subject": self.subject,
            "liaisonaction": self.action,
            "liaisonsupersedes": list(self.supersedes),
            "liaisonfeed": self.feed,
        }
        if self.data is not None:
            body |= {"datacontenttype": "application/json", "data": dict(self.data)}
        if self.checkpoint is not None:
            body["liaisoncheckpoint"] = {
                "size": self.checkpoint.size,
                "root": self.checkpoint.root.hex(),
                "signature": self.checkpoint.signature.hex(),
            }
        return body

    def to_json(self) -> bytes:
        """Return the body as it travels: canonical JSON of `to_cloudevent`."""
        return canonical_json(self.to_cloudevent())

    @classmethod
    def from_cloudevent(cls, body: Mapping[str, Any]) -> Self:
        """Read what `to_cloudevent` wrote; raises ContractError (MALFORMED)."""
        try:
            checkpoint = body.get("liaisoncheckpoint")
            notice = cls(
                id=body["id"],
                action=body["liaisonaction"],
                time=datetime.fromisoformat(body["time"]),
                subject=body["subject"],
                data=body.get("data"),
                supersedes=tuple(body["liaisonsupersedes"]),
                feed=body["liaisonfeed"],
                checkpoint=None if checkpoint is None else _checkpoint(checkpoint),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ContractError(Reason.MALFORMED, f"notice: {type(error).__name__}") from None
        if (body.get("specversion"), body.get("type")) != ("1.0", notice.type):
            raise ContractError(Reason.MALFORMED, "notice: type and data disagree")
        return notice

    @classmethod
    def from_json(cls, body: bytes) -> Self:
        """Read a body as it travels; raises ContractError (MALFORMED)."""
        try:
            parsed = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise ContractError(Reason.MALFORMED, "notice: not JSON") from None
        return cls.from_cloudevent(parsed)

    def to_avro(self) -> dict[str, Any]:
        """Return the datum of `liaison.Notice`; content is the canonical JSON of `data`."""
        checkpoint = self.checkpoint
        return {
            "id": self.id,
            "kind": "recall" if self.data is None else "notice",
            "time": _rfc_3339(self.time),
            "subject": self.subject,
            "action": self.action,
            "supersedes": list(self.supersedes),
            "content": None if self.data is None else canonical_json(self.data),
            "feed": self.feed,
            "checkpoint": None
            if checkpoint is None
            else {
                "size": checkpoint.size,
                "root": checkpoint.root,
                "signature": checkpoint.signature,
            },
        }


def data_digest(data: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of disclosed content: equal digests disclose the same."""
    return hashlib.sha256(canonical_json(data)).digest()


def _checkpoint(body: Mapping[str, Any]) -> Checkpoint:
    return Checkpoint(body["size"], bytes.fromhex(body["root"]), bytes.fromhex(body["signature"]))


def _rfc_3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
