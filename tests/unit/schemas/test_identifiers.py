"""Identifier schemes against vectors of the standards that define them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.countries import ALPHA_2, ALPHA_3
from schemas.identifiers import FIELDS, IDENTIFIERS, Canonical, Strength, canonical
from schemas.identifiers.keccak import keccak_256

# (scheme, issuer, value as published, canonical issuer, canonical value)
VALID = [
    ("passport", "UTO", "L898902C3", None, None),  # ICAO 9303's fictitious state issues nothing
    ("passport", "RUS", "71 2345678", "RUS", "712345678"),
    ("passport", "ru", "71-2345678", "RUS", "712345678"),
    ("passport", "D", "C01X00T47", "DEU", "C01X00T47"),
    ("passport", "GBR", "L898902<<", "GBR", "L898902"),
    ("passport", "UNO", "U1234567", "UNO", "U1234567"),
    ("passport", None, "712345678", None, None),
    ("passport", "XX", "712345678", None, None),
    ("national_id", "PAK", "35202-1234567-1", "PAK", "3520212345671"),
    ("national_id", None, "3520212345671", None, None),
    ("a_number", None, "A12 345 678", None, "A012345678"),
    ("a_number", "USA", "a-098-765-432", None, "A098765432"),
    ("a_number", None, "123456", None, None),
    ("sevis", None, "n0012345678", None, "N0012345678"),
    ("sevis", None, "N001234567", None, None),
    ("phone", None, "+1 (202) 555-0123", None, "+12025550123"),
    ("phone", "US", "202-555-0123", None, "+12025550123"),
    ("phone", "GB", "020 7946 0958", None, "+442079460958"),
    ("phone", None, "202-555-0123", None, None),
    ("phone", None, "+999 123", None, None),
    ("phone", None, "call me", None, None),
    ("email", None, " Jane.Doe+x@Example.ORG ", None, "jane.doe+x@example.org"),
    ("email", None, "mailto:jane@example.org", None, "jane@example.org"),
    ("email", None, "jane@localhost", None, None),
    ("email", None, "a@b@example.org", None, None),
    # ISO 13616 registry examples
    ("iban", None, "GB29 NWBK 6016 1331 9268 19", None, "GB29NWBK60161331926819"),
    ("iban", None, "de89370400440532013000", None, "DE89370400440532013000"),
    ("iban", None, "GB29 NWBK 6016 1331 9268 18", None, None),
    ("account", "chasus33", "12-3456789", "CHASUS33", "123456789"),
    ("account", None, "123456789", None, None),
    # EIP-55's own examples
    (
        "wallet",
        None,
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        None,
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
    ),
    (
        "wallet",
        None,
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        None,
        "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359",
    ),
    (
        "wallet",
        None,
        "0x52908400098527886E0F7030069857D2E4169EE7",
        None,
        "0x52908400098527886e0f7030069857d2e4169ee7",
    ),
    ("wallet", None, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", None, None),
    # Bitcoin's first address, then one with a changed digit
    (
        "wallet",
        None,
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        None,
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    ),
    ("wallet", None, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", None, None),
    # BIP 173 and BIP 350
    (
        "wallet",
        None,
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        None,
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    ),
    (
        "wallet",
        None,
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        None,
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ),
    (
        "wallet",
        None,
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        None,
        None,
    ),
    ("wallet", None, "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", None, None),
    ("wallet", None, "bc1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", None, None),
    ("wallet", None, "bc1gmk9yu", None, None),
    ("wallet", None, "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", None, None),
    ("container", None, "CSQU 305438-3", None, "CSQU3054383"),  # ISO 6346's example
    ("container", None, "CSQU3054384", None, None),
    ("imo", None, "IMO 9074729", None, "9074729"),
    ("imo", None, "9074728", None, None),
    ("vin", None, "1M8GDM9AXKP042788", None, "1M8GDM9AXKP042788"),  # 49 CFR 565's worked example
    ("vin", None, "1M8GDM9A1KP042788", None, None),
    ("vin", None, "11111111111111111", None, "11111111111111111"),
    ("vin", None, "WVWZZZ1JZXW000001", None, "WVWZZZ1JZXW000001"),  # no check digit in Europe
    ("vin", None, "WVWZZZ1JZXW00000I", None, None),
    ("lei", None, "213800KUD8LAJWSQ9D15", None, "213800KUD8LAJWSQ9D15"),
    ("lei", None, "213800KUD8LXJWSQ9D15", None, None),
    ("eccn", None, "3a001.A.5", None, "3A001.a.5"),
    ("eccn", None, "ear99", None, "EAR99"),
    ("eccn", None, "3F001", None, None),
    ("bill_of_lading", "MAEU", "123456789", None, "MAEU123456789"),
    ("bill_of_lading", None, "maeu 123456789", None, "MAEU123456789"),
    ("bill_of_lading", "MAEU", "MAEU123456789", None, "MAEU123456789"),
    ("bill_of_lading", None, "123456789", None, None),
    ("itn", None, "X20240229 123456", None, "X20240229123456"),
    ("itn", None, "X20230229123456", None, None),
]


@pytest.mark.parametrize(("scheme", "issuer", "value", "state", "expected"), VALID)
def test_published_value_has_its_canonical_form(
    scheme: str, issuer: str | None, value: str, state: str | None, expected: str | None
) -> None:
    strength = IDENTIFIERS[scheme].strength
    if expected is None:
        assert canonical(scheme, issuer, value) == (scheme, issuer, value, strength, False)
    else:
        assert canonical(scheme, issuer, value) == (scheme, state, expected, strength, True)


@pytest.mark.parametrize("scheme", IDENTIFIERS)
@given(issuer=st.none() | st.text(max_size=8), value=st.text(max_size=70))
def test_no_text_makes_a_parser_raise(scheme: str, issuer: str | None, value: str) -> None:
    first = canonical(scheme, issuer, value)
    if not first.valid:
        assert (first.issuer, first.value) == (issuer, value)


@pytest.mark.parametrize(
    ("scheme", "issuer", "value"), [row[:3] for row in VALID if row[4] is not None]
)
def test_canonical_form_is_its_own(scheme: str, issuer: str | None, value: str) -> None:
    once = canonical(scheme, issuer, value)
    assert canonical(scheme, once.issuer, once.value) == once


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("imo", "9074729"),
        ("container", "CSQU3054383"),
        ("lei", "213800KUD8LAJWSQ9D15"),
        ("iban", "GB29NWBK60161331926819"),
        ("vin", "1M8GDM9AXKP042788"),
    ],
)
def test_each_other_check_digit_is_wrong(scheme: str, value: str) -> None:
    at = {"iban": 3, "vin": 8}.get(scheme, len(value) - 1)
    others = {value[:at] + digit + value[at + 1 :] for digit in "0123456789"} - {value}
    assert not [each for each in others if canonical(scheme, None, each).valid]


def test_unknown_scheme_and_overlong_value_are_kept_but_never_match() -> None:
    assert canonical("tattoo", None, "x") == Canonical(
        "tattoo", None, "x", Strength.WEAK, valid=False
    )
    assert canonical("eccn", None, "3A001" + ".a" * 125).valid
    assert not canonical("eccn", None, "3A001" + ".a" * 126).valid


def test_schemes_are_those_of_the_contract_with_their_classes() -> None:
    by_strength: dict[Strength, set[str]] = {}
    for name, scheme in IDENTIFIERS.items():
        assert scheme.name == name
        assert scheme.field in FIELDS
        by_strength.setdefault(scheme.strength, set()).add(name)
    assert by_strength == {
        Strength.STRONG: {
            *("passport", "national_id", "visa", "driver_licence", "a_number", "sevis", "ssn"),
            *("biometric", "lei", "tax_id", "vat", "inn", "ogrn", "company_number", "duns"),
            *("sanctions", "imo", "vin", "tail_number", "icao_24", "firearm"),
        },
        Strength.SHARED: {
            *("phone", "email", "imei", "imsi", "ip", "domain", "url", "social", "file_hash"),
            *("iban", "account", "wallet", "trademark", "recordation", "mmsi", "plate"),
            *("container", "bill_of_lading", "itn", "exhibit"),
        },
        Strength.WEAK: {"eccn", "usml", "hts", "bic", "routing_number"},
    }
    assert [each.match_class for each in Strength] == ["target", "shared_identifier", None]


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (b"\xcc", "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a"),
    ],
)
def test_keccak_gives_the_published_digests(message: bytes, digest: str) -> None:
    assert keccak_256(message).hex() == digest


def test_country_table_is_one_to_one() -> None:
    assert len(ALPHA_3) == len(ALPHA_2) == 249
    assert ALPHA_3["GB"] == "GBR"
    assert ALPHA_2["RUS"] == "RU"
