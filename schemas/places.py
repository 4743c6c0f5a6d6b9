"""Places on the Earth: how far apart they are, and how large one may be.

A place is a point of WGS84 and a radius about it, to which its uncertainty is added. Two places
touch when the geodesic between their points is no longer than both radii. Producers, streams and
the truth of the rehearsal use this one definition.
"""

from datetime import timedelta
from math import asin, atan2, cos, radians, sin, sqrt
from typing import Final

from schemas.event import PlaceTime

MAX_REACH_METRES: Final = 1_000_000
"""Radius and uncertainty together: an operation of several states or a stretch of high sea."""
MAX_WINDOW: Final = timedelta(days=92)
"""The longest operation, a quarter of a year; a longer one is published again in parts."""

EARTH_RADIUS_METRES: Final = 6_371_008.8
"""Mean radius of WGS84 (IUGG R1)."""
SPHERE_ERROR: Final = 0.006
"""A length on the mean sphere and one on the ellipsoid differ by less than this share: curvature
radii of WGS84 lie between 6,335,439 m and 6,399,594 m."""

_EQUATORIAL_METRES: Final = 6_378_137.0
_FLATTENING: Final = 1 / 298.257223563
_POLAR_METRES: Final = _EQUATORIAL_METRES * (1 - _FLATTENING)
_CONVERGED_RADIANS: Final = 1e-12
_MOST_ROUNDS: Final = 50

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def is_too_large(place: PlaceTime) -> bool:
    """Return whether a place-time exceeds the largest extent or the longest window."""
    reach = place["radius_metres"] + place["uncertainty_metres"]
    return reach > MAX_REACH_METRES or place["ends_at"] - place["starts_at"] > MAX_WINDOW


def haversine_metres(left: Point, right: Point) -> float:
    """Great-circle distance on the mean sphere; within `SPHERE_ERROR` of the geodesic."""
    phi, theta = radians(left[0]), radians(right[0])
    half_chord = (
        sin((theta - phi) / 2) ** 2
        + cos(phi) * cos(theta) * sin(radians(right[1] - left[1]) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * asin(min(1.0, sqrt(half_chord)))


def touch(left: Point, right: Point, metres: float) -> bool:
    """Return whether two points are at most so far apart on the ellipsoid; symmetric."""
    roughly = haversine_metres(left, right)
    if roughly > metres * (1 + SPHERE_ERROR):
        return False
    return roughly < metres * (1 - SPHERE_ERROR) or geodesic_metres(left, right) <= metres


def geodesic_metres(left: Point, right: Point) -> float:
    """Length of the geodesic on WGS84 to a millimetre (Vincenty, Survey Review 23, 1975).

    Symmetric. Points nearly opposite on the globe, where the series does not converge, are given
    their distance on the sphere.
    """
    (phi, start), (theta, end) = sorted((left, right))
    sin_1, cos_1 = _reduced(phi)
    sin_2, cos_2 = _reduced(theta)
    difference = radians((end - start + 540) % 360 - 180)
    longitude = difference
    for _ in range(_MOST_ROUNDS):
        east = cos_2 * sin(longitude)
        north = cos_1 * sin_2 - sin_1 * cos_2 * cos(longitude)
        sin_arc = sqrt(east * east + north * north)
        if not sin_arc:
            return 0.0
        cos_arc = sin_1 * sin_2 + cos_1 * cos_2 * cos(longitude)
        arc = atan2(sin_arc, cos_arc)
        azimuth = cos_1 * cos_2 * sin(longitude) / sin_arc
        squared = 1 - azimuth * azimuth
        middle = cos_arc - 2 * sin_1 * sin_2 / squared if squared > _CONVERGED_RADIANS else 0.0
        c = _FLATTENING / 16 * squared * (4 + _FLATTENING * (4 - 3 * squared))
        bend = middle + c * cos_arc * (2 * middle * middle - 1)
        before = longitude
        longitude = difference + (1 - c) * _FLATTENING * azimuth * (arc + c * sin_arc * bend)
        if abs(longitude - before) < _CONVERGED_RADIANS:
            return _length(squared, arc, middle)
    return haversine_metres(left, right)


def _reduced(latitude: float) -> tuple[float, float]:
    """Sine and cosine of the latitude reduced to the auxiliary sphere."""
    phi = radians(latitude)
    reduced = atan2((1 - _FLATTENING) * sin(phi), cos(phi))
    return sin(reduced), cos(reduced)


def _length(squared: float, arc: float, middle: float) -> float:
    """Metres of an arc of the auxiliary sphere; `squared` is the cosine of its azimuth, squared."""
    u = squared * ((_EQUATORIAL_METRES / _POLAR_METRES) ** 2 - 1)
    a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    outer = cos(arc) * (2 * middle**2 - 1)
    inner = b / 6 * middle * (4 * sin(arc) ** 2 - 3) * (4 * middle**2 - 3)
    return _POLAR_METRES * a * (arc - b * sin(arc) * (middle + b / 4 * (outer - inner)))
