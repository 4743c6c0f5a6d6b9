"""Verdicts of officers: into the inbox, to the vault, out as levels and labels alone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from consumers.delivery.exchange import verdicts_upto
from consumers.inbox.store import Inbox
from consumers.store.labels import labelled
from consumers.store.queries import standings_by_outcome
from consumers.store.vault import NOTICE
from schemas.match import Evidence
from tests.support.delivery_world import CODEC, World, build_support, match_message, record_message
from tests.support.notices import NOW, OEE, SEOUL, notice

CANARY = "Canary Person 7F1A"
LEFT, RIGHT = "hsi.field/R-1", "bis.oee/P-1"


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    made = Inbox.open(tmp_path / "inbox.sqlite")
    made.receive([notice("n-1", office=SEOUL)], NOW)
    return made


def test_verdict_is_one_word_an_officer_and_the_last_one_counts(inbox: Inbox) -> None:
    assert inbox.give_verdict((SEOUL, "seoul-1"), "n-1", "unsure", NOW) == 1
    assert inbox.give_verdict((SEOUL, "seoul-2"), "n-1", "different", NOW) == 1
    later = NOW + timedelta(seconds=5)
    assert inbox.give_verdict((SEOUL, "seoul-1"), "n-1", "same", later) == 1
    found = {(each.officer, each.verdict) for each in inbox.verdicts_after(0)}
    assert found == {("seoul-1", "same"), ("seoul-2", "different")}


def test_verdict_on_another_offices_notice_writes_nothing(inbox: Inbox) -> None:
    assert inbox.give_verdict((OEE, "oee-1"), "n-1", "same", NOW) == 0
    assert inbox.give_verdict((SEOUL, "seoul-1"), "n-2", "same", NOW) == 0
    assert inbox.verdicts_after(0) == ()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One match told to three offices."""
    made = World(tmp_path)
    base = build_support(LEFT, RIGHT)
    evidence = Evidence("name", "", "close", 11, 12, "entities[p1].names", "entities[p1].names", 7)
    (link,) = base.links
    support = replace(base, links=(replace(link, evidence=(evidence,)),))
    made.turn(
        record_message(0, LEFT, 1, CANARY),
        record_message(1, RIGHT, 1, CANARY, owner="BIS/oee"),
        match_message(2, "m1", 1, [support]),
    )
    return made


def test_deliver_pulls_verdicts_and_they_become_vectors_without_payload(
    world: World, tmp_path: Path
) -> None:
    told = world.turn()
    assert told == {}
    with world.vault.begin() as connection:
        (notice_id, office), *_ = connection.execute(
            select(NOTICE.c.notice_id, NOTICE.c.channel).order_by(NOTICE.c.notice_id)
        ).all()
    inbox = Inbox.open(tmp_path / "inbox.sqlite")
    inbox.receive([notice(notice_id, office=OEE)], NOW)
    inbox.give_verdict((OEE, "oee-1"), notice_id, "same", NOW)
    world.dispatcher.exchange(inbox)
    world.dispatcher.exchange(inbox)
    with world.vault.connect() as connection:
        assert verdicts_upto(connection) == 1
    (vector,) = labelled(world.vault, CODEC)
    assert vector == {
        "label": "same",
        "class": "target",
        "band": "confirmed",
        "links": [[{"attribute": "name", "scheme": "", "level": "close", "frequency_class": 7}]],
    }
    assert office


def test_verdict_changes_no_standing(world: World, tmp_path: Path) -> None:
    before = standings_by_outcome(world.vault)
    inbox = Inbox.open(tmp_path / "inbox.sqlite")
    with world.vault.begin() as connection:
        notice_id = connection.execute(select(NOTICE.c.notice_id)).scalars().first()
    assert notice_id is not None
    inbox.receive([notice(notice_id, office=OEE)], NOW)
    inbox.give_verdict((OEE, "oee-1"), notice_id, "different", NOW)
    world.dispatcher.exchange(inbox)
    assert world.turn() == {}
    assert standings_by_outcome(world.vault) == before


def test_verdict_on_a_support_that_has_changed_labels_nothing(world: World, tmp_path: Path) -> None:
    inbox = Inbox.open(tmp_path / "inbox.sqlite")
    with world.vault.begin() as connection:
        notice_id = connection.execute(select(NOTICE.c.notice_id)).scalars().first()
    assert notice_id is not None
    inbox.receive([notice(notice_id, office=OEE)], NOW)
    inbox.give_verdict((OEE, "oee-1"), notice_id, "same", NOW)
    world.dispatcher.exchange(inbox)
    world.turn(match_message(3, "m1", 2, []))
    assert list(labelled(world.vault, CODEC)) == []
