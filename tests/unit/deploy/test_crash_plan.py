"""What the crash bench does to whom is a function of its seed, and spares nobody."""

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from deploy.bench.crash.disorder import disordered
from deploy.bench.crash.plan import BROKER, Kind, Stage, counts, plan, stage_of
from deploy.bench.crash.run import Order
from producers.world import build_world

STAGE = Stage(("a", "b", "b#2"), ("b",), ("a",))


def test_a_seed_is_one_plan_and_another_seed_another() -> None:
    assert plan(1, 40, 900, STAGE, 30.0) == plan(1, 40, 900, STAGE, 30.0)
    assert plan(1, 40, 900, STAGE, 30.0) != plan(2, 40, 900, STAGE, 30.0)


@pytest.mark.parametrize("faults", [7, 10, 40, 100, 1000])
def test_every_kind_comes_in_its_share_and_the_sum_is_what_was_asked(faults: int) -> None:
    found = counts(faults)
    assert sum(found.values()) == faults
    assert min(found.values()) >= 1
    assert max(found, key=lambda kind: found[kind]) is Kind.KILL


def test_few_faults_are_kills() -> None:
    assert counts(1) == {**dict.fromkeys(Kind, 0), Kind.KILL: 1}


def test_faults_are_spread_over_the_events_and_targets_take_turns() -> None:
    faults = plan(3, 100, 5_000, STAGE, 30.0)
    assert all(one.published <= other.published for one, other in pairwise(faults))
    assert faults[-1].published < 5_000
    struck = Counter(fault.target for fault in faults if fault.kind is Kind.KILL)
    assert set(struck) == set(STAGE.processes)
    assert max(struck.values()) - min(struck.values()) <= 1
    assert {f.target for f in faults if f.kind is Kind.REBALANCE} == {"b"}
    assert {f.target for f in faults if f.kind is Kind.BROKER} == {BROKER}
    assert {f.seconds for f in faults if f.kind is Kind.FREEZE} == {30.0}


def test_processes_of_a_stage_are_numbered() -> None:
    assert Order(10, 1, workers=3).processes.count("dedupe#3") == 1
    assert stage_of("dedupe#3") == stage_of("dedupe") == "dedupe"


def test_disordered_world_has_its_events_late_and_twice_and_the_same_end() -> None:
    world = build_world(5, 600, now=datetime(2026, 11, 2, tzinfo=UTC))
    spoilt = disordered(world, 5)
    assert disordered(world, 5) == spoilt
    ids = [item.event["header"]["event_id"] for item in spoilt.timeline]
    before = [item.event["header"]["event_id"] for item in world.timeline]
    assert set(ids) == set(before)
    assert len(ids) > len(before)
    assert list(dict.fromkeys(ids)) != before
    assert spoilt.truth.exact == world.truth.exact
    assert spoilt.truth.duplicates > world.truth.duplicates
