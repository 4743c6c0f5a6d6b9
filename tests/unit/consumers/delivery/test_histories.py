"""Deliver loses nothing, repeats nothing and says nothing too much, wherever it is killed.

Each planted bug breaks one rule of design section 2 in the real code and must be caught. Those of
the lease itself are in `test_lease`.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from consumers.consent.reservations import offers
from consumers.delivery import (
    attempts,
    decider,
    dispatcher,
    followup,
    handover,
    receipts,
    redecide,
)
from consumers.delivery.keeper import Keeper
from consumers.delivery.lease import Lease
from consumers.sharing.standing import Held, Standing, notice_id
from consumers.store import generation, matches
from consumers.store.outbox import Row
from consumers.store.vault import OUTBOX
from tests.support.delivery_histories import History

Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.parametrize("seed", range(10))
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
    def nothing_yet(standing: Standing, notice_id: str, *_: Any) -> Standing:
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


def decide_once(patch: pytest.MonkeyPatch) -> None:
    real = decider.Decider.judge
    known: dict[Any, Any] = {}

    def remembered(self: Any, situation: Any, channel: Any, standing: Any, now: Any) -> Any:
        key = (id(self._codec), situation.match, channel, standing.held, standing.last)
        return known.setdefault(key, real(self, situation, channel, standing, now))

    patch.setattr(decider.Decider, "judge", remembered)


def ask_no_lease(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lease, "enter", lambda *_: True)
    patch.setattr(Lease, "leave", lambda *_: None)


def renew_without_receiving(patch: pytest.MonkeyPatch) -> None:
    def receive(self: Any, grant: Any) -> None:
        self._lease.renew(self.in_force.number, grant.until)
        self._book.confirm(self._holder, grant.number)

    patch.setattr(Keeper, "receive", receive)


def reserve_no_consent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(redecide, "reserve", lambda *_: None)
    patch.setattr(attempts, "reserve", lambda *_: None)


def cover_an_update_by_the_same_consent(patch: pytest.MonkeyPatch) -> None:
    def anybodys(connection: Any, records: Any) -> list[Any]:
        return [replace(each, notice_id=None) for each in offers(connection, records)]

    patch.setattr(decider, "offers", anybodys)


def keep_the_consent_of_what_never_began(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(handover, "give_back", lambda *_: None)


def let_a_stale_process_commit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(dispatcher, "require", lambda *_: None)


def flood_after_resumption(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decider, "resumed_us", lambda *_: 0)


def lose_timers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(followup, "put_timers", lambda *_: None)


def forget_retention(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(attempts, "keep_days", lambda _: 0)


def ask_nobody_after_a_new_policy(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(generation, "ask_for_everything", lambda *_: None)


@pytest.mark.parametrize(
    ("plant", "first"),
    [
        (ask_no_lease, 29),
        (ask_nobody_after_a_new_policy, 18),
        (cover_an_update_by_the_same_consent, 0),
        (decide_once, 0),
        (drop_what_moved, 23),
        (flood_after_resumption, 3),
        (forget_retention, 0),
        (forget_the_chain, 23),
        (hold_only_what_was_received, 0),
        (keep_older_matches, 0),
        (keep_the_consent_of_what_never_began, 14),
        (let_a_stale_process_commit, 0),
        (lose_timers, 0),
        (number_every_try, 0),
        (renew_without_receiving, 4),
        (reserve_no_consent, 0),
        (send_unsequenced, 6),
    ],
)
def test_planted_bug_is_caught(
    plant: Plant, first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`first` is the first seed tried: one that is known to meet the bug, so that this is quick."""
    plant(monkeypatch)
    for seed in range(first, first + 60):
        folder = tmp_path / str(seed)
        try:
            History(seed, folder).run()
        except (AssertionError, KeyError, LookupError):
            return
    pytest.fail("not caught in 60 histories")
