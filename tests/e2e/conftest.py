"""A real browser, the pages over a real inbox database, and nothing beyond loopback."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from consumers.inbox.rows import Delivery
from consumers.inbox.store import Inbox
from consumers.portal.app import PortalOffice, PortalSettings, create_app
from schemas.clock import SystemClock
from tests.support.notices import OEE, SEOUL
from tests.support.pages import served

FLAGS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
POLL_SECONDS: Final = 0.1


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as it is installed; without it, CI fails and others skip.

    Per module: playwright keeps an event loop running as long as it is open, which would fail every
    asynchronous test after it.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs chromium for the tests in a browser")
        pytest.skip("no chromium on this machine (make browser installs it, as root)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield launched
        launched.close()


@dataclass
class Site:
    """The portal as served, with the inbox behind it; `asked`: every address pages asked for."""

    address: str
    inbox: Inbox
    stop: Callable[[], None]
    asked: list[str] = field(default_factory=list)

    def receive(self, *deliveries: Delivery, at: datetime | None = None) -> None:
        self.inbox.receive(deliveries, at or SystemClock().now() - timedelta(minutes=1))

    def sign_in(self, context: BrowserContext, officer: str = "seoul-1") -> Page:
        """Open a page and sign an officer in."""
        context.on("request", self._note)
        page = context.new_page()
        page.goto(f"{self.address}/sign-in")
        page.select_option("#officer", officer)
        page.click("main button")
        page.wait_for_selector("h1:has-text('Inbox')")
        return page

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    path = tmp_path / "inbox" / "inbox.sqlite"
    inbox = Inbox.open(path)
    offices = {
        SEOUL: PortalOffice("HSI Seoul", {"seoul-1": "Officer A. Park"}),
        OEE: PortalOffice("BIS Export Enforcement", {"oee-1": "Agent B. Stone"}),
    }
    settings = PortalSettings(
        path, offices, SystemClock(), b"a secret of the test", poll_seconds=POLL_SECONDS
    )
    with ExitStack() as serving:
        address = serving.enter_context(served(create_app(settings)))
        yield Site(address, inbox, serving.close)
    inbox.close()


@pytest.fixture(params=[1280, 320], ids=["wide", "narrow"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A window of each width; the page's policy is off for axe alone."""
    opened = browser.new_context(viewport={"width": request.param, "height": 800}, bypass_csp=True)
    yield opened
    opened.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A window as an officer's browser has it."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    yield opened
    opened.close()
