"""Planned operations through the real stages: who is told of whom once all has come to rest."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, cast

import pytest

from schemas.event import Event
from schemas.match import Match
from streams.correlate.agent import CorrelateStage
from streams.correlate.features import decode
from streams.correlate.levels import judge
from streams.correlate.weights import supports
from streams.dedupe.agent import DedupeStage
from streams.match.agent import MatchStage
from streams.transport.batch import Stage
from tests.support.events import build_event, build_header, build_place
from tests.support.histories import TOPICS
from tests.support.stages import CODEC, at_rest

START = datetime(2026, 11, 3, 5, tzinfo=UTC)
HSI, BIS = "liaison.hsi.field.OperationPlanned", "liaison.bis.oee.OperationPlanned"
MOVED, CANCELLED = (f"liaison.hsi.field.Operation{what}" for what in ("Moved", "Cancelled"))
FAR = {"latitude_microdegrees": 40_000_000}


def planned(schema: str = HSI, version: int = 1, number: int = 1, **changes: Any) -> Event:
    """One version of an operation; HSI's and BIS's stand in the same place and hours."""
    header = build_header(
        schema,
        record_id=f"OP-{number}",
        version=version,
        cases=[],
        published_at=START - timedelta(days=3) + timedelta(minutes=version),
    )
    places = [build_place(**changes)]
    return cast("Event", build_event(schema, header=header, entities=[], places=places))


def live(*events: Event) -> set[tuple[str, ...]]:
    """Records of each live match, once nothing is left to read."""
    stages: tuple[Stage, ...] = (
        DedupeStage(TOPICS, CODEC),
        CorrelateStage(TOPICS, CODEC, judge, decode),
        MatchStage(TOPICS, CODEC, supports, "weights", len),
    )
    log = at_rest(events, stages)
    newest: dict[str, Match] = {}
    for partition in range(TOPICS.partitions):
        for message in log[TOPICS.match, partition]:
            match = Match.from_avro(CODEC.decode(message.value).datum)
            if match.id not in newest or match.order > newest[match.id].order:
                newest[match.id] = match
    return {each.sides for each in newest.values() if each.status == "live"}


BOTH = {("BIS:record/bis.oee/OP-1", "HSI:record/hsi.field/OP-1")}


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(
    ("later", "met"),
    [
        (planned(MOVED, 2, **FAR), set()),
        (
            planned(MOVED, 2, starts_at=START + timedelta(hours=9), ends_at=START + timedelta(10)),
            set(),
        ),
        (planned(MOVED, 2, longitude_microdegrees=-80_191_000), BOTH),
        (planned(CANCELLED, 2), set()),
    ],
    ids=["moved away", "put off", "moved a little", "cancelled"],
)
def test_moved_and_cancelled_operations_take_back_their_match(
    order: tuple[int, ...], later: Event, met: set[tuple[str, ...]]
) -> None:
    events = [planned(), planned(BIS), later]
    assert live(*events[:2]) == BOTH
    assert live(*(events[place] for place in order)) == met


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ({"radius_metres": 900_000, **FAR}, {"latitude_microdegrees": 34_000_000}),
        (
            {"ends_at": START + timedelta(days=90)},
            {
                "starts_at": START + timedelta(days=89),
                "ends_at": START + timedelta(days=89, hours=2),
            },
        ),
        (
            {"longitude_microdegrees": 179_999_000, "latitude_microdegrees": 52_000_000},
            {"longitude_microdegrees": -179_999_000, "latitude_microdegrees": 52_000_000},
        ),
        (
            {"latitude_microdegrees": 89_999_000, "longitude_microdegrees": 0},
            {"latitude_microdegrees": 89_999_000, "longitude_microdegrees": 180_000_000},
        ),
    ],
    ids=["a continent and a raid", "a quarter and an hour", "antimeridian", "over the pole"],
)
def test_operations_of_any_scale_and_place_meet(
    wide: dict[str, Any], narrow: dict[str, Any]
) -> None:
    assert live(planned(**wide), planned(BIS, **narrow)) == BOTH


def test_operation_that_moved_back_meets_again() -> None:
    away, back = planned(MOVED, 2, **FAR), planned(MOVED, 3)
    assert live(planned(), planned(BIS), away, back) == BOTH


KILOMETRE: dict[str, Any] = {"radius_metres": 1_000, "latitude_microdegrees": 52_000_000}
NORTH: dict[str, Any] = {"radius_metres": 1_000, "latitude_microdegrees": 52_027_000}
"""3,004 metres further north: two discs of a kilometre leave a kilometre between them."""


@pytest.mark.parametrize(
    ("uncertain", "met"),
    [((0, 0), set()), ((900, 0), set()), ((1_100, 0), BOTH), ((600, 600), BOTH)],
    ids=["apart", "not far enough", "one is unsure", "both are unsure"],
)
def test_how_wrong_a_position_may_be_widens_its_buffer(
    uncertain: tuple[int, int], met: set[tuple[str, ...]]
) -> None:
    one, other = uncertain
    found = live(
        planned(**KILOMETRE, uncertainty_metres=one),
        planned(BIS, **NORTH, uncertainty_metres=other),
    )
    assert found == met


def test_operations_in_one_place_at_other_hours_or_back_to_back_do_not_meet() -> None:
    end = START + timedelta(hours=2)
    first = planned(starts_at=START, ends_at=end)
    after = planned(BIS, starts_at=end, ends_at=end + timedelta(hours=1))
    assert live(first, after) == set()
    early = planned(BIS, starts_at=end - timedelta(seconds=1), ends_at=end + timedelta(hours=1))
    assert live(first, early) == BOTH
