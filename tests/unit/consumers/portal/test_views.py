"""A notice tells what, why, how sure, what may be done with it and whom to call."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.inbox.rows import InboxNotice
from consumers.portal import views, wording
from schemas.errors import Reason
from schemas.identifiers import FIELDS
from schemas.marking import INFORMATION_GRADES, SOURCE_GRADES
from schemas.match import BANDS, MATCH_CLASSES
from tests.support import notices
from tests.support.notices import NOW, SEOUL


def row(content: dict[str, Any], **changes: Any) -> InboxNotice:
    envelope = notices.notice("n1", content).envelope
    fields: dict[str, Any] = {
        "sequence": 7,
        "notice_id": "n1",
        "office": SEOUL,
        "channel": "inbox-seoul",
        "subject": "s1",
        "action": "notice",
        "feed": 12,
        "match_class": content.get("class"),
        "band": content.get("band"),
        "outcome": content.get("outcome"),
        "body": envelope,
        "received_at": NOW,
        "closed_at": None,
        "closed_by": None,
        "closed_as": None,
        "acknowledged_at": None,
        "acknowledged_by": None,
    }
    return InboxNotice(**{**fields, **changes})


def content(data: dict[str, Any]) -> views.Content:
    shown = views.view(row(data), {}).content
    assert shown is not None
    return shown


def test_own_side_is_named_as_the_reason_and_is_not_somebody_to_call() -> None:
    shown = content(notices.data())
    assert [party.label for party in shown.others] == ["BIS oee"]
    assert shown.others[0].phone_link == "tel:+12025550142"
    assert shown.why[0] == "Your case 26-0117 is one side of this match."


def test_own_record_is_called_by_its_number() -> None:
    own = {"agency": "HSI", "office": "seoul", "reference": "HSI:record/hsi.field/R-000111"}
    shown = content(notices.data(parties=[own]))
    assert shown.why[0] == "Your record R-000111 is one side of this match."


def test_row_tells_matches_apart_by_reference_and_first_readable_name() -> None:
    token = notices.released("e", "name", "9f" * 16, level="token")
    named = notices.released("e", "name", "KIM Do-yun")
    seen = views.summary(row(notices.data(fields=[token, named]), subject="2b9d" * 8), {})
    assert (seen.reference, seen.detail) == ("2b9d2b9d", "KIM Do-yun")
    assert views.summary(row(notices.pointer()), {}).detail == ""


def test_row_of_operations_tells_day_and_area() -> None:
    detail = views.summary(row(notices.operations()), {}).detail
    assert detail.startswith("2026-11-23, 37.56650")
    assert detail.endswith(", KR")
    month = [{"value": {"country": "KR", "month": "2026-11"}, "level": "masked"}]
    masked = views.summary(row(notices.data(place_time=month)), {})
    assert masked.detail == "2026-11, KR"


def test_office_with_no_side_of_its_own_is_told_of_sides() -> None:
    others = notices.data()["parties"][:1]
    assert views.summary(row(notices.data(parties=others)), {}).subscribed
    assert not views.summary(row(notices.data()), {}).subscribed
    assert not views.summary(row(notices.silent()), {}).subscribed


def test_released_values_name_the_side_whose_record_they_are_of() -> None:
    sides = [{"agency": a, "office": None, "reference": a * 8} for a in ("BIS", "CBP")]
    fields = [
        notices.released("e", "name", "KIM Do-yun", party="CBP" * 8),
        notices.released("f", "name", "KIM Doyun", party="BIS" * 8),
        notices.released("g", "name", "KIM D Y"),
    ]
    places = [{"value": None, "level": "pointer", "party": "BIS" * 8}]
    shown = content(notices.data(parties=sides, fields=fields, place_time=places))
    sources = [*(s.source for s in shown.subjects), *(p.source for p in shown.places)]
    told = [source and source.label for source in sources]
    assert told == ["CBP", "BIS", None, "BIS"]
    alone = content(notices.data())
    assert {each.source for each in alone.subjects} == set(alone.others)


def test_subscriber_is_told_that_it_is_no_side() -> None:
    others = notices.data()["parties"][:1]
    assert content(notices.data(parties=others)).why[0].startswith("Your office is no side")


def test_fields_are_grouped_by_subject_with_level_clause_and_obligations() -> None:
    company, person = content(notices.data()).subjects
    assert (company.heading, person.heading) == ("Organization (consignee)", "Person (subject)")
    phone = person.fields[-1]
    assert (phone.value, phone.clause) == ("phone +82 10 5550 0142", "HSI-BIS-2024 4.5")
    assert phone.obligations == (wording.obligation("NO-COURT"),)


def test_obligations_are_said_once_and_in_plain_words() -> None:
    shown = content(notices.data())
    assert "Keep this no longer than 1825 days." in shown.obligations
    assert not set(shown.obligations) & set(shown.why)
    assert shown.must_acknowledge
    assert shown.keep_until == NOW + timedelta(days=1825)
    assert shown.valid_until == datetime(2029, 3, 26, tzinfo=UTC)


def test_unknown_obligation_is_shown_as_it_is() -> None:
    assert content(notices.data(obligations=["BURN(3)"])).obligations == ("BURN(3)",)


def test_value_that_is_not_shown_says_so() -> None:
    pointer = [notices.released("e", "name", None, level="pointer")]
    (subject,) = content(notices.data(fields=pointer)).subjects
    assert subject.fields[0].value == "not shown"


def test_place_shows_coordinates_and_times_in_utc() -> None:
    (place,) = content(notices.operations()).places
    assert dict(place.lines) == {
        "Where": "37.56650°\N{NO-BREAK SPACE}N 126.97800°\N{NO-BREAK SPACE}E",
        "Radius": "400 m, position known to 50 m",
        "Country": "KR",
        "Starts": "2026-11-23 20:00:00Z",
        "Ends": "2026-11-24 02:00:00Z",
    }


def test_place_shown_as_a_token_or_not_at_all_still_reads() -> None:
    token, pointer = (
        content(notices.data(place_time=[{"value": value, "level": level}])).places[0]
        for value, level in (("ab12", "token"), (None, "pointer"))
    )
    assert (token.lines, pointer.lines) == ((("Token", "ab12"),), ())


def test_closed_notice_has_no_content_even_if_its_row_had() -> None:
    closed = row(notices.data(), closed_at=NOW, closed_by="r1", closed_as="recalled")
    seen = views.view(closed, {})
    assert seen.content is None
    assert seen.summary.state == "recalled"


def test_acknowledgement_names_the_officer() -> None:
    noted = row(notices.data(), acknowledged_at=NOW, acknowledged_by="seoul-1")
    seen = views.summary(noted, {"seoul-1": "Officer A. Park"})
    assert (seen.state, seen.acknowledged_by) == ("acknowledged", "Officer A. Park")


def test_every_word_of_the_pipeline_has_words_for_an_officer() -> None:
    assert wording.CLASSES.keys() == MATCH_CLASSES.keys()
    assert wording.BANDS.keys() == wording.BAND_STRENGTH.keys() == BANDS.keys()
    assert wording.FIELDS.keys() >= set(FIELDS)
    assert wording.REASONS.keys() == {str(reason) for reason in Reason}
    assert all(wording.grade(s + i) for s in SOURCE_GRADES for i in INFORMATION_GRADES)


@settings(max_examples=60)
@given(st.sets(st.sampled_from(sorted(notices.data()))), st.booleans())
def test_content_with_missing_or_empty_keys_still_reads(missing: set[str], empty: bool) -> None:
    data = notices.operations() | {"fields": notices.data()["fields"]}
    for key in missing:
        if empty:
            data[key] = None
        else:
            del data[key]
    assert views.view(row(data), {}).content is not None
