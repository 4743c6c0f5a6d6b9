"""Suspensions against deliver's own loop and senders: nothing leaves once it has returned."""

from pathlib import Path

import pytest

from consumers.delivery.lease import Lease
from tests.support.suspension_race import run


def test_no_content_leaves_after_suspend_has_returned(tmp_path: Path) -> None:
    outcome = run(40, tmp_path)
    assert outcome.late_webhook + outcome.late_inbox == 0
    assert outcome.content_sent > 20
    assert max(outcome.in_force) < 1.0


def test_race_would_see_a_sender_that_does_not_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lease, "enter", lambda *_: True)
    monkeypatch.setattr(Lease, "leave", lambda *_: None)
    for folder in map(str, range(6)):
        outcome = run(40, tmp_path / folder)
        if outcome.late_webhook + outcome.late_inbox:
            return
    pytest.fail("not seen in 240 races")
