"""The agreement feed: accepted documents are stored once, refused ones change nothing."""

from consumers.delivery.agreements import take_in
from consumers.sharing.acceptance import restored
from consumers.sharing.policy import Policy
from schemas.clock import FixedClock
from tests.unit.consumers.sharing.scene import NOW
from tests.unit.consumers.sharing.test_acceptance import BIS, NEXT, current, signed


def test_accepted_documents_are_put_once_and_refused_ones_never() -> None:
    book: dict[str, bytes] = {}

    def policy() -> Policy:
        return restored(current(), book.values())[0]

    good = signed(NEXT, "ann", "bob").to_bytes()
    alone = signed(NEXT, "ann").to_bytes()
    reused = signed(BIS.replace("1825", "900"), "ann", "bob").to_bytes()
    assert take_in([alone, reused, b"", b"{}"], policy, book.__setitem__, FixedClock(NOW)) == 0
    assert book == {}
    assert take_in([good, good], policy, book.__setitem__, FixedClock(NOW)) == 1
    assert book == {"HSI-BIS-2024": good}
    found = next(each for each in policy().agreements if each.id == "HSI-BIS-2024")
    assert found.retention_days == 900
