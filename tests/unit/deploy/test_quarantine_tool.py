"""Refusals are listed once, and refused bytes reach a file of their reader's, never a screen."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy import cli
from deploy.cli import quarantine as tool
from deploy.local.errors import StackError
from deploy.observation.quarantine import Refusal, refusals
from schemas.codec import Codec
from schemas.digest import content_digest
from schemas.registry import load_lock
from tests.support.events import SUBJECT_REPORTED, build_event

CODEC = Codec(load_lock())
CANARY = b"CANARY-7F1A"
EVENT: Any = build_event(SUBJECT_REPORTED)


def message(origin: str, reason: str, kept: str = "bytes", **more: Any) -> Any:
    """A record of the quarantine topic; more: agency, digest, value, headers, at (seconds)."""
    facts = {
        "liaison-origin": origin,
        "liaison-reason": reason,
        "liaison-stage": "intake",
        "liaison-attempts": "1",
        "liaison-first-failure": f"2026-11-22T12:00:{more.get('at', 0):02}.000+00:00",
        "liaison-kept": kept,
        "liaison-digest": more.get("digest", "00"),
        "liaison-agency": more.get("agency", "HSI"),
    }
    return SimpleNamespace(
        topic="t.quarantine.v1",
        partition=0,
        offset=more.get("offset", 0),
        value=more.get("value", CANARY),
        headers=[*((n, v.encode()) for n, v in facts.items()), *more.get("headers", ())],
    )


MALFORMED = message("t.agency.hsi.case.v1/0/1", "MALFORMED", at=2, headers=[("x-own", CANARY)])
FORBIDDEN = message("t.agency.bis.case.v1/0/2", "NO_PREDICATE", "digest", agency="BIS", value=b"")
CONFLICT = message(
    "t.agency.hsi.case.v1/0/3",
    "VERSION_CONFLICT",
    "digest",
    digest=content_digest(EVENT).hex(),
    value=b"",
    at=1,
)


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A broker of these messages: by position, what stands there."""
    kept: dict[str, Any] = {"t.quarantine.v1/0/0": MALFORMED}
    found = refusals([MALFORMED, FORBIDDEN, CONFLICT])
    monkeypatch.setattr(tool, "running_broker", lambda _settings: "127.0.0.1:1")
    monkeypatch.setattr(tool, "read_refusals", lambda _bootstrap, _topic: found)
    monkeypatch.setattr(tool, "message_at", lambda _bootstrap, position: kept.get(position))
    return kept


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, ["quarantine", *words])


def test_replayed_refusal_counts_once_and_the_oldest_comes_first() -> None:
    found = refusals([MALFORMED, CONFLICT, MALFORMED, FORBIDDEN])
    assert [each.reason for each in found] == ["NO_PREDICATE", "VERSION_CONFLICT", "MALFORMED"]


def test_list_narrows_by_reason_and_by_agency() -> None:
    def origins(*words: str) -> list[str]:
        lines = run("list", "--json", *words).stdout.splitlines()
        return [json.loads(line)["origin"][-1] for line in lines]

    assert origins() == ["2", "3", "1"]
    assert origins("--agency", "HSI") == ["3", "1"]
    assert origins("--reason", "NO_PREDICATE") == ["2"]
    assert origins("--reason", "NO_PREDICATE", "--agency", "HSI") == []


def test_count_tells_how_many_by_reason() -> None:
    lines = [json.loads(line) for line in run("list", "--count", "--json").stdout.splitlines()]
    assert [(each["reason"], each["refusals"]) for each in lines] == [
        ("MALFORMED", 1),
        ("NO_PREDICATE", 1),
        ("VERSION_CONFLICT", 1),
    ]


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_no_refused_byte_reaches_the_screen(tmp_path: Path, words: tuple[str, ...]) -> None:
    target = tmp_path / "value"
    shown = run("show", "t.agency.hsi.case.v1/0/1", "--bytes", str(target), *words)
    assert shown.exit_code == 0
    assert CANARY.decode() not in shown.output
    assert target.read_bytes() == CANARY
    assert target.stat().st_mode & 0o777 == 0o600


def test_existing_file_is_never_written_over(tmp_path: Path) -> None:
    target = tmp_path / "value"
    target.write_bytes(b"mine")
    shown = run("show", "t.agency.hsi.case.v1/0/1", "--bytes", str(target))
    assert isinstance(shown.exception, StackError)
    assert target.read_bytes() == b"mine"


def test_refusal_kept_by_digest_says_so_and_gives_no_bytes(tmp_path: Path) -> None:
    shown = run("show", "t.agency.bis.case.v1/0/2", "--bytes", str(tmp_path / "value"))
    assert "only its digest is kept" in shown.stdout
    assert isinstance(shown.exception, StackError)
    assert list(tmp_path.iterdir()) == []


def test_version_conflict_is_read_where_its_agency_published_it(
    tmp_path: Path, broker: dict[str, Any]
) -> None:
    origin, value = "t.agency.hsi.case.v1/0/3", CODEC.encode(SUBJECT_REPORTED, EVENT)
    broker[origin] = SimpleNamespace(value=value, headers=[("ce_id", b"e-1")])
    shown = run("show", origin, "--bytes", str(tmp_path / "value"), "--json")
    assert json.loads(shown.stdout)["headers"] == {"ce_id": "e-1"}
    assert (tmp_path / "value").read_bytes() == value


OTHER = CODEC.encode(SUBJECT_REPORTED, build_event(SUBJECT_REPORTED, places=[]))


@pytest.mark.parametrize("stands", [None, CANARY, OTHER])
def test_another_message_at_the_origin_is_not_taken_for_the_refused_one(
    broker: dict[str, Any], stands: bytes | None
) -> None:
    origin = "t.agency.hsi.case.v1/0/3"
    if stands is not None:
        broker[origin] = SimpleNamespace(value=stands, headers=[("ce_id", b"other")])
    shown = json.loads(run("show", origin, "--json").stdout)
    assert shown["value"] == "only its digest is kept"
    assert shown["headers"] == {}


def test_unknown_origin_is_an_error_that_names_the_next_command() -> None:
    shown = run("show", "t.agency.hsi.case.v1/0/9")
    assert isinstance(shown.exception, StackError)
    assert shown.exception.next_step == "liaison quarantine list"


def test_publishers_own_headers_are_told_by_size_alone() -> None:
    carried = [
        ("ce_id", b"e"),
        ("x-own", CANARY),
        ("liaison-proof", b"\x01"),
        ("liaison-kept", b""),
    ]
    assert tool.readable(carried) == {"ce_id": "e", "x-own": "11 bytes", "liaison-proof": "01"}


def test_position_of_the_bytes_follows_the_reason() -> None:
    places = {m.headers[1][1]: Refusal.of(m).value_position for m in (MALFORMED, FORBIDDEN)}
    assert places == {b"MALFORMED": "t.quarantine.v1/0/0", b"NO_PREDICATE": None}
    assert Refusal.of(CONFLICT).value_position == "t.agency.hsi.case.v1/0/3"
