"""What a replay starts from, and how it names every difference."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deploy.cli.replay import start_of
from deploy.shadow import compare
from schemas.errors import ConfigError
from schemas.match import Match, MatchStatus

MATCH = Match(
    id="any",
    family="identity",
    match_class="target",
    version="one",
    status="live",
    sides=("a", "b"),
    supports=(),
    weights_version="any",
    order=1,
    partition=0,
    successor=None,
    published_ms=0,
)


def test_start_is_an_offset_or_a_time() -> None:
    assert start_of("17") == 17
    assert start_of("2026-11-24T08:00:00Z") == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert start_of("2026-11-24") == datetime(2026, 11, 24, tzinfo=UTC)
    with pytest.raises(ConfigError, match="no offset and no time"):
        start_of("yesterday")


def test_differences_are_named_by_id() -> None:
    def match(name: str, version: str = "one", status: MatchStatus = "live") -> Match:
        return replace(MATCH, id=name, version=version, status=status)

    expected = {name: match(name) for name in ("same", "gone", "other")}
    found = {
        "same": match("same"),
        "other": match("other", version="another"),
        "ghost": match("ghost"),
        "dead": match("dead", status="retracted"),
    }
    difference = compare(expected, found)
    assert difference.expected == 3
    assert [*difference.missing, *difference.ghosts] == ["gone", "ghost"]
    assert difference.differing == {"other"}
