"""Two investigations of two subjects, two that a third record joins: on the real broker."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

import pytest

from consumers.inbox.rows import InboxNotice
from deploy.demo.observe import matches
from deploy.observation.topics import read_all
from deploy.rehearsal import Rehearsal
from deploy.rehearsal.run import Cast as Processes
from producers.sdk import Publisher, event, person
from producers.world.cast import Cast
from producers.world.marks import marking
from schemas.codec import Codec
from schemas.event import Entity, Event, Identifier
from schemas.match import Match
from schemas.registry import load_lock
from streams.app import STAGES
from tests.support.rehearsing import open_notices, rehearsed
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(240)

CODEC: Final = Codec(load_lock())
CRIME: Final = "export_control"
MIAMI, LOS_ANGELES, BIS = "HSI/miami", "HSI/los-angeles", "BIS/enforcement"
COORDINATION: Final = "HSI/coordination"
SOON: Final = 60.0
_NUMBERS: Final = Cast(Random(72))


@pytest.fixture(scope="module")
def run(
    broker: str, namespaces: set[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rehearsal]:
    folder = tmp_path_factory.mktemp("several-links")
    with rehearsed(broker, folder, namespaces, Processes((*STAGES, "deliver"))) as running:
        yield running


def fresh(scheme: str = "passport") -> Identifier:
    return _NUMBERS.number(scheme, "US")


def told(
    owner: str, record_id: str, *entities: Entity, cases: tuple[str, ...] = (), **more: Any
) -> Event:
    """A record of an office about some people."""
    agency, _, office = owner.partition("/")
    kind = "bis.oee.CaseOpened" if agency == "BIS" else "hsi.field.CaseOpened"
    return event(
        kind,
        record_id,
        office=office,
        cases=list(cases),
        marking=marking("plain", CRIME, datetime.now(UTC).date()),
        entities=list(entities),
        **more,
    )


def publish(run: Rehearsal, *events: Event) -> None:
    for source in ("hsi.field", "bis.oee"):
        key, namespace = run.keys[source], run.settings.namespace
        own = [each for each in events if each["header"]["source"] == source]
        with Publisher(run.bootstrap, source=source, key=key, namespace=namespace) as publisher:
            for each in own:
                publisher.publish(each)


def live(run: Rehearsal, match_class: str) -> list[Match]:
    found = matches(run, CODEC)
    return [each for each in found if each.status == "live" and each.match_class == match_class]


def notices(run: Rehearsal, office: str, match_class: str) -> list[InboxNotice]:
    return [n for n in open_notices(run, office).values() if n.match_class == match_class]


def subject(local_id: str, name: str, *identifiers: Identifier) -> Entity:
    return person(local_id, name, role="subject", identifiers=list(identifiers))


def test_two_shared_subjects_reach_both_sides_and_the_desk_with_a_lead(run: Rehearsal) -> None:
    one, other = fresh(), fresh()
    publish(
        run,
        told(
            MIAMI,
            "D-1",
            subject("a", "Arkady Belov", one),
            subject("b", "Maria Fuentes", other),
            cases=("24-0001",),
        ),
        told(
            BIS,
            "D-2",
            subject("a", "Zhang Wei", one),
            subject("b", "Oyelaran Adebayo", other),
            cases=("24-9001",),
        ),
    )
    offices = (MIAMI, BIS, COORDINATION)
    eventually(
        lambda: all(notices(run, each, "duplicate_investigation") for each in offices),
        SOON,
        "the notices of a duplicate investigation",
    )
    (match,) = live(run, "duplicate_investigation")
    assert match.sides == ("BIS:case/24-9001", "HSI:case/24-0001")
    assert match.lead is not None
    assert {len(each.links) for each in match.supports} == {1, 2}
    for office in (MIAMI, BIS):
        (notice,) = notices(run, office, "duplicate_investigation")
        assert notice.body is not None
        assert notice.body["data"]["lead"] in {"HSI", "BIS"}
        assert "lead_reasons" not in notice.body["data"]


def test_chain_through_a_third_record_is_told_and_recalled_when_a_hop_goes(run: Rehearsal) -> None:
    first, second = fresh(), fresh()
    between = subject("m", "Yusuf Karim Haddad", first, second)
    publish(
        run,
        told(MIAMI, "N-1", subject("a", "Yusuf Karim", first)),
        told(LOS_ANGELES, "N-2", between),
        told(BIS, "N-3", subject("c", "Yusuf Haddad", second)),
    )
    eventually(
        lambda: all(notices(run, each, "network") for each in (MIAMI, BIS)),
        SOON,
        "the notices of a chain",
    )
    (match,) = live(run, "network")
    assert match.sides == ("BIS:record/bis.oee/N-3", "HSI:record/hsi.field/N-1")
    hops = [link for support in match.supports for link in support.links]
    assert len(hops) == 2
    assert {end.record for hop in hops for end in (hop.left, hop.right)} == {
        "bis.oee/N-3",
        "hsi.field/N-1",
        "hsi.field/N-2",
    }
    assert not notices(run, LOS_ANGELES, "network"), "who owns the hop knows both links already"
    eventually(lambda: entities(run, 3), SOON, "the entity for analysts")
    publish(run, told(LOS_ANGELES, "N-2", subject("m", "Yusuf Karim Haddad", first), version=2))
    eventually(
        lambda: not any(notices(run, each, "network") for each in (MIAMI, BIS)),
        SOON,
        "the recalls",
    )
    assert not live(run, "network")


def entities(run: Rehearsal, members: int) -> bool:
    """Whether analysts know of an entity of so many members."""
    data = [
        CODEC.decode(message.value).datum for message in read_all(run.bootstrap, run.topics.entity)
    ]
    return any(len(each["members"]) == members for each in data)
