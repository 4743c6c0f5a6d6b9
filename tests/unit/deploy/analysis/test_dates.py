"""Dates of birth are read as their column writes them, whatever the row's own luck."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.analysis.dates import ISO, order_of, read_date, read_format


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("19580301", "1958-03-01"),
        ("1958-3-1", "1958-03-01"),
        ("1958/03/01", "1958-03-01"),
        ("1958-03-01T00:00:00Z", "1958-03-01"),
        ("1958-03-01 00:00:00", "1958-03-01"),
        ("19580301.0", "1958-03-01"),
        ("1 March 1958", "1958-03-01"),
        ("01-Mar-1958", "1958-03-01"),
        ("March 1st, 1958", "1958-03-01"),
        ("1. März 1958", "1958-03-01"),
        ("Mar 1958", "1958-03"),
        ("1958-03", "1958-03"),
        ("03/1958", "1958-03"),
        ("c. 1958", "1958"),
        ("1958", "1958"),
        ("1958.0", "1958"),
        ("1958-00-00", "1958"),
        ("1958-02-31", "1958-02-31"),
        ("19450493", "1945-04-93"),
        ("3/4/58", "1958-03-04"),
        ("3/4/07", "2007-03-04"),
        ("0000-00-00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_date_is_read_at_the_precision_it_has(text: str, read: str | None) -> None:
    assert read_date(text, ISO) == read


def test_one_day_over_twelve_tells_the_order_of_the_whole_column() -> None:
    column = ["03/04/1958", "05/06/1960", "23/04/1958"]
    order = order_of(column)
    assert order.certain
    assert read_date("03/04/1958", order) == "1958-04-03"
    assert read_date("03/04/1958", order_of(["03/04/1958", "04/23/1958"])) == "1958-03-04"


def test_order_that_nothing_tells_is_said_to_be_uncertain() -> None:
    order = order_of(["03/04/1958"])
    assert not order.certain
    assert read_date("03/04/1958", order) == "1958-03-04"
    dotted = order_of(["03.04.1958"])
    assert dotted.certain
    assert read_date("03.04.1958", dotted) == "1958-04-03"


def test_eight_digits_are_read_in_the_order_that_most_of_them_bear() -> None:
    assert read_date("03041958", order_of(["03041958", "23041958"])) == "1958-04-03"
    assert read_date("03041958", order_of(["03041958", "04231958"])) == "1958-03-04"
    assert order_of(["19580304"]).compact == "YMD"


@pytest.mark.parametrize(
    ("form", "text", "read"),
    [
        ("DD/MM/YYYY", "03/04/1958", "1958-04-03"),
        ("MM-DD-YY", "03-04-58", "1958-03-04"),
        ("DDMONYYYY", "03APR1958", "1958-04-03"),
        ("YYYYDDMM", "19580304", "1958-04-03"),
        ("YYYY", "1958", "1958"),
        ("DD/MM/YYYY", "1958-04-03", None),
    ],
)
def test_given_format_is_followed(form: str, text: str, read: str | None) -> None:
    assert read_date(text, ISO, read_format(form)) == read


@pytest.mark.parametrize("form", ["", "DD/MM", "%d/%m/%Y", "YYYY-YY", "DD MM YYYY hh"])
def test_what_is_no_format_is_refused(form: str) -> None:
    assert read_format(form) is None


@given(st.lists(st.dates().map(lambda day: f"{day:%d/%m/%Y}"), min_size=1), st.randoms())
def test_order_does_not_depend_on_the_sequence(values: list[str], chance: random.Random) -> None:
    shuffled = chance.sample(values, len(values))
    assert order_of(shuffled) == order_of(values)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = read_date(text, order_of([text]))
    assert read is None or read[:4].isdecimal()
