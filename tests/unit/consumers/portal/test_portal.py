"""The portal answers its own office alone, and changes only what a page of its own asked for.

This is one file, because every test here visits the same portal over the same inbox.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from consumers.inbox.store import Inbox
from consumers.portal.app import PortalOffice, PortalSettings, create_app
from consumers.portal.choice import CLASSES
from consumers.portal.session import SESSION
from schemas.clock import FixedClock
from schemas.match import MATCH_CLASSES
from tests.support import notices
from tests.support.notices import NOW, OEE, SEOUL, notice, recall
from tests.support.pages import Visitor

OFFICES: Final = {
    SEOUL: PortalOffice("HSI Seoul", {"seoul-1": "Officer A. Park"}),
    OEE: PortalOffice("BIS Export Enforcement", {"oee-1": "Agent B. Stone"}),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox" / "inbox.sqlite"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def inbox(path: Path) -> Iterator[Inbox]:
    inbox = Inbox.open(path)
    yield inbox
    inbox.close()


@pytest.fixture
def client(path: Path, clock: FixedClock) -> Iterator[Visitor]:
    settings = PortalSettings(path, OFFICES, clock, b"a secret of the test", page_size=3)
    with Visitor(create_app(settings)) as client:
        yield client


def sign_in(client: Visitor, officer: str = "seoul-1") -> None:
    assert client.post("/sign-in", data={"officer": officer}).url.path == "/"


def csrf(client: Visitor) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get("/").text)
    assert found is not None
    return found[1]


def acknowledged(inbox: Inbox) -> list[tuple[str, str]]:
    return [(a.notice_id, a.officer) for a in inbox.acknowledgements_after(0)]


@pytest.mark.parametrize("page", ["/", "/notices/n1", "/refusals"])
def test_pages_ask_a_stranger_to_sign_in(client: Visitor, page: str) -> None:
    answer = client.get(page)
    assert answer.url.path == "/sign-in"
    assert "development only" in answer.text


def test_unknown_officer_is_not_signed_in(client: Visitor) -> None:
    answer = client.post("/sign-in", data={"officer": "nobody"})
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


def test_cookie_of_another_secret_opens_nothing(client: Visitor, path: Path) -> None:
    settings = PortalSettings(path, OFFICES, FixedClock(NOW), b"another secret, longer")
    with Visitor(create_app(settings)) as other:
        sign_in(other)
        client.cookies.update(other.cookies)
    assert client.get("/").url.path == "/sign-in"


def test_session_lapses(client: Visitor, clock: FixedClock) -> None:
    sign_in(client)
    clock.advance(SESSION + timedelta(seconds=1))
    assert client.get("/").url.path == "/sign-in"


def test_signing_out_ends_the_session(client: Visitor) -> None:
    sign_in(client)
    client.post("/sign-out", data={"csrf": csrf(client)})
    assert client.get("/").url.path == "/sign-in"


def test_foreign_and_absent_notices_are_answered_alike(client: Visitor, inbox: Inbox) -> None:
    inbox.receive([notice("n1", office=OEE)], NOW)
    sign_in(client)
    foreign, absent = client.get("/notices/n1"), client.get("/notices/absent")
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert foreign.headers == absent.headers
    for method in (client.get, client.post):
        token = {"csrf": csrf(client)} if method == client.post else None
        answers = [
            method(f"/notices/{n}/acknowledge", **({"data": token} if token else {})).content
            for n in ("n1", "absent")
        ]
        assert answers[0] == answers[1]
    assert acknowledged(inbox) == []


def test_acknowledging_records_the_officer_of_the_session(client: Visitor, inbox: Inbox) -> None:
    inbox.receive([notice("n1")], NOW)
    sign_in(client)
    answer = client.post(
        "/notices/n1/acknowledge", data={"csrf": csrf(client), "officer": "somebody-else"}
    )
    assert answer.status_code == 200
    assert acknowledged(inbox) == [("n1", "seoul-1")]


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({}, {}),
        ({"csrf": "0" * 64}, {}),
        (None, {"origin": "http://evil.example"}),
        (None, {"sec-fetch-site": "cross-site"}),
        ({"csrf": "x" * 20_000}, {}),
    ],
)
def test_form_of_another_site_changes_nothing(
    client: Visitor, inbox: Inbox, form: dict[str, str] | None, headers: dict[str, str]
) -> None:
    inbox.receive([notice("n1")], NOW)
    sign_in(client)
    form = {"csrf": csrf(client)} if form is None else form
    answer = client.post("/notices/n1/acknowledge", data=form, headers=headers)
    assert answer.status_code == 403
    assert acknowledged(inbox) == []


def test_older_notices_are_paged_through_once_each(client: Visitor, inbox: Inbox) -> None:
    inbox.receive([notice(f"n{number}") for number in range(8)], NOW)
    sign_in(client)
    seen, address = [], "/"
    while address:
        text = client.get(address).text
        seen += re.findall(r'id="notice-(n\d)"', text)
        older = re.search(r'href="([^"]+)" rel="next"', text)
        address = older[1].replace("&amp;", "&") if older else ""
    assert seen == [f"n{number}" for number in range(7, -1, -1)]


def test_page_holds_no_number_that_other_offices_drive(client: Visitor, inbox: Inbox) -> None:
    """Row numbers and tokens count every office's notices: they travel sealed."""
    inbox.receive([notice(f"x{number}", office=OEE) for number in range(500)], NOW)
    inbox.receive([notice(f"n{number}") for number in range(5)], NOW)
    sign_in(client)
    text = client.get("/").text
    assert 'id="notice-n4"' in text
    assert not re.search(r"\b50[0-5]\b", text)


