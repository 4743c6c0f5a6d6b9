"""Dates and words compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.correlate.names import CLOSE, CONFLICT, EXACT, PARTIAL, Compared
from streams.correlate.similarity import compare_birth_dates, compare_words

dates = st.one_of(st.dates().map(str), st.dates().map(lambda day: str(day)[:4]), st.just("1970-02"))


@given(dates, dates)
def test_comparing_birth_dates_is_symmetric(left: str, right: str) -> None:
    assert compare_birth_dates(left, right) == compare_birth_dates(right, left)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1970-05-04", "1970-05-04", (EXACT, 2)),
        ("1970", "1970", (EXACT, 0)),
        ("1970-05-04", "1970-04-05", (CLOSE, 2)),
        ("1970-05-04", "1970-05-14", (CLOSE, 2)),
        ("1970-05-04", "1982-05-04", (CLOSE, 1)),
        ("1970-05-04", "1970", (PARTIAL, 2)),
        ("1970-05-04", "1971", (PARTIAL, 1)),
        ("1970-05-04", "1971-11-23", (PARTIAL, 0)),
        ("1970", "1974", (CONFLICT, 0)),
        ("1970", "1990", (CONFLICT, 1)),
    ],
)
def test_birth_dates_of_any_precision_compare(left: str, right: str, expected: Compared) -> None:
    assert compare_birth_dates(left, right) == expected


@given(st.frozensets(st.sampled_from("abc"), min_size=1), st.frozensets(st.sampled_from("abcd")))
def test_comparing_words_is_symmetric(left: frozenset[str], right: frozenset[str]) -> None:
    assert compare_words(left, right) == compare_words(right, left)
