"""The operators' table in a browser: live, accessible, and honest about who does not answer."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from consumers.desks.ops.app import OpsSettings, create_app
from schemas.clock import SystemClock
from tests.e2e.axe import violations
from tests.support.pages import METRICS, served

pytestmark = [pytest.mark.promise("browser"), pytest.mark.timeout(120)]


class Process:
    """A process of the pipeline, as far as the desk sees it."""

    def __init__(self) -> None:
        self._serving = ExitStack()
        app = Starlette(routes=[Route("/metrics", lambda _: PlainTextResponse(METRICS))])
        self.address = self._serving.enter_context(served(app)) + "/metrics"

    def stop(self) -> None:
        self._serving.close()


@pytest.fixture
def process() -> Iterator[Process]:
    process = Process()
    yield process
    process.stop()


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("[data-state=live]")
    page.wait_for_selector("table")
    return page


def test_process_that_stops_is_shown_unreachable_without_reload(
    process: Process, window: BrowserContext
) -> None:
    app = create_app(OpsSettings({"intake": process.address}, SystemClock(), refresh_seconds=0.1))
    with served(app) as address:
        page = opened(window, address)
        assert "212" in page.inner_text("table:has-text('Standings now')")
        page.wait_for_selector(".lamp-up:has-text('intake')")
        process.stop()
        page.wait_for_selector(".lamp-down:has-text('unreachable since')")


def test_axe_finds_nothing_on_the_desk(
    process: Process, context: BrowserContext, tmp_path: Path
) -> None:
    for name, processes in {
        "empty": {},
        "one": {"intake": process.address},
        "many": {"intake": process.address, "match": process.address, "deliver": "http://[bad"},
    }.items():
        app = create_app(OpsSettings(processes, SystemClock(), refresh_seconds=0.1))
        with served(app) as address:
            page = opened(context, address)
            page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
            assert violations(page) == [], name
        page.wait_for_selector("[data-state=stale]")
        page.screenshot(path=tmp_path / f"{name} stale.png", full_page=True)
        assert violations(page) == [], f"{name}, stale"
