"""What an officer does in a browser: read, follow live, acknowledge, see a notice recalled."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.conftest import Site
from tests.support import notices
from tests.support.notices import OEE, SEOUL, notice, recall
from tests.support.waiting import eventually

pytestmark = [pytest.mark.promise("browser"), pytest.mark.timeout(120)]

FIRST, SECOND, THIRD = (character * 32 for character in "abc")
SECRET = "KIM Do-yun"


def live(page: Page) -> None:
    page.wait_for_selector("[data-state=live]")


def tops(page: Page) -> list[float]:
    """Where each row of the list begins, in pixels from the top of the document."""
    found: list[float] = page.eval_on_selector_all(
        ".row", "rows => rows.map(row => row.getBoundingClientRect().top + scrollY)"
    )
    return found


def test_new_notice_is_announced_and_shifts_nothing(site: Site, window: BrowserContext) -> None:
    site.receive(notice(FIRST), notice(SECOND))
    page = site.sign_in(window)
    live(page)
    before = tops(page)
    site.receive(notice(THIRD))
    page.wait_for_selector("#arrived a:has-text('1 new match: show')")
    assert tops(page) == before
    page.click("#arrived a")
    page.wait_for_selector(f"#notice-{THIRD}")
    assert page.locator(".row").first.get_attribute("id") == f"notice-{THIRD}"


def test_recall_takes_content_off_an_open_list_and_page(site: Site, window: BrowserContext) -> None:
    site.receive(notice(FIRST, notices.pointer()), notice(SECOND))
    inbox = site.sign_in(window)
    live(inbox)
    reading = window.new_page()
    reading.goto(f"{site.address}/notices/{SECOND}")
    live(reading)
    assert SECRET in reading.inner_text("main")
    site.receive(recall("r1", (SECOND,)))
    reading.wait_for_selector("h1:has-text('Recalled notice')")
    assert SECRET not in reading.content()
    inbox.wait_for_selector(f"#notice-{SECOND}:has-text('Content removed')")
    assert inbox.locator(f"#notice-{FIRST}").inner_text().count("BIS oee") == 1


def test_update_closes_the_earlier_notice_and_leads_to_the_new_one(
    site: Site, window: BrowserContext
) -> None:
    site.receive(notice(FIRST))
    page = site.sign_in(window)
    page.goto(f"{site.address}/notices/{FIRST}")
    live(page)
    site.receive(notice(SECOND, notices.pointer(), supersedes=(FIRST,)))
    page.click("text=Open the notice that replaces it")
    page.wait_for_selector("text=Update: replaces an earlier notice")


def test_without_javascript_an_officer_reads_and_acknowledges(site: Site, browser: Browser) -> None:
    site.receive(notice(FIRST))
    plain = browser.new_context(java_script_enabled=False)
    page = site.sign_in(plain)
    assert "as of" in page.inner_text("#connection")
    page.click(f"#notice-{FIRST} a")
    text = page.inner_text("main")
    for told in (SECRET, "HSI-BIS-2024 4.1", "Confirmed", "Keep this no longer than 1825 days."):
        assert told in text
    assert page.get_attribute("text=+1 202 555 0142", "href") == "tel:+12025550142"
    page.click(".act button")
    assert "by Officer A. Park" in page.inner_text("main")
    assert [each.officer for each in site.inbox.acknowledgements_after(0)] == ["seoul-1"]
    plain.close()


def test_acknowledgement_by_a_colleague_shows_without_reload(
    site: Site, window: BrowserContext
) -> None:
    site.receive(notice(FIRST))
    page = site.sign_in(window)
    live(page)
    site.inbox.acknowledge(SEOUL, FIRST, "seoul-1", notices.NOW)
    page.wait_for_selector(f"#notice-{FIRST} .tag-done")


def test_another_office_sees_neither_row_nor_notice(site: Site, window: BrowserContext) -> None:
    site.receive(notice(FIRST), notice(SECOND, office=OEE))
    page = site.sign_in(window, "oee-1")
    rows = page.eval_on_selector_all(".row", "rows => rows.map(row => row.id)")
    assert rows == [f"notice-{SECOND}"]
    answer = page.goto(f"{site.address}/notices/{FIRST}")
    assert answer is not None
    assert answer.status == 404
    assert SECRET not in page.content()


def test_page_says_when_its_stream_is_lost_and_since_when(
    site: Site, window: BrowserContext
) -> None:
    site.receive(notice(FIRST))
    page = site.sign_in(window)
    live(page)
    site.stop()
    page.wait_for_selector("[data-state=stale]")
    said = page.inner_text("#connection")
    assert said.startswith("stale since ")
    assert said.endswith("Z")


def test_browser_reports_no_error_and_no_request_leaves_loopback(
    site: Site, window: BrowserContext
) -> None:
    problems: list[str] = []
    window.on("weberror", lambda error: problems.append(str(error.error)))
    window.on("console", lambda message: problems.append(message.text))
    site.receive(notice(FIRST))
    page = site.sign_in(window)
    live(page)
    page.goto(f"{site.address}/notices/{FIRST}")
    live(page)
    eventually(lambda: len(site.asked) > 8, what="requests of three pages")
    assert {urlsplit(address).hostname for address in site.asked} == {"127.0.0.1"}
    assert problems == []


def test_first_load_is_at_most_150_kilobytes(site: Site, window: BrowserContext) -> None:
    site.receive(*(notice(f"{number:032x}") for number in range(25)))
    page = site.sign_in(window)
    live(page)
    loaded = page.evaluate(
        "[...performance.getEntriesByType('navigation'),"
        " ...performance.getEntriesByType('resource')]"
        ".filter(entry => !entry.name.includes('/stream'))"
        ".reduce((sum, entry) => sum + entry.decodedBodySize, 0)"
    )
    assert 60_000 < loaded <= 150_000
