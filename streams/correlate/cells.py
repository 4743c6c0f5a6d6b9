"""Space-time blocking: the H3 cells and UTC days that a planned operation can touch.

Two discs that overlap share a point; that point lies in one cell, and both covers hold every cell
that touches their disc. Two windows that overlap share an instant, so a day. Hence two operations
that overlap by the rule of `levels` always share a (cell, day) key.
"""

from collections.abc import Iterator
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import Final

from h3.api import basic_int as h3

from schemas.errors import ContractError, Reason

RESOLUTION: Final = 5
"""Hexagons of about 250 km²: one or two cells for a raid, 19 at most for the largest disc."""
MAX_RADIUS_METRES: Final = 20_000
MAX_WINDOW_MICROSECONDS: Final = 7 * 86_400_000_000
DAY_MICROSECONDS: Final = 86_400_000_000
EARTH_RADIUS_METRES: Final = 6_371_008.8
"""Mean radius of WGS84 (IUGG R1)."""
_SLACK_METRES: Final = 1.0
_CACHE_CELLS: Final = 65_536


def haversine_metres(left: tuple[float, float], right: tuple[float, float]) -> float:
    """Great-circle distance of two (latitude, longitude) in degrees, on the mean sphere."""
    phi, theta = radians(left[0]), radians(right[0])
    half_chord = (
        sin((theta - phi) / 2) ** 2
        + cos(phi) * cos(theta) * sin(radians(right[1] - left[1]) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * asin(min(1.0, sqrt(half_chord)))


@lru_cache(_CACHE_CELLS)
def _cell(cell: int) -> tuple[tuple[float, float], float, tuple[int, ...]]:
    """Centre, radius in metres of the circle about the centre that holds the cell, neighbours."""
    centre = h3.cell_to_latlng(cell)
    reach = max(haversine_metres(centre, corner) for corner in h3.cell_to_boundary(cell))
    return centre, reach, tuple(h3.grid_disk(cell, 1))


def disc_cells(latitude: float, longitude: float, radius_metres: float) -> set[int]:
    """Every cell that intersects a disc, and perhaps a few that only come near it.

    The cells that meet a disc are connected, so a walk over neighbours from the cell of its centre
    that never leaves the cells in reach finds them all, at the poles and pentagons too.
    """
    start = h3.latlng_to_cell(latitude, longitude, RESOLUTION)
    cover, frontier = {start}, [start]
    while frontier:
        for neighbour in _cell(frontier.pop())[2]:
            if neighbour in cover:
                continue
            centre, reach, _ = _cell(neighbour)
            distance = haversine_metres((latitude, longitude), centre)
            if distance <= radius_metres + reach + _SLACK_METRES:
                cover.add(neighbour)
                frontier.append(neighbour)
    return cover


def check_extent(radius_metres: int, starts_us: int, ends_us: int) -> None:
    """Refuse what would need an unbounded cover.

    Raises:
        ContractError: PLACE_TIME_TOO_LARGE; radius with uncertainty over 20 km, or over 7 days.
    """
    if radius_metres > MAX_RADIUS_METRES or ends_us - starts_us > MAX_WINDOW_MICROSECONDS:
        raise ContractError(Reason.PLACE_TIME_TOO_LARGE, "over 20 km or 7 days")


def cell_days(
    place: tuple[float, float], radius_metres: int, starts_us: int, ends_us: int
) -> Iterator[tuple[int, int]]:
    """All (cell, UTC day since 1970) of a disc over a window; times in µs since 1970.

    Raises:
        ContractError: see `check_extent`.
    """
    check_extent(radius_metres, starts_us, ends_us)
    days = range(starts_us // DAY_MICROSECONDS, ends_us // DAY_MICROSECONDS + 1)
    for cell in disc_cells(*place, radius_metres):
        for day in days:
            yield cell, day
