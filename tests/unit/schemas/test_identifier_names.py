"""Headings that name schemes, and values one slip apart."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import IDENTIFIERS, Canonical, Scheme, Strength, near, scheme_named
from schemas.identifiers.naming import MAX_CHARACTERS


@pytest.mark.parametrize(
    ("heading", "scheme"),
    [
        ("Passport No.", "passport"),
        ("passport_number", "passport"),
        ("PassportNumber", "passport"),
        ("SSN", "ssn"),
        ("Social Security Number", "ssn"),
        ("phone", "phone"),
        ("Mobile Phone 2", "phone"),
        ("home_tel", "phone"),
        ("Telephone Number", "phone"),
        ("E-Mail Address", "email"),
        ("IP Address", "ip"),
        ("Driver's License #", "driver_licence"),
        ("license plate", "plate"),
        ("National ID", "national_id"),
        ("Tax ID", "tax_id"),
        ("Alien Registration Number", "a_number"),
        ("A-Number", "a_number"),
        ("account_number", "account"),
        ("IBAN", "iban"),
        ("SWIFT/BIC", "bic"),
        ("Company No", "company_number"),
        ("VIN", "vin"),
        ("tail no", "tail_number"),
        ("B/L No.", "bill_of_lading"),
        ("HTS code", "hts"),
        ("SHA-256", "file_hash"),
        ("OFAC ID", "sanctions"),
        ("id", None),
        ("number", None),
        ("address", None),
        ("full name", None),
        ("", None),
        ("x" * (MAX_CHARACTERS + 1), None),
    ],
)
def test_heading_of_a_table_names_its_scheme(heading: str, scheme: str | None) -> None:
    assert scheme_named(heading) == scheme


@pytest.mark.parametrize("scheme", IDENTIFIERS.values(), ids=lambda each: each.name)
def test_scheme_answers_to_its_own_names(scheme: Scheme) -> None:
    names = (scheme.name, scheme.name.upper(), *scheme.titles)
    assert {scheme_named(each) for each in names} == {scheme.name}


@given(st.text(max_size=200))
def test_no_heading_makes_the_reading_raise(heading: str) -> None:
    assert scheme_named(heading) in {None, *IDENTIFIERS}


def number(value: str, issuer: str | None = "RUS", *, valid: bool = True) -> Canonical:
    return Canonical("passport", issuer, value, Strength.STRONG, valid=valid)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("712345678", "712345679", True),
        ("712345678", "71234567", True),
        ("712345678", "712354678", True),
        ("712345678", "7123456780", True),
        ("71 2345678", "712345678", True),
        ("712345678", "812345679", False),
        ("712345678", "715432678", False),
        ("712345678", "7123456", False),
        ("12345", "12346", False),
    ],
)
def test_one_slip_is_near(left: str, right: str, expected: bool) -> None:
    assert near(number(left), number(right)) is expected
    assert near(number(right, valid=False), number(left)) is expected
    assert not near(number(left), number(right, "UKR"))


@given(st.text(string.digits, min_size=7, max_size=12), st.data())
def test_every_single_slip_is_near_either_way(value: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(value) - 2))
    digit = data.draw(st.sampled_from(string.digits))
    slips = [
        value[:at] + digit + value[at + 1 :],
        value[:at] + digit + value[at:],
        value[:at] + value[at + 1 :],
        value[:at] + value[at + 1] + value[at] + value[at + 2 :],
    ]
    assert all(near(number(value), number(slip)) for slip in slips)
    assert all(near(number(slip), number(value)) for slip in slips)
