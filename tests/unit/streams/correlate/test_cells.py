"""Space-time blocking: whatever overlaps by the rule shares a key, at whatever scales."""

from math import asin, atan2, ceil, cos, degrees, exp, log, radians, sin

import pytest
from h3.api import basic_int as h3
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from schemas.errors import ContractError, Reason
from schemas.places import (
    EARTH_RADIUS_METRES,
    MAX_REACH_METRES,
    MAX_WINDOW,
    Point,
    geodesic_metres,
)
from streams.correlate.blob import PLACE_TIME, Features, Posted, Window
from streams.correlate.cells import (
    FINER,
    LEVELS,
    MAX_CELLS,
    MAX_KEYS,
    MAX_SPANS,
    Level,
    PlaceKey,
    disc_cells,
    finer_keys,
    own_level,
    place_keys,
)
from streams.correlate.levels import judge

MINUTE = 60_000_000
LONGEST = MAX_WINDOW.days * 1440 * MINUTE
PENTAGONS = [h3.cell_to_latlng(c) for level in LEVELS for c in h3.get_pentagons(level.resolution)]


def logarithmic(least: int, most: int) -> st.SearchStrategy[int]:
    """Integers of every order of magnitude alike."""
    return st.floats(log(least), log(most)).map(lambda power: min(most, round(exp(power))))


globe = st.one_of(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.tuples(st.floats(-90, 90), st.sampled_from([180.0, -180.0, 179.9999, -179.9999])),
    st.tuples(st.sampled_from([90.0, -90.0, 89.9999, -89.99]), st.floats(-180, 180)),
    st.sampled_from(PENTAGONS),
)
radii = logarithmic(1, MAX_REACH_METRES)
lengths = logarithmic(MINUTE, LONGEST)
starts = st.integers(-(10**15), 4 * 10**15)


def walk(start: Point, bearing: float, metres: float) -> Point:
    """The point at a distance from `start` on the mean sphere."""
    phi, theta, arc = radians(start[0]), radians(bearing), metres / EARTH_RADIUS_METRES
    latitude = asin(max(-1.0, min(1.0, sin(phi) * cos(arc) + cos(phi) * sin(arc) * cos(theta))))
    east = atan2(sin(theta) * sin(arc) * cos(phi), cos(arc) - sin(phi) * sin(latitude))
    return degrees(latitude), (start[1] + degrees(east) + 540) % 360 - 180


def bearing_of(start: Point, end: Point) -> float:
    """The direction in which the great circle from `start` arrives at `end`."""
    phi, theta, east = radians(end[0]), radians(start[0]), radians(start[1] - end[1])
    north = cos(phi) * sin(theta) - sin(phi) * cos(theta) * cos(east)
    return degrees(atan2(sin(east) * cos(theta), north)) + 180


def overlap(left: Window, right: Window) -> bool:
    """What the comparator says."""
    ends = [
        Posted(name, Features(PLACE_TIME, window=window), (), {PLACE_TIME: 0})
        for name, window in (("a", left), ("b", right))
    ]
    return bool(judge(*ends)) and bool(judge(*reversed(ends)))


@st.composite
def pairs(draw: st.DrawFn, radii: st.SearchStrategy[int] = radii) -> tuple[Window, Window]:
    """Two operations that overlap, often by a hair."""
    near_one = st.floats(0.99, 1.006) | st.floats(0, 1)
    centre, one, other = draw(globe), draw(radii), draw(radii)
    away = walk(centre, draw(st.floats(0, 360)), (one + other) * draw(near_one))
    begins, lasts, other_lasts = draw(starts), draw(lengths), draw(lengths)
    later = begins + draw(st.sampled_from([lasts - 1, 1 - other_lasts, 0]))
    left = Window(centre[0], centre[1], one, begins, begins + lasts)
    right = Window(away[0], away[1], other, later, later + other_lasts)
    assume(overlap(left, right))
    return left, right


@settings(max_examples=600, deadline=None)
@given(pairs())
@example((Window(90.0, 0.0, 1, 0, MINUTE), Window(-81.0, 0.0, 1_000_000, -LONGEST + 1, 1)))
def test_operations_that_overlap_share_a_key(pair: tuple[Window, Window]) -> None:
    if overlap(*pair):
        assert set(place_keys(pair[0])) & set(place_keys(pair[1]))


@settings(max_examples=300, deadline=None)
@given(pairs(logarithmic(1, LEVELS[0].radius_metres)))
def test_keys_that_give_way_leave_the_pair_together(pair: tuple[Window, Window]) -> None:
    """With every key split that may be, whoever overlaps still shares one."""
    assume(all(own_level(each) == 0 for each in pair))
    instead = [
        {finer for key in place_keys(each) for finer in finer_keys(each, key) or ()}
        for each in pair
    ]
    assert instead[0] & instead[1]
    common = set(place_keys(pair[0])) & set(place_keys(pair[1]))
    left, right = (
        {finer for key in common for finer in finer_keys(each, key) or ()} for each in pair
    )
    assert left & right


