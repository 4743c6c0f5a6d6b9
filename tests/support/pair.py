"""Two offices that report the same passport, and who has been told of it: the smallest story."""

from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import Final

from deploy.rehearsal import Rehearsal
from deploy.rehearsal.run import WEBHOOK_OFFICE
from producers.sdk import Publisher, event, person
from producers.world.cast import Cast
from producers.world.marks import marking
from schemas.event import Entity, Event, Identifier
from tests.support.rehearsing import envelopes, open_notices

CRIME: Final = "trafficking_and_smuggling"
MIAMI, LOS_ANGELES, CBP = "HSI/miami", "HSI/los-angeles", WEBHOOK_OFFICE
EVERYBODY: Final = (MIAMI, LOS_ANGELES, CBP)
"""Who is told of a target of two offices of HSI: both, and CBP, which subscribes to targets."""

_ENDS: Final = ((MIAMI, "Arkady Belov"), (LOS_ANGELES, "Zhang Wei"))
"""Names that no comparison takes for one person: only the passport links these two."""
_NUMBERS: Final = Cast(Random(71))


def fresh(scheme: str) -> Identifier:
    """An identifier that nobody else in the tests bears."""
    return _NUMBERS.number(scheme, "US")


def report(
    record_id: str, office: str, entities: list[Entity], version: int = 1, seen: str = ""
) -> Event:
    """A SubjectReported of an HSI office."""
    return event(
        "hsi.field.SubjectReported",
        record_id,
        office=office.partition("/")[2],
        version=version,
        marking=marking("plain", CRIME, datetime.now(UTC).date()),
        entities=entities,
        detail={"activity": seen, "collection": seen},
    )


def publish(run: Rehearsal, *events: Event) -> None:
    """Publish events of `hsi.field`; returns once all are acknowledged."""
    key, namespace = run.keys["hsi.field"], run.settings.namespace
    with Publisher(run.bootstrap, source="hsi.field", key=key, namespace=namespace) as publisher:
        for each in events:
            publisher.publish(each)


class Pair:
    """The story told under a name of its own, from its publication on."""

    def __init__(self, run: Rehearsal, name: str) -> None:
        self._run, self._name = run, name
        self._before = self._told()
        passport = fresh("passport")
        publish(run, *(self._report(number, passport) for number in range(len(_ENDS))))

    def correct(self) -> None:
        """The first office had read the passport wrongly."""
        publish(self._run, self._report(0, fresh("passport"), version=2))

    @property
    def sides(self) -> tuple[str, ...]:
        """The two sides, sorted."""
        return tuple(f"HSI:record/hsi.field/{self._name}-{number}" for number in range(len(_ENDS)))

    def told(self) -> Mapping[str, set[str]]:
        """Open notices that came since, by receiver; receivers without any left out."""
        found = {who: ids - self._before[who] for who, ids in self._told().items()}
        return {who: ids for who, ids in found.items() if ids}

    def has_reached(self, *receivers: str) -> bool:
        """Whether exactly these receivers hold a notice of this match."""
        return self.told().keys() == set(receivers)

    def _told(self) -> dict[str, set[str]]:
        sent = envelopes(self._run)
        gone = {each for envelope in sent.values() for each in envelope["liaisonsupersedes"]}
        notices = {each for each, envelope in sent.items() if "data" in envelope}
        held = {office: set(open_notices(self._run, office)) for office, _ in _ENDS}
        return held | {CBP: notices - gone}

    def _report(self, number: int, passport: Identifier, version: int = 1) -> Event:
        office, name = _ENDS[number]
        someone = person("e1", name, role="subject", identifiers=[passport])
        return report(f"{self._name}-{number}", office, [someone], version)
