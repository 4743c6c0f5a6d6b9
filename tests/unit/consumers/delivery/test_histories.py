"""Deliver loses nothing, repeats nothing and says nothing too much, wherever it is killed.

Each planted bug breaks one rule of design section 2 in the real code and must be caught.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from consumers.delivery import attempts, decider, handover, receipts
from consumers.sharing.standing import Held, Standing, notice_id
from consumers.store import matches
from consumers.store.outbox import Row
from consumers.store.vault import OUTBOX
from tests.support.delivery_histories import History

Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.parametrize("seed", range(25))
def test_every_interleaving_ends_in_what_the_vault_says(seed: int, tmp_path: Path) -> None:
    History(seed, tmp_path).run()


def send_unsequenced(patch: pytest.MonkeyPatch) -> None:
    def every(connection: Any, _capacity: Any, now_us: int) -> list[Row]:
        due = select(OUTBOX).where(OUTBOX.c.due_us <= now_us, OUTBOX.c.deadline_us <= now_us)
        return [Row(**row) for row in connection.execute(due).mappings().all()]

    patch.setattr(attempts, "sendable", every)


def forget_the_chain(patch: pytest.MonkeyPatch) -> None:
    def unchained(secret: bytes, match: str, channel: str, digest: str, _last: str) -> str:
        return notice_id(secret, match, channel, digest, "")

    patch.setattr(decider, "notice_id", unchained)


def keep_older_matches(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(matches, "_orders", lambda *_: {})


def drop_what_moved(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(handover, "joined", lambda successor, _moved: successor)


def hold_only_what_was_received(patch: pytest.MonkeyPatch) -> None:
    def nothing_yet(standing: Standing, notice_id: str, _transition: Any) -> Standing:
        return replace(standing, last=notice_id)

    def now_held(standing: Standing, notice: Any) -> Standing:
        held = () if notice.data is None else (Held(notice.id, "", notice.action),)
        return replace(standing, held=held, acknowledged=True)

    patch.setattr(attempts, "begun", nothing_yet)
    patch.setattr(receipts, "received", now_held)


def number_every_try(patch: pytest.MonkeyPatch) -> None:
    real = attempts._Beginning._next_feed

    def skipping(self: Any) -> int:
        real(self)
        return real(self)

    patch.setattr(attempts._Beginning, "_next_feed", skipping)


@pytest.mark.parametrize(
    "plant",
    [
        send_unsequenced,
        forget_the_chain,
        keep_older_matches,
        drop_what_moved,
        hold_only_what_was_received,
        number_every_try,
    ],
)
def test_planted_bug_is_caught(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    for seed in range(40):
        folder = tmp_path / str(seed)
        try:
            History(seed, folder).run()
        except (AssertionError, KeyError, LookupError):
            return
    pytest.fail("not caught in 40 histories")
