"""The agreement feed: accepted documents are stored once; refused ones change nothing and alarm."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from consumers.delivery.agreements import Acceptance, Arrived, Distributed, Feed
from consumers.delivery.keeper import Keeper
from consumers.delivery.lease import Lease
from consumers.delivery.metrics import Metrics
from consumers.sharing.acceptance import in_force
from consumers.sharing.suspension import Act
from consumers.sqlite import open_store
from consumers.store.policies import PolicyBook
from consumers.store.timers import alarms
from consumers.store.vault import METADATA
from schemas.clock import FixedClock
from tests.unit.consumers.sharing.scene import NOW
from tests.unit.consumers.sharing.test_acceptance import BIS, NEXT, current, signed

ID = "HSI-BIS-2024"
GOOD = signed(NEXT, "ann", "bob").to_bytes()
ALONE = signed(NEXT, "ann").to_bytes()
TAMPERED = GOOD.replace(b"900", b"901")


class Desk:
    """An acceptance over real stores, and the keeper that swaps what it stored."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.metrics = FixedClock(NOW), Metrics()
        self.vault = open_store(folder / "vault.sqlite", METADATA)
        self.book = PolicyBook.beside(folder / "vault.sqlite")
        self.restart()

    def restart(self) -> None:
        self.base = Distributed(current())
        self.acceptance = Acceptance(
            self.vault, self.book, self.base, self.metrics.agreements_refused, self.clock
        )
        self.keeper = Keeper(self.book, self.base, Lease(self.clock), self.clock)

    def take_in(self, *bodies: bytes, key: str = ID) -> None:
        self.acceptance.take_in([Arrived(key, body) for body in bodies])
        self.keeper.turn()

    def alarms(self) -> list[tuple[str, str, str]]:
        with self.vault.connect() as connection:
            rows = alarms(connection)
        return [(row["kind"], row["match"], row["basis"].partition(":")[0]) for row in rows]

    def refused(self, reason: str) -> float:
        return float(self.metrics.agreements_refused.labels(reason)._value.get())

    @property
    def retention_days(self) -> int:
        found = self.keeper.in_force.policy.agreements
        return next(each.retention_days for each in found if each.id == ID)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.book.close()
    made.vault.dispose()


def test_accepted_document_is_stored_once_and_swapped_in(desk: Desk) -> None:
    before = desk.keeper.in_force
    desk.take_in(GOOD, GOOD)
    assert desk.book.read()[2] == {ID: GOOD}
    assert (desk.book.number(), desk.keeper.in_force.number, before.number) == (1, 1, 0)
    assert desk.retention_days == 900
    assert desk.alarms() == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (ALONE, "UNSIGNED"),
        (TAMPERED, "UNSIGNED"),
        (signed(BIS.replace("1825", "900"), "ann", "bob").to_bytes(), "VERSION_REUSED"),
        (b"", "AGREEMENT_SIGNATURE"),
        (b"{}", "AGREEMENT_SIGNATURE"),
    ],
)
def test_refused_document_changes_nothing_and_alarms_once(
    desk: Desk, body: bytes, reason: str
) -> None:
    before = desk.keeper.in_force
    desk.take_in(body)
    desk.take_in(body)
    assert desk.keeper.in_force is before
    assert desk.book.read() == (0, (), {})
    assert desk.alarms() == [("agreement", ID, reason)]
    assert desk.refused(reason) == 2


def test_alarm_follows_the_newest_message_of_a_document(desk: Desk) -> None:
    desk.take_in(ALONE)
    desk.take_in(b"{}")
    assert desk.alarms() == [("agreement", ID, "AGREEMENT_SIGNATURE")]
    desk.take_in(b"{}", key="?")
    desk.take_in(GOOD)
    assert desk.alarms() == [("agreement", "?", "AGREEMENT_SIGNATURE")]
    desk.take_in(TAMPERED)
    assert (desk.retention_days, len(desk.alarms())) == (900, 2)


def test_restart_restores_the_policy_and_topic_read_again_alarms_nobody(desk: Desk) -> None:
    later = NEXT.replace("version: 5", "version: 6").replace("900", "800")
    bodies = GOOD, signed(later, "bob", "ann").to_bytes()
    desk.take_in(*bodies)
    before = desk.keeper.in_force
    desk.restart()
    assert desk.keeper.in_force.policy.version == before.policy.version
    assert desk.keeper.in_force.policy.documents == before.policy.documents
    desk.clock.advance(timedelta(days=2))
    desk.take_in(*bodies)
    assert (desk.alarms(), desk.book.number(), desk.retention_days) == ([], 2, 800)


def test_act_on_a_distributed_agreement_is_kept_under_its_next_version(desk: Desk) -> None:
    other = NEXT.replace(ID, "HSI-BIS-2030")
    desk.take_in(signed(other, "ann", "bob").to_bytes(), key="HSI-BIS-2030")
    desk.book.act(Act("HSI-BIS-2030", "suspend", "Order 1", NOW))
    higher = other.replace("version: 5", "version: 6")
    desk.take_in(signed(higher, "ann", "bob").to_bytes(), key="HSI-BIS-2030")
    (found,) = (a for a in desk.keeper.in_force.policy.agreements if a.id == "HSI-BIS-2030")
    assert (found.version, [each.order for each in found.suspensions]) == (6, ["Order 1"])
    stored = in_force(current().documents, desk.book.read()[2].values())
    assert (stored["HSI-BIS-2030"].version, stored[ID].version) == (6, 4)


def test_document_that_no_longer_stands_is_left_out_of_what_is_restored(desk: Desk) -> None:
    desk.take_in(GOOD)
    desk.book.put_document("HSI-BIS-2031", ALONE)
    desk.restart()
    assert desk.retention_days == 900


class Scripted:
    """Polls that were written down."""

    def __init__(self, *polls: list[Arrived]) -> None:
        self.polls = list(polls)

    def poll(self) -> list[Arrived]:
        return self.polls.pop(0) if self.polls else []

    def at_end(self) -> bool:
        return not self.polls

    def close(self) -> None:
        self.polls = []


def test_all_of_the_topic_is_taken_in_before_the_start_returns(desk: Desk) -> None:
    feed = Feed(Scripted([], [Arrived(ID, ALONE)], [Arrived(ID, GOOD)]), desk.acceptance)
    feed.start()
    assert desk.book.read()[2] == {ID: GOOD}
    feed.stop()


def test_message_that_could_not_be_stored_is_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = Feed(Scripted([Arrived(ID, GOOD)]), desk.acceptance)

    def locked(*_: Any) -> int:
        raise OperationalError("", None, Exception("locked"))

    with monkeypatch.context() as patch:
        patch.setattr(desk.book, "put_document", locked)
        assert not feed.turn()
    assert desk.book.read()[2] == {}
    assert feed.turn()
    assert desk.book.read()[2] == {ID: GOOD}
