"""Identifier families of the field: published values, issuers, check digits, bounded work."""

import string
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import IDENTIFIERS, Canonical, canonical, near, scheme_named
from tests.support.identifiers import CHECKED, PUBLISHED

EVERY_DIGIT = ("lei", "iban", "imei", "routing_number")
"""Schemes whose check finds each changed digit; the others' weights let some pass."""


@pytest.mark.parametrize(("scheme", "issuer", "value", "state", "expected"), PUBLISHED)
def test_published_value_has_its_canonical_form(
    scheme: str, issuer: str | None, value: str, state: str | None, expected: str | None
) -> None:
    form = canonical(scheme, issuer, value)
    if expected is None:
        assert (form.issuer, form.value, form.valid) == (issuer, value, False)
    else:
        assert (form.issuer, form.value, form.valid) == (state, expected, True)
        assert canonical(scheme, form.issuer, form.value) == form


@pytest.mark.parametrize(
    "scheme", sorted({row[0] for row in PUBLISHED} - {"url", "social", "wallet", "plate", "phone"})
)
@given(data=st.data())
def test_case_and_blanks_around_never_matter(scheme: str, data: st.DataObject) -> None:
    rows = [row for row in PUBLISHED if row[0] == scheme and row[4] is not None]
    _, issuer, value, _, _ = data.draw(st.sampled_from(rows))
    blank = data.draw(st.sampled_from(["", " ", "\t", "\u00a0"]))
    fold = data.draw(st.sampled_from([str.upper, str.lower, str.title]))
    assert canonical(scheme, issuer, blank + fold(value) + blank) == canonical(
        scheme, issuer, value
    )


@pytest.mark.parametrize(
    "scheme",
    ["ssn", "imo", "inn", "ogrn", "imei", "iban", "lei", "container", "duns", "hts", "vin", "mmsi"],
)
@given(data=st.data())
def test_separators_within_never_matter(scheme: str, data: st.DataObject) -> None:
    known = {row[0]: row[4] for row in PUBLISHED if row[4]} | CHECKED
    value = str({"vin": "1M8GDM9AXKP042788", **known}[scheme])
    at = data.draw(st.integers(0, len(value)))
    separator = data.draw(st.sampled_from([" ", "-", ".", "/", "\u2013", "\u200b", "\u00a0"]))
    written = value[:at] + separator + value[at:]
    assert canonical(scheme, None, written) == canonical(scheme, None, value)


@pytest.mark.parametrize("scheme", sorted(CHECKED))
@given(data=st.data())
def test_changed_digit_of_a_checked_scheme_is_barred(scheme: str, data: st.DataObject) -> None:
    value = CHECKED[scheme]
    digits = [at for at, each in enumerate(value) if each.isdigit()]
    at = data.draw(st.sampled_from(digits if scheme in EVERY_DIGIT else digits[-1:]))
    other = data.draw(st.sampled_from([each for each in string.digits if each != value[at]]))
    wrong = value[:at] + other + value[at + 1 :]
    assert canonical(scheme, None, wrong) == Canonical(
        scheme, None, wrong, IDENTIFIERS[scheme].strength, valid=False
    )


ISSUERS = st.sampled_from([None, "US", "US-CA", "RU", "GB", "DE", "FR", "NGI", "x", "MD5", "é", ""])
SHAPED = st.from_regex(r"[A-Za-z0-9 .|;:@/()\[\]%_-]{1,40}", fullmatch=True) | st.text(max_size=40)


@pytest.mark.parametrize("scheme", IDENTIFIERS)
@given(issuer=ISSUERS, value=SHAPED)
def test_what_is_valid_is_its_own_canonical_form(
    scheme: str, issuer: str | None, value: str
) -> None:
    once = canonical(scheme, issuer, value)
    if once.valid:
        assert canonical(scheme, once.issuer, once.value) == once
    else:
        assert (once.issuer, once.value) == (issuer, value)


@pytest.mark.parametrize("scheme", IDENTIFIERS)
@pytest.mark.parametrize("junk", ["1" * 1_000_000, "a." * 500_000, "\u0130" * 1_000_000])
def test_megabyte_of_junk_costs_no_work(scheme: str, junk: str) -> None:
    begun = process_time()
    forms = [canonical(scheme, *pair) for pair in ((None, junk), (junk, junk), (junk, "1234567"))]
    assert not any(form.valid for form in forms)
    assert scheme_named(junk) is None
    assert not near(forms[0], forms[0])
    assert process_time() - begun < 0.2


@pytest.mark.parametrize("scheme", IDENTIFIERS)
@pytest.mark.parametrize("unit", ["1", "A", "a.", "x@", "1.", "%", "-", "|", "\u0130", "\u4eac"])
def test_longest_admitted_value_is_parsed_at_once(scheme: str, unit: str) -> None:
    begun = process_time()
    canonical(scheme, "GB", (unit * 256)[:256])
    assert process_time() - begun < 0.5


@pytest.mark.parametrize(
    ("scheme", "value", "levels"),
    [
        ("hts", "8471300100", ("8471300100", "84713001", "847130")),
        ("hts", "847130", ("847130",)),
        ("eccn", "3A001.a.5", ("3A001.a.5", "3A001.a", "3A001")),
        ("usml", "XI(a)(3)", ("XI(a)(3)", "XI(a)", "XI")),
        ("imo", "9074729", ("9074729",)),
    ],
)
def test_commodities_are_compared_at_each_level_they_have(
    scheme: str, value: str, levels: tuple[str, ...]
) -> None:
    assert IDENTIFIERS[scheme].compared(value) == levels
