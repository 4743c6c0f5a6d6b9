"""Canonical JSON, content digests and keyed hashes."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

import orjson

from schemas.errors import ContractError, Reason
from schemas.event import Event
from schemas.registry import load_lock

_OPTIONS: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_NOT_CONTENT: Final = frozenset({"event_id", "published_at", "sequence"})

Project = Callable[[Any], Any]


def canonical_json(value: Any) -> bytes:
    """Return RFC 8785 JSON of a value without floats whose object keys are ASCII.

    Within these bounds sorting by UTF-8, which orjson does, is sorting by UTF-16, which the RFC
    wants. Raises ValueError on floats, other keys, integers beyond ±(2^53 - 1), lone surrogates
    and values that are not JSON.
    """
    _require_canonical(value)
    return _dump(value)


def _dump(value: Any) -> bytes:
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except TypeError:
        raise ValueError("a value has no canonical JSON") from None


def _require_canonical(value: Any) -> None:
    match value:
        case None | str() | int():
            return
        case dict():
            for key, item in value.items():
                if not (isinstance(key, str) and key.isascii()):
                    raise ValueError("canonical JSON needs ASCII keys")
                _require_canonical(item)
        case list() | tuple():
            for item in value:
                _require_canonical(item)
        case _:
            raise ValueError(f"{type(value).__name__} has no canonical JSON here")


def content_digest(event: Event) -> bytes:
    """Return the SHA-256 that tells a repeat of a record version from another text of it.

    Over the canonical JSON of the event without event id, publishing time, sequence and every
    field that has its default value: a schema that grows leaves old digests as they were. Times
    are written in UTC as RFC 3339, bytes in hex. Absent fields count as their defaults.
    Raises ContractError (UNKNOWN_SCHEMA, or MALFORMED when a required field is absent).
    """
    project = _projection(event["header"]["event_type"])
    try:
        return hashlib.sha256(_dump(project(event))).digest()
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ContractError(Reason.MALFORMED, f"no digest: {type(error).__name__}") from None


@lru_cache(maxsize=256)
def _projection(schema_name: str) -> Project:
    locked = load_lock().current.get(schema_name)
    if locked is None:
        raise ContractError(Reason.UNKNOWN_SCHEMA, "the event type is not in the lock")
    return _record(locked.schema, {})


def _record(schema: Mapping[str, Any], named: dict[str, Project]) -> Project:
    required: list[tuple[str, Project | None]] = []
    optional: list[tuple[str, Project | None, Any]] = []
    for field in schema["fields"]:
        name, project = field["name"], _project(field["type"], named)
        if "default" in field:
            optional.append((name, project, field["default"]))
        else:
            required.append((name, project))
    if schema["name"] == "liaison.Header":
        required = [entry for entry in required if entry[0] not in _NOT_CONTENT]
        optional = [entry for entry in optional if entry[0] not in _NOT_CONTENT]

    def project_record(datum: Mapping[str, Any]) -> dict[str, Any]:
        out = {
            name: datum[name] if project is None else project(datum[name])
            for name, project in required
        }
        for name, project, default in optional:
            value = datum.get(name, default)
            if value != default:
                out[name] = value if project is None else project(value)
        return out

    named[schema["name"]] = project_record
    return project_record


def _project(schema: Any, named: dict[str, Project]) -> Project | None:
    """Return how a value of the schema becomes JSON; None when it is JSON already."""
    if isinstance(schema, str):
        return _hex if schema == "bytes" else named.get(schema)
    if isinstance(schema, list):
        return _nullable(schema, named)
    if schema["type"] == "record":
        return _record(schema, named)
    if schema["type"] == "array":
        return _items(_project(schema["items"], named))
    return {"timestamp-micros": _instant, "date": date.isoformat}.get(schema.get("logicalType", ""))


def _nullable(branches: list[Any], named: dict[str, Project]) -> Project | None:
    project = _project(branches[-1], named)
    if project is None:
        return None
    return lambda value: None if value is None else project(value)


def _items(project: Project | None) -> Project | None:
    if project is None:
        return None
    return lambda values: [project(value) for value in values]


def _hex(value: bytes) -> str:
    return value.hex()


def _instant(value: datetime) -> str:
    if value.tzinfo is not UTC:
        if value.tzinfo is None:
            raise ValueError("a naive time")
        value = value.astimezone(UTC)
    return value.isoformat()


def keyed_hash64(secret: bytes, *parts: str) -> int:
    """Return a signed 64-bit keyed hash (BLAKE2b) of parts that cannot run into each other.

    `secret` has 1 to 64 bytes.
    """
    digest = hashlib.blake2b(_netstrings(parts), digest_size=8, key=secret).digest()
    return int.from_bytes(digest, "big", signed=True)


def keyed_id(secret: bytes, *parts: str) -> str:
    """Return 32 hex digits of HMAC-SHA256: an id that tells nobody else what it stands for."""
    return hmac.digest(secret, _netstrings(parts), "sha256").hex()[:32]


def _netstrings(parts: tuple[str, ...]) -> bytes:
    return "".join([f"{len(part)}:{part}," for part in parts]).encode()
