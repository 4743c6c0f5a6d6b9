"""Space-time blocking: the H3 cells and spans of time that a planned operation can touch.

There is a ladder of levels, from cells of a district and half days up to parts of continents and
months. An operation's own level is the finest at which its radius and window cost few cells and
spans. It stands at its own level and at each coarser one, so that large meets small: of two
operations the larger one's own level is one at which both stand. Covers are computed from geometry
at each level, because an H3 cell does not contain its children.

Why two that overlap always share a key: discs that touch share a point, and windows that overlap
an instant. At the level at which both stand the point lies in one cell, the instant in one span;
both covers hold every cell that meets their disc and every span that meets their window.

On a coarse level hundreds of small operations would meet each other for nothing. So each of its
keys is dealt in shares: the larger operation stands at all of them, the smaller at one. Those of
the finest level, where nobody is smaller, can give way to finer cells and spans (`finer_keys`).
"""

from datetime import timedelta
from functools import lru_cache
from struct import pack
from typing import Final, NamedTuple
from zlib import crc32

from h3.api import basic_int as h3

from schemas.errors import ContractError, Reason
from schemas.places import MAX_REACH_METRES, MAX_WINDOW, SPHERE_ERROR, Point, haversine_metres

from .blob import Window

_MICROSECOND: Final = timedelta(microseconds=1)
_HOUR: Final = timedelta(hours=1) // _MICROSECOND
_SLACK_METRES: Final = 1.0
_CACHE_CELLS: Final = 65_536

MAX_CELLS: Final = 19
MAX_SPANS: Final = 4
"""Bounds on what an operation costs at its own level."""
MAX_KEYS: Final = 1_280
"""Bound on all keys of one operation; most have ten."""


class Level(NamedTuple):
    """One rung; `radius_metres` and `window_us` bound the operations whose own level it is."""

    resolution: int
    span_us: int
    shares: int
    radius_metres: int
    window_us: int


LEVELS: Final = (
    Level(7, 12 * _HOUR, 1, 2_600, 24 * _HOUR),
    Level(4, 48 * _HOUR, 4, 50_000, 96 * _HOUR),
    Level(2, 192 * _HOUR, 16, 300_000, 384 * _HOUR),
    Level(0, 768 * _HOUR, 32, MAX_REACH_METRES, MAX_WINDOW // _MICROSECOND),
)
"""Finest first: cells of about 5, 1,800, 87,000 and 4,400,000 km²."""
FINER: Final = Level(8, 4 * _HOUR, 1, 0, 0)
"""What the finest level's keys give way to; nobody's own level."""


class PlaceKey(NamedTuple):
    """A cell, which tells its level, a span of time counted from 1970, and a share of both."""

    cell: int
    span: int
    share: int


def own_level(window: Window) -> int:
    """Return the index in `LEVELS` of an operation's own level.

    Raises:
        ContractError: PLACE_TIME_TOO_LARGE; larger than `schemas.places` admits.
    """
    for index, level in enumerate(LEVELS):
        lasts = window.ends_us - window.starts_us
        if window.radius_metres <= level.radius_metres and lasts <= level.window_us:
            return index
    raise ContractError(Reason.PLACE_TIME_TOO_LARGE, "no level covers it")


def place_keys(window: Window) -> list[PlaceKey]:
    """Return all keys of an operation, its own level's first.

    Raises:
        ContractError: see `own_level`.
    """
    own = own_level(window)
    keys = []
    for level in LEVELS[own:]:
        shares = range(level.shares) if level is LEVELS[own] else (_share(window, level),)
        cells = disc_cells(window, level.resolution)
        spans = _spans(window, level.span_us)
        keys += [PlaceKey(c, span, share) for c in cells for span in spans for share in shares]
    return keys


def finer_keys(window: Window, key: PlaceKey) -> list[PlaceKey] | None:
    """Return the keys that stand in for one of an operation's keys; None for one that must stay.

    Two operations that overlap in the cell and span of `key` overlap in a finer cell and span that
    meets them, so that they share one of the keys returned for either.
    """
    finest = LEVELS[0]
    if h3.get_resolution(key.cell) != finest.resolution:
        return None
    within = _cells_within(key.cell)
    spans = range(
        max(window.starts_us, key.span * finest.span_us) // FINER.span_us,
        min(window.ends_us, (key.span + 1) * finest.span_us - 1) // FINER.span_us + 1,
    )
    return [
        PlaceKey(cell, span, 0)
        for cell in disc_cells(window, FINER.resolution)
        if cell in within
        for span in spans
    ]


@lru_cache(256)
def disc_cells(window: Window, resolution: int) -> tuple[int, ...]:
    """Return every cell that meets a disc, and perhaps a few that only come near it.

    The cells that meet a disc are connected, so a walk over neighbours from the cell of its centre
    that never leaves the cells in reach finds them all, at the poles and pentagons too.
    """
    centre = window.latitude, window.longitude
    start = h3.latlng_to_cell(*centre, resolution)
    cover, seen = [start], {start}
    for cell in cover:
        for neighbour in _cell(cell)[2]:
            if neighbour not in seen:
                seen.add(neighbour)
                if _near(centre, neighbour, window.radius_metres):
                    cover.append(neighbour)
    return tuple(cover)


def _near(point: Point, cell: int, metres: float) -> bool:
    """Whether a cell can come within a distance on the ellipsoid of a point."""
    centre, reach, _ = _cell(cell)
    farthest = metres * (1 + SPHERE_ERROR) + reach + _SLACK_METRES
    return haversine_metres(point, centre) <= farthest


@lru_cache(_CACHE_CELLS)
def _cells_within(cell: int) -> frozenset[int]:
    """Every finer cell that meets a cell: a child of its own, or one that sticks out of another."""
    centre, reach, neighbours = _cell(cell)
    children = (c for n in neighbours for c in h3.cell_to_children(n, FINER.resolution))
    return frozenset(child for child in children if _near(centre, child, reach))


@lru_cache(_CACHE_CELLS)
def _cell(cell: int) -> tuple[Point, float, tuple[int, ...]]:
    """Centre, radius in metres of the circle about the centre that holds the cell, neighbours."""
    centre = h3.cell_to_latlng(cell)
    reach = max(haversine_metres(centre, corner) for corner in h3.cell_to_boundary(cell))
    return centre, reach, tuple(h3.grid_disk(cell, 1))


def _spans(window: Window, span_us: int) -> range:
    return range(window.starts_us // span_us, window.ends_us // span_us + 1)


def _share(window: Window, level: Level) -> int:
    """Any even deal will do; what is planned for one place and hour gets one share."""
    place = round(window.latitude * 1e6), round(window.longitude * 1e6)
    return crc32(pack("<iiq", *place, window.starts_us)) % level.shares
