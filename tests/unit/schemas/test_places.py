"""Distances on the ellipsoid against published lines, and the largest place."""

from datetime import timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.event import PlaceTime
from schemas.places import (
    MAX_REACH_METRES,
    MAX_WINDOW,
    SPHERE_ERROR,
    Point,
    geodesic_metres,
    haversine_metres,
    is_too_large,
    touch,
)
from tests.support.events import build_place

points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("left", "right", "metres"),
    [
        ((40.6, -73.8), (51.6, -0.5), 5_551_759.400),  # Karney's JFK to LHR
        ((-37.95103342, 144.42486789), (-37.65282114, 143.92649553), 54_972.271),  # Vincenty's own
        ((0.0, 0.0), (1.0, 0.0), 110_574.389),
        ((0.0, 179.5), (0.0, -179.5), 111_319.491),
        ((90.0, 0.0), (89.0, 77.0), 111_693.865),
        ((90.0, 0.0), (90.0, 50.0), 0.0),
        ((12.3, 45.6), (12.3, 45.6), 0.0),
    ],
)
def test_geodesic_has_its_published_length(left: Point, right: Point, metres: float) -> None:
    assert geodesic_metres(left, right) == pytest.approx(metres, abs=0.001)
    assert touch(left, right, metres + 0.001)
    assert not touch(left, right, metres - 0.001)


@given(points, points)
def test_distance_is_symmetric_and_near_that_of_the_sphere(left: Point, right: Point) -> None:
    metres = geodesic_metres(left, right)
    assert metres == geodesic_metres(right, left)
    assert metres == pytest.approx(haversine_metres(left, right), rel=SPHERE_ERROR, abs=1e-6)
    assert touch(left, right, metres + 1)
    assert touch(left, right, metres / 2) is touch(right, left, metres / 2)


def test_largest_place_is_admitted_and_no_larger_one() -> None:
    place = build_place(radius_metres=MAX_REACH_METRES - 50)
    longest = {"ends_at": place["starts_at"] + MAX_WINDOW}
    longer = {"ends_at": place["starts_at"] + MAX_WINDOW + timedelta(microseconds=1)}
    assert not is_too_large(cast("PlaceTime", place | longest))
    assert is_too_large(cast("PlaceTime", place | longer))
    assert is_too_large(cast("PlaceTime", place | {"uncertainty_metres": 51}))
