"""Planned operations: most alone in their place and time, some in the way of another office."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians
from random import Random
from typing import Final, NamedTuple

from producers.world.marks import EXPORT
from producers.world.records import BIS, LOS_ANGELES, MIAMI, Chain, Owner, Registry
from schemas.event import PlaceTime

_METRES_PER_DEGREE: Final = 111_195.0
_MICRO: Final = 1_000_000


class City(NamedTuple):
    """A centre around which operations are planned."""

    latitude: float
    longitude: float
    country: str


CITIES: Final = (
    City(25.77, -80.19, "US"),
    City(34.05, -118.24, "US"),
    City(29.76, -95.37, "US"),
    City(40.71, -74.01, "US"),
    City(41.88, -87.63, "US"),
    City(32.72, -117.16, "US"),
    City(27.51, -99.51, "US"),
)
MEXICAN: Final = (
    City(32.51, -117.04, "MX"),
    City(31.69, -106.42, "MX"),
    City(25.69, -100.32, "MX"),
)


@dataclass(frozen=True, slots=True)
class Encounter:
    """Two offices whose operations meet, or nearly; `course` says how it goes on."""

    owners: tuple[Owner, Owner]
    weight: int
    cities: tuple[City, ...] = CITIES
    marks: tuple[str, str] = ("les", "plain")


ENCOUNTERS: Final = (
    Encounter((MIAMI, LOS_ANGELES), 14),
    Encounter((MIAMI, BIS), 12),
    Encounter((LOS_ANGELES, BIS), 6, MEXICAN),
    Encounter((MIAMI, LOS_ANGELES), 4, MEXICAN, ("plain", "plain")),
    Encounter((LOS_ANGELES, BIS), 3, CITIES, ("orcon", "plain")),
)
COURSES: Final = (
    "stands",
    "moves_away",
    "stands",
    "moves_in",
    "stands",
    "cancelled",
    "stands",
    "shifts",
    "stands",
    "near_miss",
    "stands",
    "back_to_back",
)
"""Dealt in turn, so that each occurs."""


def somewhere(rng: Random, now: datetime, cities: tuple[City, ...], spread: float) -> PlaceTime:
    """An operation within `spread` degrees of a city, at a time in the two months after `now`."""
    city = rng.choice(cities)
    starts_at = now + timedelta(minutes=rng.randrange(2_000, 86_000))
    return {
        "id": "o1",
        "latitude_microdegrees": round((city.latitude + rng.uniform(-spread, spread)) * _MICRO),
        "longitude_microdegrees": round((city.longitude + rng.uniform(-spread, spread)) * _MICRO),
        "radius_metres": rng.choice((200, 500, 1_000, 2_500)),
        "uncertainty_metres": rng.choice((0, 50, 100)),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=rng.choice((90, 180, 360, 720))),
        "country": city.country,
    }


def reach_metres(place: PlaceTime) -> int:
    """Radius and uncertainty: how far an operation may extend from its centre."""
    return place["radius_metres"] + place["uncertainty_metres"]


def beside(place: PlaceTime, east_metres: float, later: timedelta = timedelta()) -> PlaceTime:
    """The same place and window, moved east and later."""
    degree = _METRES_PER_DEGREE * cos(radians(place["latitude_microdegrees"] / _MICRO))
    return {
        **place,
        "longitude_microdegrees": place["longitude_microdegrees"]
        + round(east_metres / degree * _MICRO),
        "starts_at": place["starts_at"] + later,
        "ends_at": place["ends_at"] + later,
    }


class Planner:
    """Plans operations of two offices and what becomes of them."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._rng = registry.rng
        self._planned = 0
        self._courses: dict[str, Callable[[Chain, PlaceTime], None]] = {
            "stands": lambda _chain, _place: None,
            "near_miss": lambda _chain, _place: None,
            "back_to_back": lambda _chain, _place: None,
            "moves_away": self._moves_away,
            "moves_in": self._moves_in,
            "cancelled": self._cancelled,
            "shifts": self._shifts,
        }

    def alone(self, owner: Owner, cases: tuple[str, ...] = ()) -> Chain:
        """An operation that nobody else is planned to meet."""
        place = somewhere(self._rng, self._registry.now, CITIES + MEXICAN, 0.9)
        return self._registry.operation(owner, place, self._registry.mark(), cases)

    def meet(self, encounter: Encounter) -> None:
        """Two operations, the left of an HSI field office, and the next course in turn."""
        course = COURSES[self._planned % len(COURSES)]
        self._planned += 1
        registry, rng = self._registry, self._rng
        place = somewhere(rng, registry.now, encounter.cities, 0.5)
        other = self._other(place, course)
        chains = []
        for owner, flavour, where in zip(
            encounter.owners, encounter.marks, (place, other), strict=True
        ):
            cases = [registry.case(owner)] if rng.random() < 0.5 else []
            mark = registry.mark(flavour, EXPORT)
            chains.append(registry.operation(owner, where, mark, cases))
        self._courses[course](chains[0], other)

    def _other(self, place: PlaceTime, course: str) -> PlaceTime:
        window = place["ends_at"] - place["starts_at"]
        twin: PlaceTime = {
            **place,
            "radius_metres": self._rng.choice((200, 1_500)),
            "uncertainty_metres": 80,
        }
        reach = reach_metres(place) + reach_metres(twin)
        if course == "near_miss":
            return beside(twin, reach + 400)
        if course == "back_to_back":
            return beside(twin, reach * 0.3, window)
        return beside(twin, reach * self._rng.uniform(0, 0.8), window * self._rng.uniform(0, 0.7))

    def _moves_away(self, chain: Chain, other: PlaceTime) -> None:
        """The left operation leaves: the match must go."""
        place = chain.last.event["places"][0]
        away = beside(place, 4 * (reach_metres(place) + reach_metres(other)))
        self._registry.amend(chain, "OperationMoved", places=[away])

    def _moves_in(self, chain: Chain, _other: PlaceTime) -> None:
        """The left operation was planned for another week and comes into the way."""
        place = chain.last.event["places"][0]
        chain.last.event["places"] = [beside(place, 0, timedelta(days=70))]
        self._registry.amend(chain, "OperationMoved", places=[place])

    def _shifts(self, chain: Chain, _other: PlaceTime) -> None:
        """It moves a little and still meets the other."""
        place = chain.last.event["places"][0]
        self._registry.amend(chain, "OperationMoved", places=[beside(place, 25)])

    def _cancelled(self, chain: Chain, _other: PlaceTime) -> None:
        """The cancellation still names the place; nothing may match on it."""
        self._registry.amend(chain, "OperationCancelled")
