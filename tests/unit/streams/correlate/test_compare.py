"""From event to verdict: features, keys and levels."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.event import Event
from schemas.fingerprint import attribute_fingerprint
from schemas.link import Evidence
from schemas.record import microseconds
from streams.correlate.features import decode, extract
from streams.correlate.weights import supports
from tests.support.entities import SAME, SECRET, UNNAMED, evidence, named, place, posted, reached
from tests.support.events import build_event, build_header, build_person, build_place

CANCELLED = "liaison.hsi.field.OperationCancelled"


def test_person_takes_at_most_200_bytes_and_posts_8_to_15_keys() -> None:
    person = posted(build_person())
    assert len(person.features) <= 200
    assert 8 <= len(person.keys) <= 15


def test_no_value_is_readable_in_a_key_and_another_secret_gives_other_keys() -> None:
    event = cast("Event", build_event())
    mine, others = extract(event, SECRET), extract(event, b"o" * 32)
    assert not {key for each in mine for key in each.keys} & {k for e in others for k in e.keys}


def test_withdrawal_posts_nothing_and_cancellation_no_place_time() -> None:
    withdrawn = build_event(header=build_header(operation="WITHDRAW"))
    cancelled = build_event(CANCELLED)
    assert extract(cast("Event", withdrawn), SECRET) == []
    assert {each.kind for each in extract(cast("Event", cancelled), SECRET)} == {"person"}


def test_fingerprints_are_those_of_the_attributes_as_published() -> None:
    entity = build_person()
    found = decode(posted(entity).features).attributes
    assert found == {
        attribute: attribute_fingerprint(SECRET, attribute, entity[field])
        for attribute, field in (
            ("name", "names"),
            ("birth_date", "birth_date"),
            ("sex", "sex"),
            ("nationality", "nationalities"),
            ("birth_place", "birth_place"),
            ("address", "addresses"),
        )
    }


def test_fingerprint_of_a_place_time_is_of_the_place_with_times_in_microseconds() -> None:
    published = build_place()
    times = {name: microseconds(published[name]) for name in ("starts_at", "ends_at")}
    expected = attribute_fingerprint(SECRET, "place_time", published | times)
    assert decode(place().features).attributes == {"place_time": expected}


def test_place_brings_what_its_finest_keys_give_way_to() -> None:
    """The lowest bit of a key says whether it may be split; only those that may bring others."""
    raid, region = place(), place(radius_metres=60_000)
    may_split = [key for key in raid.keys if not key & 1]
    assert [key for key, _ in raid.finer] == may_split
    assert may_split
    finer = {each for _, keys in raid.finer for each in keys}
    assert all(each & 1 for each in finer)
    assert not finer & set(raid.keys)
    assert region.finer == ()
    assert all(key & 1 for key in region.keys)


@pytest.mark.parametrize(
    ("identifier", "match_class"),
    [
        ({"scheme": "passport", "issuer": "RUS", "value": "71 2345678"}, "target"),
        ({"scheme": "phone", "issuer": None, "value": "+7 916 123-45-67"}, "shared_identifier"),
    ],
)
def test_one_valid_identifier_reaches_its_class_whatever_else_conflicts(
    identifier: dict[str, Any], match_class: str
) -> None:
    left = posted(build_person())
    right = posted(
        build_person("o7", **(UNNAMED | {"kind": "organization", "identifiers": [identifier]}))
    )
    [support] = supports(evidence(left, right))
    assert (support.match_class, support.band) == (match_class, "confirmed")
    assert support.evidence[0].left_fingerprint == support.evidence[0].right_fingerprint
    assert support.evidence[0].right_path == "entities[o7].identifiers[0]"
    assert set(left.keys) & set(right.keys)


def test_identifier_with_a_wrong_check_digit_neither_blocks_nor_matches() -> None:
    ship = {"scheme": "imo", "issuer": None, "value": "9074720"}
    left, right = (
        posted(build_person(**(UNNAMED | {"kind": "vessel", "names": [], "identifiers": [ship]})))
        for _ in range(2)
    )
    assert left.keys == right.keys == ()
    assert evidence(left, right) == ()


def test_each_identifier_is_a_support_of_its_own() -> None:
    found = supports(evidence(posted(build_person()), posted(build_person())))
    exact = [each for each in found if each.band == "confirmed"]
    assert [each.match_class for each in exact].count("target") == 1
    assert [each.match_class for each in exact].count("shared_identifier") == 1
    assert all(len(each.evidence) == 1 for each in exact)


@pytest.mark.parametrize(
    ("left", "right", "band"),
    [
        (("SALEK, ABDULHAI", SAME), ("Abdulhai Salek", SAME), "probable"),
        (("Sadddam Hussein al-Tikriti", SAME), ("Saddam Hussein al-Tikriti", SAME), "probable"),
        (("Karim Noorzai", {}), ("Karim Noorzai", {}), "possible"),
        (("Mohammed Ali", SAME), ("Mohammed Ali", SAME | {"birth_date": "1991-07-09"}), None),
        (("Omar Sabawi Tikriti", SAME), ("Bashar Sabawi Tikriti", {}), None),
        (("John Smith", SAME), ("Maria Gonzalez", SAME), None),
    ],
)
def test_names_with_other_attributes_reach_the_band_they_deserve(
    left: tuple[str, dict[str, Any]], right: tuple[str, dict[str, Any]], band: str | None
) -> None:
    expected = {("fuzzy", band)} if band else set()
    assert reached(named(left[0], **left[1]), named(right[0], **right[1])) == expected


def test_a_birth_year_far_off_takes_a_match_below_the_threshold() -> None:
    one = named("Karim Noorzai", **SAME)
    other = named("Karim Noorzai", **(SAME | {"birth_date": "1941-11-30"}))
    assert ("fuzzy", "probable") not in reached(one, other)


def test_operations_overlap_by_distance_and_by_time() -> None:
    here = place()
    beside = place(longitude_microdegrees=-80_191_788 + 6_900)
    apart = place(longitude_microdegrees=-80_191_788 + 7_200)
    after = place(
        starts_at=build_place()["ends_at"], ends_at=build_place()["ends_at"] + timedelta(hours=1)
    )
    assert reached(here, beside) == {("space_time", "confirmed")}
    assert set(here.keys) & set(beside.keys)
    assert evidence(here, apart) == evidence(here, after) == evidence(after, here) == ()


def test_a_person_is_not_compared_with_a_place() -> None:
    assert evidence(posted(build_person()), place()) == ()


def mirrored(found: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(
        replace(
            each,
            left_fingerprint=each.right_fingerprint,
            right_fingerprint=each.left_fingerprint,
            left_path=each.right_path,
            right_path=each.left_path,
        )
        for each in found
    )


people = st.fixed_dictionaries(
    {
        "names": st.lists(
            st.fixed_dictionaries(
                {
                    "full": st.sampled_from(
                        ["Omar Sabawi", "Umar Sabawy", "Abd al-Rahman", "Abdal Rahman", "Li", ""]
                    ),
                    "given": st.sampled_from(["Jon", "John"]),
                    "middle": st.just(""),
                    "family": st.sampled_from(["Smith", "Смит"]),
                    "alias": st.booleans(),
                }
            ),
            max_size=3,
        ),
        "birth_date": st.sampled_from([None, "1970", "1970-05", "1970-05-04", "1970-04-05"]),
        "sex": st.sampled_from([None, "M", "F"]),
        "nationalities": st.lists(st.sampled_from(["AF", "RU"]), max_size=2),
        "birth_place": st.sampled_from([None, "Kabul", "Kandahar City, Afghanistan"]),
        "kind": st.sampled_from(["person", "organization", "vessel"]),
    }
)


@settings(max_examples=200, deadline=None)
@given(people, people)
def test_comparing_is_symmetric_and_what_reaches_a_class_shares_a_key(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    left, right = posted(build_person("p1", **one)), posted(build_person("p2", **other))
    found = evidence(left, right)
    assert mirrored(found) == evidence(right, left)
    assert {(each.match_class, each.band, each.bits) for each in supports(found)} == {
        (each.match_class, each.band, each.bits) for each in supports(mirrored(found))
    }
    if any(each.band == "confirmed" for each in supports(found)):
        assert set(left.keys) & set(right.keys)


@settings(max_examples=100, deadline=None)
@given(people, people)
def test_nothing_below_the_floor_travels(one: dict[str, Any], other: dict[str, Any]) -> None:
    found = evidence(posted(build_person(**one)), posted(build_person(**other)))
    assert bool(found) == bool(supports(found))
