"""Levels as transformations, for any value: coarser is never finer, and a token says nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consumers.sharing.fields import Value
from consumers.sharing.redact import MASKED, SUMMARY, TOKEN, Keys, redact, redact_place
from tests.unit.consumers.sharing.scene import place

KEYS = Keys(b"a secret of sixteen bytes", "BIS/enforcement")
OFFICES = st.sampled_from(("HSI/miami", "BIS/enforcement", "FBI/hq", "SKR/main"))
NUMBERS = st.text("0123456789ABCDEF", min_size=1, max_size=24)
DATES = st.dates(date(1900, 1, 1), date(2025, 12, 31))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def number(text: str) -> Value:
    return Value("account", text, "account", text)


def born(day: date) -> Value:
    return Value("birth_date", day.isoformat())


def shown(value: Value, level: int, keep_last: int = 4, keys: Keys = KEYS) -> str:
    return redact(value, level, keep_last, keys)[1] or ""


@given(DATES, DATES)
def test_summaries_of_two_dates_are_equal_exactly_within_one_month(one: date, other: date) -> None:
    same = (one.year, one.month) == (other.year, other.month)
    assert (shown(born(one), SUMMARY) == shown(born(other), SUMMARY)) == same


@given(DATES)
def test_mask_of_a_date_is_coarser_than_its_summary(day: date) -> None:
    assert shown(born(day), SUMMARY).startswith(shown(born(day), MASKED).rstrip("*"))
    assert len(shown(born(day), MASKED)) < len(shown(born(day), SUMMARY))


@given(NUMBERS, st.integers(0, 50))
def test_mask_shows_no_more_than_asked_nor_half(text: str, keep_last: int) -> None:
    tail = shown(number(text), MASKED, keep_last).rpartition("***")[2]
    assert len(tail) <= min(keep_last, len(text) // 2)
    assert text.endswith(tail)


@given(NUMBERS, NUMBERS, st.integers(0, 4))
def test_masks_of_values_with_one_tail_are_equal(one: str, other: str, keep_last: int) -> None:
    tail = "7777"[:keep_last]
    pair = [number(f"{each}{'0' * 8}{tail}") for each in (one, other)]
    assert shown(pair[0], MASKED, keep_last) == shown(pair[1], MASKED, keep_last)


@given(NUMBERS, NUMBERS, OFFICES, OFFICES)
def test_token_is_one_per_value_and_office(one: str, other: str, here: str, there: str) -> None:
    tokens = [
        shown(number(text), TOKEN, keys=Keys(KEYS.secret, office))
        for text, office in ((one, here), (other, there))
    ]
    assert (tokens[0] == tokens[1]) == ((one, here) == (other, there))


@given(st.integers(0, 9_999))
def test_token_of_a_guessable_value_is_not_found_by_trying_them_all(pin: int) -> None:
    token = shown(number(f"{pin:04}"), TOKEN)
    guesses = {shown(number(f"{pin:04}"), TOKEN, keys=Keys(b"guess", KEYS.office))}
    assert token not in guesses
    assert f"{pin:04}" != token


@given(MOMENTS, MOMENTS, st.integers(-49_999, 49_999))
def test_summary_of_a_place_is_its_area_and_days(
    one: datetime, other: datetime, nearby: int
) -> None:
    def summary(starts: datetime, off: int) -> Any:
        there = place(
            latitude_microdegrees=25_700_000 + off,
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
        )
        return redact_place(there, SUMMARY, KEYS)[1]  # type: ignore[arg-type]

    assert summary(one, nearby)["latitude_microdegrees"] == 25_700_000
    same = [_days(each) for each in (one, other)]
    assert (summary(one, 0) == summary(other, nearby)) == (same[0] == same[1])


def _days(starts: datetime) -> tuple[date, date]:
    return starts.date(), (starts + timedelta(hours=1)).date()