@settings(max_examples=300, deadline=None)
@given(globe, radii, starts, lengths)
def test_cover_is_bounded_at_every_level(
    centre: Point, radius: int, begins: int, lasts: int
) -> None:
    window = Window(*centre, radius, begins, begins + lasts)
    keys = place_keys(window)
    level = LEVELS[own_level(window)]
    own = [key for key in keys if h3.get_resolution(key.cell) == level.resolution]
    assert len({key.cell for key in own}) <= MAX_CELLS
    assert len({key.span for key in own}) <= MAX_SPANS
    assert len(own) == len({key[:2] for key in own}) * level.shares
    assert len(set(keys)) == len(keys) <= MAX_KEYS
    coarser = LEVELS[own_level(window) + 1 :]
    assert len(keys) - len(own) <= 14 * len(coarser)


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: f"resolution {level.resolution}")
@settings(max_examples=100, deadline=None)
@given(centre=globe)
def test_largest_operation_of_a_level_keeps_to_its_cells(level: Level, centre: Point) -> None:
    resolution, span, _, radius, lasts = level
    window = Window(*centre, radius, span - 1, span - 1 + lasts)
    assert LEVELS[own_level(window)].resolution == resolution
    assert len(disc_cells(window, resolution)) <= MAX_CELLS
    assert len(place_keys(window)) <= MAX_KEYS


@settings(max_examples=300, deadline=None)
@given(globe, logarithmic(1, LEVELS[0].radius_metres), st.floats(0, 360), st.floats(0, 0.994))
def test_point_of_a_disc_is_in_its_cover_and_in_what_its_cell_gives_way_to(
    centre: Point, radius: int, bearing: float, share: float
) -> None:
    window = Window(*centre, radius, 5 * MINUTE, 6 * MINUTE)
    point = walk(centre, bearing, radius * share)
    for level in LEVELS:
        assert h3.latlng_to_cell(*point, level.resolution) in disc_cells(window, level.resolution)
    whole = PlaceKey(h3.latlng_to_cell(*point, LEVELS[0].resolution), 0, 0)
    finer = PlaceKey(h3.latlng_to_cell(*point, FINER.resolution), 0, 0)
    assert finer in (finer_keys(window, whole) or ())


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(LEVELS[1:]), st.floats(-15, 15), st.floats(-180, 180), st.integers(0, 5))
def test_cell_that_a_disc_touches_by_a_corner_is_in_its_cover(
    level: Level, latitude: float, longitude: float, corner: int
) -> None:
    """About the equator, north and south, a degree on the ellipsoid is shortest."""
    cell = h3.latlng_to_cell(latitude, longitude, level.resolution)
    middle, corners = h3.cell_to_latlng(cell), h3.cell_to_boundary(cell)
    radius = level.radius_metres
    touched = corners[corner % len(corners)]
    centre = walk(touched, bearing_of(middle, touched), radius)
    reach = ceil(geodesic_metres(centre, touched))
    assert cell in disc_cells(Window(*centre, reach, 0, MINUTE), level.resolution)


def test_small_operations_of_one_region_meet_at_few_shares_of_a_coarse_key() -> None:
    """Two hundred raids, one a day and ten kilometres apart, are no crowd at the coarsest key."""
    raids = [
        Window(25 + 0.1 * n, -80.0, 500, n * 1440 * MINUTE, (n * 1440 + 60) * MINUTE)
        for n in range(32)
    ]
    keys = [set(place_keys(raid)) for raid in raids]
    met = sum(bool(keys[i] & keys[j]) for i in range(32) for j in range(i))
    assert met < 32 * 31 / 2 / 4
    whole = set(place_keys(Window(26.5, -80.0, 400_000, 0, 32 * 1440 * MINUTE)))
    assert all(whole & each for each in keys)


def test_finer_keys_are_smaller_and_of_the_finest_level_only() -> None:
    raid = Window(25.76, -80.19, 1_000, 6 * 60 * MINUTE, 14 * 60 * MINUTE)
    for key in place_keys(raid):
        finer = finer_keys(raid, key)
        if h3.get_resolution(key.cell) != LEVELS[0].resolution:
            assert finer is None
            continue
        assert finer is not None
        assert {h3.get_resolution(each.cell) for each in finer} <= {FINER.resolution}
        hours = FINER.span_us, LEVELS[0].span_us
        assert all(each.span * hours[0] // hours[1] == key.span for each in finer)
    elsewhere = PlaceKey(h3.latlng_to_cell(48.1, 11.6, LEVELS[0].resolution), 0, 0)
    assert finer_keys(raid, elsewhere) == []


@pytest.mark.parametrize(("radius", "lasts"), [(MAX_REACH_METRES + 1, MINUTE), (1, LONGEST + 1)])
def test_larger_operations_are_refused(radius: int, lasts: int) -> None:
    with pytest.raises(ContractError) as refusal:
        place_keys(Window(0.0, 0.0, radius, 0, lasts))
    assert refusal.value.code == Reason.PLACE_TIME_TOO_LARGE
