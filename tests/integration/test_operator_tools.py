"""The operator's commands on a real broker: topics made once, refusals found where they stand."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer
from typer.testing import CliRunner

from deploy import cli
from schemas import headers
from schemas.codec import Codec
from schemas.digest import content_digest
from schemas.errors import TransientError
from schemas.registry import load_lock
from schemas.topics import Topics
from tests.support.events import SUBJECT_REPORTED, build_event

CODEC = Codec(load_lock())
EVENT: Any = build_event(SUBJECT_REPORTED)


@pytest.fixture
def topics(broker: str, namespace: str, monkeypatch: pytest.MonkeyPatch) -> Topics:
    monkeypatch.setenv("LIAISON_BROKER__BOOTSTRAP", broker)
    monkeypatch.setenv("LIAISON_NAMESPACE", namespace)
    monkeypatch.setenv("LIAISON_PARTITIONS", "2")
    return Topics(namespace, 2)


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


def objects(*words: str) -> list[dict[str, Any]]:
    shown = run(*words, "--json")
    assert shown.exit_code == 0, shown.output
    return [json.loads(line) for line in shown.stdout.splitlines()]


def put(broker: str, topic: str, value: bytes, carried: Sequence[tuple[str, bytes]]) -> str:
    """Publish to partition 1; return where it stands."""
    with closing(KafkaProducer(bootstrap_servers=broker)) as producer:
        sent = producer.send(topic, value, partition=1, headers=list(carried)).get(timeout=10)
    return headers.origin(topic, sent.partition, sent.offset)


def refused(origin: str, reason: str, kept: str, digest: str) -> list[tuple[str, bytes]]:
    facts = {
        headers.ORIGIN: origin,
        headers.REASON: reason,
        headers.STAGE: "intake",
        headers.FIRST_FAILURE: "2026-11-22T12:00:00.000+00:00",
        headers.KEPT: kept,
        headers.DIGEST: digest,
    }
    return [(name, value.encode()) for name, value in facts.items()]


def test_missing_topics_are_named_then_made_and_then_left_alone(topics: Topics) -> None:
    assert isinstance(run("quarantine", "list").exception, TransientError)
    wanted = {each["name"] for each in objects("topics", "list")}
    assert {each["name"] for each in objects("topics", "create", "--dry-run")} == wanted
    assert {each["name"] for each in objects("topics", "create")} == wanted
    assert objects("topics", "create", "--dry-run") == []
    assert objects("topics", "create") == []
    assert topics.quarantine in wanted


def test_refusals_are_read_from_where_they_stand(
    broker: str, topics: Topics, tmp_path: Path
) -> None:
    objects("topics", "create")
    agency, value = topics.agency("HSI", "intelligence"), CODEC.encode(SUBJECT_REPORTED, EVENT)
    loser = put(broker, agency, value, [(headers.CE_ID, b"e-1")])
    other = put(broker, agency, b"not an event", [])
    digest = content_digest(EVENT).hex()
    for origin in (loser, loser, other):
        carried = refused(origin, "VERSION_CONFLICT", headers.KEPT_DIGEST, digest)
        put(broker, topics.quarantine, b"", carried)
    cut = refused(f"{agency}/0/9", "TRUNCATED", headers.KEPT_BYTES, "00")
    put(broker, topics.quarantine, b"cut", cut)

    assert objects("quarantine", "list", "--count") == [
        {"reason": "TRUNCATED", "refusals": 1},
        {"reason": "VERSION_CONFLICT", "refusals": 2},
    ]
    for origin, stands in ((loser, value), (f"{agency}/0/9", b"cut")):
        target = tmp_path / origin.replace("/", "-")
        objects("quarantine", "show", origin, "--bytes", str(target))
        assert target.read_bytes() == stands
    (shown,) = objects("quarantine", "show", loser)
    assert shown["headers"] == {"ce_id": "e-1"}
    (shown,) = objects("quarantine", "show", other)
    assert shown["value"] == "only its digest is kept"