def test_filters_narrow_the_list(client: Visitor, inbox: Inbox) -> None:
    inbox.receive([notice("n1"), notice("n2", notices.operations()), notice("n3")], NOW)
    inbox.receive([recall("r1", ("n3",))], NOW)
    inbox.acknowledge(SEOUL, "n1", "seoul-1", NOW)
    sign_in(client)

    def ids(query: str) -> list[str]:
        return re.findall(r'id="notice-(\w+)"', client.get(f"/?{query}").text)

    assert ids("state=new") == ["n2"]
    assert ids("state=acknowledged") == ["n1"]
    assert ids("state=closed") == ["n3"]
    assert ids("class=space_time") == ["n2"]
    assert ids("class=nonsense&state=' or 1") == ["n3", "n2", "n1"]


def test_filter_offers_the_classes_of_this_build(client: Visitor) -> None:
    sign_in(client)
    offered = re.search(r'name="class">(.*?)</select>', client.get("/").text, re.DOTALL)
    assert offered is not None
    values = re.findall(r'value="(\w*)"', offered[1])
    assert values == ["", *CLASSES]
    assert set(CLASSES) == MATCH_CLASSES.keys()


def test_column_names_sides_where_no_row_has_one_of_its_own(client: Visitor, inbox: Inbox) -> None:
    others = notices.data()["parties"][:1]
    inbox.receive([notice("n1", notices.data(parties=others))], NOW)
    sign_in(client)
    assert "<span>Sides, and what is shared</span>" in client.get("/").text
    inbox.receive([notice("n2")], NOW)
    text = client.get("/").text
    assert "<span>Other side, and what is shared</span>" in text
    assert "Hanbit Precision" in text
    assert "2b9d2b9d<" in text


def test_sign_in_names_each_office_once(client: Visitor) -> None:
    assert client.get("/sign-in").text.count("HSI Seoul") == 1


def test_notice_with_nothing_held_back_does_not_claim_to_be_whole(
    client: Visitor, inbox: Inbox
) -> None:
    inbox.receive([notice("n1", notices.data(outcome="FULL"))], NOW)
    sign_in(client)
    text = client.get("/notices/n1").text
    assert "Each field is shown at the level its clause allows." in text
    assert "Released in full" not in text
    assert "your case 26-0117" in text
    assert "from the record of BIS oee" in text


def test_closed_notice_page_holds_nothing_of_its_content(client: Visitor, inbox: Inbox) -> None:
    inbox.receive([notice("n1"), recall("r1", ("n1",))], NOW)
    sign_in(client)
    text = client.get("/notices/n1").text
    assert "Recalled notice" in text
    assert "KIM" not in text


def test_refusals_page_tells_record_and_reason(client: Visitor, inbox: Inbox) -> None:
    inbox.refuse([notices.refusal(1, "NO_PREDICATE"), notices.refusal(2, "UNSIGNED", OEE)])
    sign_in(client)
    text = client.get("/refusals").text
    assert "hsi.field/R-000001" in text
    assert "28 CFR 23.20" in text
    assert "lost to another text of the same version" in text
    assert "R-000002" not in text


def test_what_a_notice_says_is_escaped(client: Visitor, inbox: Inbox) -> None:
    inbox.receive([notice("n1", notices.data(tear_line="<script>alert(1)</script>"))], NOW)
    sign_in(client)
    assert "<script>alert" not in client.get("/notices/n1").text


@pytest.mark.parametrize("page", ["/", "/sign-in", "/nowhere", "/static/liaison.css", "/livez"])
def test_every_answer_carries_the_security_headers(client: Visitor, page: str) -> None:
    headers = client.get(page).headers
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_pages_are_stored_nowhere_and_hold_no_inline_code(client: Visitor, inbox: Inbox) -> None:
    inbox.receive([notice("n1")], NOW)
    sign_in(client)
    for page in ("/", "/notices/n1", "/refusals", "/sign-in"):
        answer = client.get(page)
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<style| style=|<script(?! src=)| on\w+=", answer.text)


def test_foreign_host_name_is_refused(client: Visitor) -> None:
    assert client.get("/sign-in", headers={"host": "rebound.example"}).status_code == 400


def test_unreadable_inbox_is_said_and_makes_the_process_unready(
    client: Visitor, inbox: Inbox
) -> None:
    sign_in(client)
    with inbox._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE change")
    answer = client.get("/")
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200


def test_metrics_name_no_office_and_no_notice(client: Visitor, inbox: Inbox) -> None:
    inbox.receive([notice("n1" * 16)], NOW)
    sign_in(client)
    text = client.get("/metrics").text
    assert "liaison_consumers_sse_clients" in text
    assert "n1n1" not in text
    assert "seoul" not in text.lower()
