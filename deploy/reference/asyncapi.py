"""The AsyncAPI 3.0 document of every topic, for machines and for partners' tools.

Payloads are references to the locked schemas themselves, so that this document can't drift.
"""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Final

import yaml

from deploy.reference.catalogue import source_of
from deploy.reference.topics import TOPICS, Flow, flow, specs
from schemas import headers
from schemas.registry import load_lock
from schemas.topics import TopicSpec

_AVRO: Final = "application/vnd.apache.avro;version=1.9.0"
_BINDING: Final = "0.5.0"
_LOCKED: Final = "../../../schemas/avro/locked"
_REFUSED: Final = "RefusedMessage"
_BINARY_HEADERS: Final = frozenset({headers.SIGNATURE, headers.PROOF})


def render() -> str:
    """Return `asyncapi.yaml`."""
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Liaison",
            "version": version("liaison"),
            "description": "Topics between agencies, stages and delivery, under the default "
            "settings. Written by `liaison docs` from schemas/topics.py; do not edit.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/octet-stream",
        "channels": {spec.name: _channel(spec) for spec in specs()},
        "operations": dict(_operations()),
        "components": {"messages": dict(_messages())},
    }
    return str(yaml.safe_dump(document, sort_keys=False, width=100))


def _channel(spec: TopicSpec) -> dict[str, Any]:
    return {
        "address": spec.name,
        "description": flow(spec.name).meaning,
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"} for name in _message_names(spec)
        },
        "bindings": {
            "kafka": {
                "topic": spec.name,
                "partitions": spec.partitions,
                "topicConfiguration": {
                    "cleanup.policy": spec.cleanup_policy.split(","),
                    "retention.ms": spec.retention_ms,
                    "max.message.bytes": spec.max_message_bytes,
                },
                "bindingVersion": _BINDING,
            }
        },
    }


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for spec in specs():
        said = flow(spec.name)
        for action, actors in (("send", said.writers), ("receive", said.readers)):
            for actor in actors:
                name = f"{actor}-{action}-{spec.name}"
                channel = {"$ref": f"#/channels/{spec.name}"}
                yield name, {"action": action, "channel": channel, "summary": said.meaning}


def _messages() -> Iterator[tuple[str, dict[str, Any]]]:
    lock = load_lock().current
    for spec in specs():
        for name in _message_names(spec):
            locked = lock.get(name)
            message: dict[str, Any] = {"name": name}
            if locked is not None:
                message["summary"] = source_of(name).get("doc", "")
                path = f"{_LOCKED}/{name}.v{locked.version}.avsc"
                message["payload"] = {"schemaFormat": _AVRO, "schema": {"$ref": path}}
            yield name, message | _around(spec, flow(spec.name))


def _around(spec: TopicSpec, said: Flow) -> dict[str, Any]:
    """Return headers and key of a topic's messages."""
    around: dict[str, Any] = {}
    if said.headers:
        around["headers"] = {
            "type": "object",
            "properties": {
                name: {"type": "string", "format": "binary"}
                if name in _BINARY_HEADERS
                else {"type": "string"}
                for name in said.headers
            },
        }
    kafka: dict[str, Any] = {"bindingVersion": _BINDING}
    if spec.key != "none":
        kafka["key"] = {"type": "string", "description": spec.key}
    if spec.schema:
        kafka |= {"schemaIdLocation": "payload", "schemaIdPayloadEncoding": "confluent"}
    return around | {"bindings": {"kafka": kafka}}


def _message_names(spec: TopicSpec) -> tuple[str, ...]:
    """Return schema names; quarantine carries what was refused, as it came."""
    return (_REFUSED,) if spec.name == TOPICS.quarantine else spec.schema
