"""Relatives share a home, a phone and a name, and stay themselves; one told twice is one."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.households import HOME, apart, entities, entity, one

FAMILY = (
    ("Samuel", "1951-02-17", "M"), ("Grace", "1954-10-03", "F"), ("Daniel", "1976-06-21", "M"),
    ("Danielle", "1978-08-30", "F"), ("Michael", "1981-01-12", "M"),
    ("Michelle", "1981-01-12", "F"), ("Ruth", "1985-12-05", "F"), ("Joseph", "1990-07-26", "M"),
)  # fmt: skip
FACTS = tuple(HOME)


def member(given_name: str, born: str | None, sex: str | None, **fields: Any) -> Any:
    known = HOME | {"birth_date": born, "sex": sex} | fields
    return entity(**{"given": given_name, "family": "Okonjo"} | known)


def test_a_family_of_eight_at_one_address_with_one_phone_is_eight_entities() -> None:
    records = {name: member(name, born, sex) for name, born, sex in FAMILY}
    assert entities(records) == [{name} for name in sorted(records)]


def test_a_family_of_eight_without_birth_dates_is_eight_entities() -> None:
    names = ("Samuel", "Grace", "Peter", "Ruth", "Joseph", "Abigail", "Victor", "Naomi")
    records = {name: member(name, None, None) for name in names}
    assert entities(records) == [{name} for name in sorted(records)]


def test_each_of_a_family_told_twice_with_a_slip_is_one_entity() -> None:
    slips = {"Samuel": "Samual", "Grace": "Grcae", "Daniel": "Daneil", "Joseph": "Josef"}
    for name, slip in slips.items():
        born, sex = next((born, sex) for each, born, sex in FAMILY if each == name)
        assert one(member(name, born, sex), member(slip, born, sex)), name
        assert one(member(name, born, sex), member(name, born[:-1] + "9", sex)), name


def test_one_person_told_twice_at_one_address_without_a_birth_date_is_one() -> None:
    assert one(member("Samuel", None, None), member("Samuel", None, None))


@pytest.mark.parametrize("fields", [{}, {"given": "Sam", "middle": "J"}])
def test_father_and_son_of_one_name_are_two(fields: dict[str, Any]) -> None:
    assert apart(member("Samuel", "1951-02-17", "M", **fields),
                 member("Samuel", "1978-11-02", "M", **fields))  # fmt: skip


def test_spouses_are_two_though_one_bears_a_name_before_marriage() -> None:
    assert apart(member("Grace", "1954-10-03", "F", family="Adeyemi"),
                 member("Samuel", "1951-02-17", "M"))  # fmt: skip


given_names = st.sampled_from(["Samuel", "Grace", "Peter", "Ruth", "Joseph", "Naomi", "Victor"])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(given_names, min_size=2, max_size=2, unique=True),
    st.lists(st.dates().map(str), min_size=2, max_size=2, unique_by=lambda day: day[:4]),
    st.sets(st.sampled_from(FACTS)),
    st.booleans(),
)
def test_no_fact_that_relatives_share_makes_siblings_one_person(
    names: list[str], born: list[str], shared: set[str], dated: bool
) -> None:
    """Other given names, and other birth dates where they are known."""
    facts = {name: HOME[name] for name in shared}
    siblings = [
        entity(given=name, family="Okonjo", birth_date=day if dated else None, **facts)
        for name, day in zip(names, born, strict=True)
    ]
    assert apart(*siblings)


def test_more_shared_facts_never_make_relatives_likelier_one() -> None:
    pairs = list(combinations(FAMILY[:5], 2))
    for facts in ({}, {"addresses": HOME["addresses"]}, HOME):
        for left, right in pairs:
            assert apart(*(entity(given=name, family="Okonjo", birth_date=born, sex=sex, **facts)
                           for name, born, sex in (left, right)))  # fmt: skip
