"""The operators' table adds up what processes say, and shows no id, payload or pair of agencies."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from math import inf

import httpx
import pytest

from consumers.desks.ops import figures
from consumers.desks.ops.app import OpsSettings, create_app
from consumers.desks.ops.broker import Broker
from consumers.desks.ops.figures import Reading
from consumers.desks.ops.scrape import Process, Sample, parse, scrape
from consumers.desks.ops.status import Status, Table, status
from schemas import metrics
from schemas.clock import FixedClock
from tests.support.notices import NOW
from tests.support.pages import METRICS, Visitor

LATER = NOW + timedelta(seconds=10)
UP = Process("intake", True, NOW, "", ())  # noqa: FBT003
BROKER = Broker(
    up=True, since=NOW, brokers=1, topics=9, partitions=36, lag={"t.intake": 4, "t.match": 0}
)


def counter(value: float, stage: str = "intake") -> Sample:
    return Sample("records_total", {"stage": stage}, value)


def histogram(**counts: float) -> tuple[Sample, ...]:
    bounds = {"quick": "0.1", "slow": "1.0", "all": "+Inf"}
    return tuple(
        Sample("seconds_bucket", {"class": "target", "le": bounds[name]}, count)
        for name, count in counts.items()
    )


def table(read: Status, caption: str) -> Table:
    return next(each for each in read.tables if each.caption == caption)


def test_sums_run_over_processes_and_ages_do_not_add_up() -> None:
    samples = (counter(3), counter(4), counter(1, "match"))
    assert figures.by_label(samples, "records_total", "stage") == {"intake": 7, "match": 1}
    assert figures.largest_by_label(samples, "records_total", "stage") == {"intake": 4, "match": 1}
    assert figures.total(samples, "records_total") == 8
    assert figures.total(samples, "absent") is None


@pytest.mark.parametrize(("before", "now", "rate"), [(100, 150, 5.0), (100, 20, 2.0), (7, 7, 0.0)])
def test_rate_is_the_increase_and_a_restart_counts_from_zero(
    before: float, now: float, rate: float
) -> None:
    old, new = Reading(NOW, (counter(before),)), Reading(LATER, (counter(now),))
    assert figures.rates(old, new, "records_total", "stage") == {"intake": rate}


def test_first_reading_has_no_rate() -> None:
    once = Reading(NOW, (counter(5),))
    assert figures.rates(once, once, "records_total", "stage") == {"intake": 0.0}


@pytest.mark.parametrize(
    ("counts", "quantile", "bound"),
    [
        ({"quick": 99, "slow": 100, "all": 100}, 0.5, 0.1),
        ({"quick": 90, "slow": 100, "all": 100}, 0.99, 1.0),
        ({"quick": 0, "slow": 0, "all": 3}, 0.5, inf),
        ({"quick": 0, "slow": 0, "all": 0}, 0.5, None),
    ],
)
def test_percentile_is_the_bound_of_its_bucket(
    counts: dict[str, float], quantile: float, bound: float | None
) -> None:
    empty, full = Reading(NOW, ()), Reading(LATER, histogram(**counts))
    assert figures.percentiles(empty, full, "seconds", "class", quantile) == {"target": bound}


def test_percentile_forgets_what_was_observed_before_the_window() -> None:
    old = Reading(NOW, histogram(quick=100, slow=100, all=100))
    new = Reading(LATER, histogram(quick=100, slow=104, all=104))
    assert figures.percentiles(old, new, "seconds", "class", 0.5) == {"target": 1.0}


def test_table_shows_every_figure_an_operator_asks_for() -> None:
    new = Reading(NOW, parse(METRICS))
    read = status(new, new, {"intake": UP, "dedupe": UP}, BROKER)
    stages = table(read, "Stages")
    assert [row[0] for row in stages.rows] == ["intake", "dedupe", "correlate", "match"]
    assert stages.rows[0][3:5] == ("12", "0.03")
    assert ("NO_PREDICATE", "4") in table(read, "Quarantine").rows
    assert ("POINTER", "88") in table(read, "Standings now").rows
    assert ("webhook", "failed", "3") in table(read, "Delivery attempts").rows
    assert table(read, "Not committed yet").rows == (
        ("t.intake", "4"),
        ("t.match", "0"),
        ("deliver: liaison.match.v1", "1"),
    )
    assert "Outbox rows open: 2." in table(read, "Delivery").note


def test_labels_outside_the_table_are_not_shown() -> None:
    leak = Sample(metrics.STANDINGS, {"outcome": "FULL", "pair": "HSI-BIS", "id": "n1"}, 1.0)
    reading = Reading(NOW, (leak,))
    shown = str(status(reading, reading, {}, None).to_json())
    assert "FULL" in shown
    assert "HSI" not in shown
    assert "n1" not in shown


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


def test_unreachable_process_is_shown_with_the_time_it_fell_silent() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "down":
            raise httpx.ConnectError("refused")
        return httpx.Response(200 if request.url.host == "up" else 500, text=METRICS)

    async def twice() -> list[dict[str, Process]]:
        targets = {name: f"http://{name}/metrics" for name in ("up", "down", "broken")}
        async with answering(answer) as client:
            first = await scrape(client, targets, {}, NOW)
            return [first, await scrape(client, targets, first, LATER)]

    for found in asyncio.run(twice()):
        assert {name: (p.up, p.since, p.problem) for name, p in found.items()} == {
            "up": (True, NOW, ""),
            "down": (False, NOW, "ConnectError"),
            "broken": (False, NOW, "answered 500"),
        }
        assert found["up"].samples


def test_answer_that_is_no_metrics_page_counts_as_unreachable() -> None:
    async def once() -> dict[str, Process]:
        async with answering(lambda _: httpx.Response(200, text="<html>{")) as client:
            return await scrape(client, {"odd": "http://odd/metrics"}, {}, NOW)

    assert asyncio.run(once())["odd"].problem == "not a metrics page"


def test_desk_is_unready_until_it_has_read_and_then_tells_all_as_json() -> None:
    with Visitor(create_app(OpsSettings({}, FixedClock(NOW), refresh_seconds=0.01))) as visitor:
        assert visitor.get("/livez").status_code == 200
        answers = [visitor.get("/status.json") for _ in range(50)]
        assert "Pipeline" in visitor.get("/").text
    body = answers[-1].json()
    assert body["broker"] is None
    assert set(body["tables"]) >= {"Stages", "Quarantine", "Standings now", "Delivery"}
