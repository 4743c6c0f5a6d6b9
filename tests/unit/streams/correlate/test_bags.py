"""Bags of words compared: streets, cities, employers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.correlate.bags import bag_of, compare_bags
from streams.correlate.names import CLOSE, CONFLICT, EXACT, PARTIAL

WORDS = ("14", "17", "high", "street", "st", "springfield", "springfeild", "north", "flat", "miami")
bags = st.lists(st.sampled_from(WORDS), max_size=5).map(bag_of)


@given(bags, bags)
def test_comparing_bags_is_symmetric(left: tuple, right: tuple) -> None:  # type: ignore[type-arg]
    assert compare_bags(left, right) == compare_bags(right, left)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("17 pinkerton street", "pinkerton st 17", EXACT),
        ("17 pinkerton street", "17 pinkertno street", CLOSE),
        ("17 pinkertonstreet", "17 pinkerton street", CLOSE),
        ("17 pinkerton street", "pinkerton street", PARTIAL),
        ("17 pinkerton street", "914 pinkerton street", CONFLICT),
        ("london", "paris", CONFLICT),
    ],
)
def test_streets_and_cities_compare(left: str, right: str, level: str) -> None:
    assert compare_bags(bag_of(left.split()), bag_of(right.split()))[0] == level


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    rare = compare_bags(bag_of(["pinkerton"]), bag_of(["pinkerton"]))
    common = compare_bags(bag_of(["street"]), bag_of(["street"]))
    assert rare[1] > common[1]
