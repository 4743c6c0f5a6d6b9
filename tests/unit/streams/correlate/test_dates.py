"""Birth dates compared: precision, slips of the pen, impossible days."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.correlate.dates import compare_birth_dates, known_date
from streams.correlate.names import CLOSE, CONFLICT, EXACT, PARTIAL, Compared

dates = st.one_of(
    st.dates().map(str),
    st.dates().map(lambda day: str(day)[:4]),
    st.from_regex(r"19[67][0-9]-[0-9]{2}-[0-9]{2}", fullmatch=True),
    st.just("1970-02"),
)


@given(dates, dates)
def test_comparing_birth_dates_is_symmetric(left: str, right: str) -> None:
    assert compare_birth_dates(left, right) == compare_birth_dates(right, left)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1970-05-04", "1970-05-04", (EXACT, 2)),
        ("1971-01-01", "1971-01-01", (EXACT, 3)),
        ("1970-01-01", "1970-01-01", (EXACT, 4)),
        ("1900-01-01", "1970-05-04", (PARTIAL, 4)),
        ("1856-86-18", "1856-86-18", (EXACT, 0)),
        ("1970", "1970", (EXACT, 0)),
        ("1970-05-04", "1970-04-05", (CLOSE, 2)),
        ("1970-05-04", "1970-05-14", (CLOSE, 2)),
        ("1856-06-18", "1856-86-18", (CLOSE, 2)),
        ("1970-05-04", "1982-05-04", (CLOSE, 1)),
        ("1970-05-04", "1970", (PARTIAL, 3)),
        ("1971-05-04", "1971-01-01", (PARTIAL, 3)),
        ("1970-05-04", "1970-11-23", (PARTIAL, 2)),
        ("1970-05-04", "1971", (PARTIAL, 0)),
        ("1970-05-04", "1971-11-23", (CONFLICT, 0)),
        ("1970", "1974", (CONFLICT, 2)),
        ("1970", "1990", (CONFLICT, 3)),
    ],
)
def test_birth_dates_of_any_precision_compare(left: str, right: str, expected: Compared) -> None:
    assert compare_birth_dates(left, right) == expected


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("0000-00-00", ""),
        ("9999-12-31", ""),
        ("1970-00-00", "1970"),
        ("1970-05-00", "1970-05"),
        ("1970-99-99", "1970"),
        ("1970-05-04", "1970-05-04"),
        ("", ""),
    ],
)
def test_parts_of_zeros_and_nines_are_not_known(written: str, known: str) -> None:
    assert known_date(written) == known
