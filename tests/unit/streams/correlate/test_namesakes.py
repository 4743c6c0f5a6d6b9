"""Companies and ships of one name, passports of one issuer: what is one and what only looks so."""

from typing import Any

import pytest

from streams.correlate.engine import Engine
from tests.support.households import apart, entity, one

STREET = {"line": "9 Kestrel Way", "city": "Rotterdam", "region": "", "postcode": "3011AD",
          "country": "NL"}  # fmt: skip


def company(full: str, address: dict[str, str] | None = None, **fields: Any) -> Any:
    addresses = [] if address is None else [STREET | address]
    return entity("organization", full=full, addresses=addresses, **fields)


def vessel(full: str, flag: str, **numbers: str) -> Any:
    identifiers = [
        {"scheme": name, "issuer": None, "value": each} for name, each in numbers.items()
    ]
    return entity("vessel", full=full, nationalities=[flag], identifiers=identifiers)


def bands(left: Any, right: Any) -> list[str]:
    engine = Engine()
    engine.add("a", left)
    engine.add("b", right)
    return [each.band for each in engine.links()]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Harbour Lights Trading Ltd", "Harbour Lights Trading Limited"),
        ("Harbour Lights Trading Ltd", "Harbor Lights Trading"),
        ("Zephyrion Shipping GmbH", "Zephyrion Shiping G.m.b.H."),
    ],
)
def test_one_company_in_two_offices_files_is_one(left: str, right: str) -> None:
    assert one(company(left, {}), company(right, {}))
    assert one(company(left, {}), company(right, {"line": "9, Kestrel Way"}))


def test_a_telling_name_in_one_city_is_one_company_at_two_addresses() -> None:
    moved = {"line": "44 Heron Quay", "postcode": "3012CC"}
    assert one(company("Zephyrion Quantlab BV", {}), company("Zephyrion Quantlab B.V.", moved))


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"line": "2 Mill Lane", "city": "Utrecht", "postcode": "3511AA"},
        {"line": "2 Mill Lane", "city": "Leeds", "postcode": "LS14AB", "country": "GB"},
        {"line": "", "city": "Leeds", "postcode": "", "country": "GB"},
    ],
)
@pytest.mark.parametrize("name", ["Zephyrion Quantlab", "Global Trading", "Atlas Freight"])
def test_companies_of_one_name_in_two_cities_are_two(name: str, elsewhere: dict[str, str]) -> None:
    assert apart(company(name, {}), company(name, elsewhere))


def test_companies_of_one_group_at_one_address_with_one_phone_are_themselves() -> None:
    phone = [{"scheme": "phone", "issuer": None, "value": "+31105550123"}]
    names = (
        "Zephyrion Energy BV",
        "Zephyrion Logistics BV",
        "Zephyrion Holding BV",
        "Marlin Foods BV",
    )
    assert apart(*(company(name, {}, identifiers=phone) for name in names))


def test_a_name_and_a_flag_make_no_ship_one_but_an_analyst_sees_them() -> None:
    assert apart(vessel("Sea Star", "PA"), vessel("Sea Star", "PA"))
    assert bands(vessel("Aurora Borealis", "PA"), vessel("Aurora Borealis", "PA")) == ["possible"]


def test_a_ship_is_its_number_whatever_it_is_called() -> None:
    one_ship, other = {"imo": "9074729"}, {"imo": "9321483"}
    assert one(vessel("Sea Star", "PA", **one_ship), vessel("Ocean Pearl", "LR", **one_ship))
    assert apart(vessel("Sea Star", "PA", **one_ship), vessel("Sea Star", "PA", **other))
    both = {"mmsi": "351234567"}
    assert apart(
        vessel("Sea Star", "PA", **one_ship, **both), vessel("Sea Star", "PA", **other, **both)
    )


def traveller(number: str, issuer: str = "FRA", **fields: Any) -> Any:
    passport = {"scheme": "passport", "issuer": issuer, "value": number}
    known = {"given": "Aurelie", "family": "Quenneville", "birth_date": "1983-04-19", "sex": "F",
             "nationalities": ["FR"], "birth_place": "Besancon",
             "identifiers": [passport]}  # fmt: skip
    return entity(**known | fields)


def test_unlike_passports_of_one_issuer_are_for_a_person_to_look_at() -> None:
    """A passport is renewed; until somebody looks, the two are two."""
    assert apart(traveller("19AC27341"), traveller("08KD55216"))
    assert bands(traveller("19AC27341"), traveller("08KD55216")) == ["possible"]


def test_a_slip_in_a_passport_number_and_another_issuer_are_no_conflict() -> None:
    assert one(traveller("19AC27341"), traveller("19AC27431"))
    assert one(traveller("19AC27341"), traveller("AB5512345", issuer="BEL"))
