"""A receipt covers what its notice said, and nothing that was handed over after it left."""

from consumers.delivery.receipts import received
from consumers.sharing.standing import Held, Standing
from schemas.notice import Action, Notice
from tests.support.delivery_world import START


def held(*ids: str) -> tuple[Held, ...]:
    return tuple(Held(each, each, "notice") for each in ids)


def notice(notice_id: str, *supersedes: str, recall: bool = False) -> Notice:
    data = None if recall else {"class": "target"}
    action: Action = "recall" if recall else "update"
    return Notice(notice_id, action, START, "subject", data, supersedes)


def test_superseded_ids_are_covered_and_the_last_is_acknowledged() -> None:
    after = received(Standing("n2", held("n1", "n2")), notice("n2", "n1"))
    assert (after.held, after.acknowledged) == (held("n2"), True)


def test_late_receipt_covers_only_what_its_notice_named() -> None:
    after = received(Standing("n2", held("n0", "n1", "n2")), notice("n1"))
    assert (after.held, after.acknowledged) == (held("n0", "n1", "n2"), False)


def test_received_recall_leaves_nothing() -> None:
    after = received(Standing("r", held("n1", "r")), notice("r", "n1", recall=True))
    assert (after.held, after.acknowledged) == ((), False)
