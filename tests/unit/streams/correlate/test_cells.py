"""Space-time blocking: whatever overlaps by the rule shares a key."""

from itertools import product
from math import asin, atan2, cos, degrees, radians, sin

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.errors import ContractError, Reason
from streams.correlate.cells import (
    DAY_MICROSECONDS,
    EARTH_RADIUS_METRES,
    MAX_RADIUS_METRES,
    MAX_WINDOW_MICROSECONDS,
    cell_days,
    disc_cells,
    haversine_metres,
)

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
radii = st.integers(0, MAX_RADIUS_METRES)
bearings = st.floats(0, 360)
moments = st.integers(0, 20_000 * DAY_MICROSECONDS)
lengths = st.integers(1, MAX_WINDOW_MICROSECONDS)


def walk(start: tuple[float, float], bearing: float, metres: float) -> tuple[float, float]:
    """The point at a distance from `start` on the mean sphere."""
    phi, theta, arc = radians(start[0]), radians(bearing), metres / EARTH_RADIUS_METRES
    latitude = asin(sin(phi) * cos(arc) + cos(phi) * sin(arc) * cos(theta))
    east = atan2(sin(theta) * sin(arc) * cos(phi), cos(arc) - sin(phi) * sin(latitude))
    return degrees(latitude), (start[1] + degrees(east) + 540) % 360 - 180


@settings(max_examples=300, deadline=None)
@given(st.tuples(latitudes, longitudes), radii, radii, bearings, st.floats(0, 0.9999))
@example((90.0, 0.0), 20_000, 20_000, 0.0, 0.9999)
@example((0.0, 179.999), 20_000, 1, 90.0, 0.9999)
@example((64.7, 10.53619907), 20_000, 20_000, 45.0, 0.9999)
def test_discs_that_overlap_share_a_cell(
    centre: tuple[float, float], one: int, other: int, bearing: float, share: float
) -> None:
    away = walk(centre, bearing, (one + other) * share)
    assert haversine_metres(centre, away) <= one + other + 1e-3
    assert disc_cells(*centre, one) & disc_cells(*away, other)


@settings(max_examples=150, deadline=None)
@given(latitudes, longitudes, radii, bearings, st.floats(0, 1))
def test_cover_holds_the_cell_of_every_point_of_the_disc(
    latitude: float, longitude: float, radius: int, bearing: float, share: float
) -> None:
    point = walk((latitude, longitude), bearing, radius * share)
    assert disc_cells(*point, 0.0) & disc_cells(latitude, longitude, radius)


@given(moments, lengths, moments, lengths)
def test_windows_that_overlap_share_a_day(
    start: int, length: int, other_start: int, other_length: int
) -> None:
    end, other_end = start + length, other_start % 86_400_000_000 + start + other_length
    other_start = other_start % 86_400_000_000 + start
    if start < other_end and other_start < end:
        days = {day for _, day in cell_days((1.0, 2.0), 0, start, end)}
        others = {day for _, day in cell_days((1.0, 2.0), 0, other_start, other_end)}
        assert days & others


@settings(max_examples=100, deadline=None)
@given(latitudes, longitudes)
def test_largest_operation_has_a_bounded_cover(latitude: float, longitude: float) -> None:
    assert len(disc_cells(latitude, longitude, MAX_RADIUS_METRES)) <= 24


@pytest.mark.parametrize(
    ("radius", "length"),
    [(MAX_RADIUS_METRES + 1, 1), (0, MAX_WINDOW_MICROSECONDS + 1)],
)
def test_larger_operations_are_refused(radius: int, length: int) -> None:
    with pytest.raises(ContractError) as refusal:
        list(cell_days((0.0, 0.0), radius, 0, length))
    assert refusal.value.code == Reason.PLACE_TIME_TOO_LARGE


def test_largest_admitted_operation_is_covered() -> None:
    keys = set(cell_days((0.0, 0.0), MAX_RADIUS_METRES, 0, MAX_WINDOW_MICROSECONDS))
    cells, days = {cell for cell, _ in keys}, {day for _, day in keys}
    assert keys == set(product(cells, days))
    assert days == set(range(8))
