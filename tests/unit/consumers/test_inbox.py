"""The inbox shows each office its own open notices, and nothing that was taken back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from consumers.inbox.rows import Delivery, Filters, Refusal
from consumers.inbox.store import Inbox

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MIAMI = "HSI/miami"


def notice(notice_id: str, supersedes: tuple[str, ...] = (), office: str = MIAMI) -> Delivery:
    envelope: dict[str, Any] = {
        "id": notice_id,
        "type": "liaison.notice.v1",
        "subject": "s1",
        "data": {"class": "target", "band": "confirmed", "outcome": "FULL", "fields": ["secret"]},
        "liaisonsupersedes": list(supersedes),
        "liaisonaction": "update" if supersedes else "notice",
        "liaisonfeed": 1,
    }
    return Delivery(office, "inbox-" + office, envelope)


def recall(recall_id: str, ids: tuple[str, ...], office: str = MIAMI) -> Delivery:
    envelope = {"id": recall_id, "type": "liaison.recall.v1", "liaisonsupersedes": list(ids)}
    return Delivery(office, "inbox-" + office, envelope)


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox.open(tmp_path / "inbox" / "inbox.db")


def test_repeated_notice_is_one_row(inbox: Inbox) -> None:
    inbox.receive([notice("n1"), notice("n1")], NOW)
    inbox.receive([notice("n1")], NOW)
    assert [n.notice_id for n in inbox.list_notices(MIAMI).notices] == ["n1"]


def test_recall_that_overtakes_its_notice_wins(inbox: Inbox) -> None:
    inbox.receive([recall("r1", ("n1",))], NOW)
    inbox.receive([notice("n1")], NOW)
    row = inbox.get_notice(MIAMI, "n1")
    assert row is not None
    assert (row.closed_as, row.closed_by, row.body, row.match_class) == (
        "recalled",
        "r1",
        None,
        None,
    )


def test_recalled_and_superseded_content_is_gone_from_the_row(inbox: Inbox) -> None:
    inbox.receive([notice("n1"), notice("n2", ("n1",)), notice("n3")], NOW)
    inbox.receive([recall("r1", ("n3",))], NOW)
    states = {n.notice_id: (n.closed_as, n.body is None) for n in inbox.list_notices(MIAMI).notices}
    assert states == {"n1": ("superseded", True), "n2": (None, False), "n3": ("recalled", True)}


def test_late_update_does_not_reopen_what_was_recalled(inbox: Inbox) -> None:
    inbox.receive([recall("r1", ("n1", "n2"))], NOW)
    inbox.receive([notice("n2", ("n1",)), notice("n1")], NOW)
    assert inbox.list_notices(MIAMI, Filters(state="open")).notices == ()
    assert {n.closed_as for n in inbox.list_notices(MIAMI).notices} == {"recalled"}


def test_office_sees_and_acknowledges_its_own_rows_only(inbox: Inbox) -> None:
    inbox.receive([notice("n1"), notice("n2", office="BIS/oee")], NOW)
    assert inbox.get_notice(MIAMI, "n2") is None
    assert not inbox.acknowledge(MIAMI, "n2", "officer-1", NOW)
    assert [n.notice_id for n in inbox.list_notices("BIS/oee").notices] == ["n2"]


def test_first_acknowledgement_counts_and_is_pulled_once(inbox: Inbox) -> None:
    inbox.receive([notice("n1")], NOW)
    assert inbox.acknowledge(MIAMI, "n1", "officer-1", NOW)
    assert inbox.acknowledge(MIAMI, "n1", "officer-2", NOW)
    (pulled,) = inbox.acknowledgements_after(0)
    assert (pulled.notice_id, pulled.officer) == ("n1", "officer-1")
    assert inbox.acknowledgements_after(pulled.sequence) == ()
    row = inbox.get_notice(MIAMI, "n1")
    assert row is not None
    assert row.acknowledged_by == "officer-1"


def test_recalled_notice_cannot_be_acknowledged(inbox: Inbox) -> None:
    inbox.receive([notice("n1"), recall("r1", ("n1",))], NOW)
    assert not inbox.acknowledge(MIAMI, "n1", "officer-1", NOW)


def test_pages_run_through_every_notice_once_newest_first(inbox: Inbox) -> None:
    inbox.receive([notice(f"n{i}") for i in range(7)], NOW)
    seen, cursor = [], None
    while True:
        page = inbox.list_notices(MIAMI, cursor=cursor, limit=3)
        seen += [n.notice_id for n in page.notices]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == [f"n{i}" for i in reversed(range(7))]


def test_filters_narrow_by_state_class_and_acknowledgement(inbox: Inbox) -> None:
    inbox.receive([notice("n1"), notice("n2"), recall("r1", ("n1",))], NOW)
    inbox.acknowledge(MIAMI, "n2", "officer-1", NOW)

    def ids(filters: Filters) -> list[str]:
        return [n.notice_id for n in inbox.list_notices(MIAMI, filters).notices]

    assert ids(Filters(state="closed")) == ["n1"]
    assert ids(Filters(match_class="target")) == ["n2"]
    assert ids(Filters(acknowledged=True)) == ["n2"]
    assert ids(Filters(acknowledged=False)) == ["n1"]


def test_changes_follow_arrivals_recalls_and_acknowledgements(inbox: Inbox) -> None:
    inbox.receive([notice("n1"), notice("n2", office="BIS/oee")], NOW)
    first = inbox.changes_since(MIAMI, 0)
    assert first.notice_ids == ("n1",)
    assert inbox.changes_since(MIAMI, first.token).notice_ids == ()
    inbox.acknowledge(MIAMI, "n1", "officer-1", NOW)
    inbox.receive([recall("r1", ("n1",))], NOW)
    second = inbox.changes_since(MIAMI, first.token)
    assert second.notice_ids == ("n1",)
    assert second.token == inbox.latest_token(MIAMI)


def test_owner_is_told_of_its_refused_event_once(inbox: Inbox) -> None:
    refusal = Refusal("t/0/5", MIAMI, "hsi.field/R-1", "VERSION_CONFLICT", NOW)
    inbox.refuse([refusal, refusal])
    assert inbox.list_refusals(MIAMI) == (refusal,)
    assert inbox.list_refusals("BIS/oee") == ()
