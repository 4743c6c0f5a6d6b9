"""What would lose messages or state is refused by name and reason before anything is read."""

import pytest

from streams.transport.changelog import TOPIC_CONFIG
from streams.transport.topics import changelog_faults, source_faults

SOURCE = {"cleanup.policy": "delete", "retention.ms": "1000"}


def test_sound_topics_have_no_faults() -> None:
    assert list(source_faults(SOURCE, 1000)) == []
    assert list(source_faults({**SOURCE, "retention.ms": "-1"}, 1000)) == []
    assert list(changelog_faults(TOPIC_CONFIG)) == []


@pytest.mark.parametrize("policy", ["compact", "compact,delete"])
def test_source_that_is_compacted_is_refused(policy: str) -> None:
    (fault,) = source_faults({**SOURCE, "cleanup.policy": policy}, 0)
    assert "compaction is on" in fault


def test_source_that_forgets_too_soon_is_refused() -> None:
    assert list(source_faults(SOURCE, 1001)) == [
        "it keeps messages for 1000 ms, a replay needs 1001 ms"
    ]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("cleanup.policy", "delete", "withdrawn markers"),
        ("cleanup.policy", "compact,delete", "withdrawn markers"),
        ("min.compaction.lag.ms", "0", "at least 3600000"),
        ("max.message.bytes", "1048588", "at least 16777216"),
    ],
)
def test_changelog_that_forgets_or_is_too_small_is_refused(
    name: str, value: str, reason: str
) -> None:
    (fault,) = changelog_faults({**TOPIC_CONFIG, name: value})
    assert reason in fault
