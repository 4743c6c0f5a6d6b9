"""Who is to be decided for: offices concerned, the watch desk, subscribers."""

from dataclasses import replace

from consumers.sharing.recipients import recipients
from consumers.sharing.records import RecordHistory
from schemas.match import Match
from tests.support.events import build_person
from tests.unit.consumers.sharing.parties import REGISTER
from tests.unit.consumers.sharing.scene import bis, hsi, match, place, record, support


def told(found: Match, *histories: RecordHistory) -> set[str]:
    records = {each.record: each for each in histories}
    return {channel.id for channel in recipients(found, records, REGISTER)}


def test_each_sides_office_is_told_about_the_other() -> None:
    mine, theirs = hsi(), bis()
    vague = support(mine, theirs, match_class="fuzzy")
    assert told(match(vague), mine, theirs) == {"miami", "bis"}


def test_subscribers_by_class_and_by_country() -> None:
    mine, theirs = hsi(), bis()
    assert told(match(support(mine, theirs)), mine, theirs) == {"miami", "bis", "cbp", "acme"}
    for entities, places in (
        ([build_person(nationalities=["MX"])], []),
        ([build_person(addresses=[{**build_person()["addresses"][0], "country": "MX"}])], []),
        ([build_person()], [place(country="MX")]),
    ):
        there = hsi(entities=entities, places=places)
        assert "mexico" in told(match(support(there, theirs)), there, theirs)


def test_watch_desk_where_operations_meet() -> None:
    mine, theirs = hsi(), bis()
    meeting = match(support(mine, theirs, match_class="space_time"))
    assert told(meeting, mine, theirs) == {"miami", "bis", "cbp", "watch"}


def test_every_support_counts_and_unknown_records_touch_no_country() -> None:
    mine, theirs = hsi(), bis()
    other = record("hsi.field/R-2", "HSI/los-angeles")
    both = match(support(mine, theirs, match_class="fuzzy"), support(other, theirs))
    assert {"miami", "los-angeles"} <= told(both)
    assert "mexico" not in told(both)


def test_channel_that_is_no_recipient_any_more_is_not_named() -> None:
    mine, theirs = hsi(), bis()
    gone = replace(match(support(mine, theirs)), supports=())
    assert told(gone, mine, theirs) == set()
