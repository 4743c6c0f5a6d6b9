"""axe finds nothing on any page of the portal, whatever state it is in, wide or narrow."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.axe import violations
from tests.e2e.conftest import Site
from tests.support import notices

pytestmark = [pytest.mark.promise("browser"), pytest.mark.timeout(180)]

CONTENTS = [
    notices.data(tear_line="Call before any contact."),
    notices.operations(),
    notices.pointer(),
    notices.pointer("fuzzy", "possible"),
    notices.silent(),
]


def fill(site: Site, count: int) -> None:
    ids = [f"{number:032x}" for number in range(count)]
    deliveries = [notices.notice(n, CONTENTS[i % len(CONTENTS)]) for i, n in enumerate(ids)]
    site.receive(*deliveries)
    if count > len(CONTENTS):
        site.receive(notices.recall("r1", (ids[6],)), notices.notice("f" * 32, None, (ids[7],)))
        site.inbox.acknowledge(notices.SEOUL, ids[8], "seoul-1", notices.NOW)
        site.inbox.refuse([notices.refusal(1, "NO_PREDICATE"), notices.refusal(2, "UNSIGNED")])


def check(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert violations(page) == [], name


@pytest.mark.parametrize("count", [0, 1, 40], ids=["empty", "one", "many"])
def test_axe_finds_nothing_on_the_inbox(
    site: Site, context: BrowserContext, count: int, tmp_path: Path
) -> None:
    fill(site, count)
    page = site.sign_in(context)
    page.wait_for_selector("[data-state=live]")
    check(page, tmp_path, "inbox")
    if count > 25:
        page.click("text=Older notices")
        check(page, tmp_path, "older")
    page.goto(f"{site.address}/?state=closed&class=target")
    check(page, tmp_path, "none fits")
    page.goto(f"{site.address}/refusals")
    check(page, tmp_path, "refusals")


def test_axe_finds_nothing_on_any_kind_of_notice(
    site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    fill(site, 9)
    page = site.sign_in(context)
    for number in (0, 1, 2, 3, 4, 6, 7, 8):
        page.goto(f"{site.address}/notices/{number:032x}")
        check(page, tmp_path, f"notice {number}")


def test_axe_finds_nothing_on_sign_in_and_errors(
    site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    page = context.new_page()
    page.goto(f"{site.address}/sign-in")
    check(page, tmp_path, "sign-in")
    page.goto(f"{site.address}/nowhere")
    check(page, tmp_path, "not found, signed out")
    page = site.sign_in(context)
    page.goto(f"{site.address}/notices/absent")
    check(page, tmp_path, "not found")


def test_axe_finds_nothing_on_a_page_whose_stream_is_stale(
    site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    fill(site, 1)
    page = site.sign_in(context)
    page.wait_for_selector("[data-state=live]")
    site.stop()
    page.wait_for_selector("[data-state=stale]", timeout=15_000)
    check(page, tmp_path, "stale")
