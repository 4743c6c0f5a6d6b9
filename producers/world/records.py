"""Records of the world and their versions, before anybody has decided when they arrive."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from producers.sdk import MarkingFields, event, event_type
from producers.world.cast import Cast
from producers.world.marks import EXPORT, marking
from schemas.event import Entity, Event, PlaceTime


class Owner(NamedTuple):
    """A source system and the office that publishes through it."""

    source: str
    office: str


MIAMI: Final = Owner("hsi.field", "miami")
LOS_ANGELES: Final = Owner("hsi.field", "los-angeles")
VICTIM_CENTER: Final = Owner("hsi.ccht", "victim-center")
BIS: Final = Owner("bis.oee", "enforcement")
SKR: Final = Owner("skr.main", "main")

_SUBJECT_TYPE: Final = {
    "hsi.field": "SubjectReported",
    "hsi.ccht": "VictimIdentified",
    "bis.oee": "PartyFlagged",
    "skr.main": "RequestMade",
}
_DETAIL: Final[dict[str, dict[str, Any]]] = {
    "hsi.field.SubjectReported": {"activity": "diversion of goods", "collection": "referral"},
    "hsi.field.CaseOpened": {"commodity": "electronics", "scheme": "transshipment"},
    "hsi.field.CaseClosed": {
        "disposition": "charged",
        "arrests": 1,
        "convictions": 0,
        "seizures": 1,
    },
    "hsi.field.OperationPlanned": {"operation_kind": "controlled delivery"},
    "hsi.field.OperationMoved": {"reason_code": "weather"},
    "hsi.field.OperationCancelled": {"reason_code": "overtaken"},
    "bis.oee.CaseOpened": {"commodity": "machine tools", "scheme": "false end use"},
    "bis.oee.PartyFlagged": {"list_name": "unverified"},
    "bis.oee.OperationPlanned": {"operation_kind": "end-use check"},
    "hsi.ccht.VictimIdentified": {"program": "continued presence"},
    "skr.main.RequestMade": {"request_kind": "identification", "political": False},
}
_SERIAL_PREFIX: Final = {"hsi.field": "R", "hsi.ccht": "V", "bis.oee": "B", "skr.main": "Q"}


@dataclass(slots=True)
class Version:
    """One version of a record; `at` in [0, 1) is when it is published within the world's span.

    `late` is how much of the span passes until it reaches the broker.
    """

    at: float
    event: Event
    late: float = 0.0


@dataclass(slots=True)
class Chain:
    """A record's versions in the order of their numbers."""

    versions: list[Version] = field(default_factory=list)

    @property
    def last(self) -> Version:
        """The newest version so far."""
        return self.versions[-1]


class Registry:
    """Writes records and their later versions for every office; numbers them as sources do."""

    def __init__(self, rng: Random, now: datetime) -> None:
        self.rng = rng
        self.now = now
        self.cast = Cast(rng)
        self.chains: list[Chain] = []
        self.people: dict[tuple[str, str], str] = {}
        self._serials: Counter[str] = Counter()
        self._cases: Counter[str] = Counter()

    def mark(self, flavour: str = "plain", crime: str = EXPORT) -> MarkingFields:
        """A marking whose predicate was established some weeks before the world's now."""
        return marking(flavour, crime, self.now.date())

    def case(self, owner: Owner) -> str:
        """A new case number; an agency's offices share one series."""
        agency = event_type(f"{owner.source}.{_SUBJECT_TYPE[owner.source]}").agency
        self._cases[agency] += 1
        return f"26-{self._cases[agency]:05d}"

    def subject(
        self,
        owner: Owner,
        entities: Sequence[Entity],
        mark: MarkingFields,
        cases: Sequence[str] = (),
    ) -> Chain:
        """A report on people or things, of the type the source publishes for that."""
        return self.write(owner, _SUBJECT_TYPE[owner.source], (entities, ()), mark, cases)

    def opened(
        self, owner: Owner, entities: Sequence[Entity], mark: MarkingFields, case: str
    ) -> Chain:
        """A case of its own number is opened."""
        return self.write(owner, "CaseOpened", (entities, ()), mark, (case,))

    def operation(
        self, owner: Owner, place: PlaceTime, mark: MarkingFields, cases: Sequence[str] = ()
    ) -> Chain:
        """An operation is planned at a place and time."""
        return self.write(owner, "OperationPlanned", ((), (place,)), mark, cases)

    def write(
        self,
        owner: Owner,
        kind: str,
        content: tuple[Sequence[Entity], Sequence[PlaceTime]],
        mark: MarkingFields,
        cases: Sequence[str],
    ) -> Chain:
        """The first version of a new record, at a random moment of the first two thirds."""
        self._serials[owner.source] += 1
        record_id = f"{_SERIAL_PREFIX[owner.source]}-{self._serials[owner.source]:06d}"
        type_name = f"{owner.source}.{kind}"
        first = event(
            type_name,
            record_id,
            office=owner.office,
            event_id=self.event_id(),
            occurred_at=self.now - timedelta(minutes=self.rng.randrange(1_260, 60_000)),
            published_at=self.now,
            cases=cases,
            marking=mark,
            entities=content[0],
            places=content[1],
            detail=_DETAIL[type_name],
        )
        chain = Chain([Version(self.rng.random() * 0.66, first)])
        self.chains.append(chain)
        return chain

    def amend(self, chain: Chain, kind: str | None = None, **parts: Any) -> Version:
        """A higher version: `parts` replace `entities`, `places`, `marking`, `cases`.

        `kind` is the event type of the new version where it differs, e.g. `OperationMoved`.
        """
        before = chain.last
        old = before.event
        header = {**old["header"], "event_id": self.event_id()}
        header["version"] = old["header"]["version"] + 1
        header["cases"] = list(parts.pop("cases", header["cases"]))
        detail = old["detail"]
        if kind is not None:
            type_name = f"{header['source']}.{kind}"
            header["event_type"], detail = f"liaison.{type_name}", _DETAIL[type_name]
        content: Any = {**old, **parts, "header": header, "detail": dict(detail)}
        at = before.at + self.rng.uniform(0.02, 0.3) * (0.98 - before.at)
        chain.versions.append(Version(at, content))
        return chain.last

    def withdraw(self, chain: Chain) -> Version:
        """The owner takes the record back: a version without content."""
        version = self.amend(chain, entities=[], places=[])
        version.event["header"]["operation"] = "WITHDRAW"
        return version

    def event_id(self) -> str:
        """A UUID of the world's own randomness, so that a seed gives the same world."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def is_person(self, chain: Chain, local_id: str, human: str) -> None:
        """Note for the truth which person an entity of the record describes."""
        header = chain.last.event["header"]
        self.people[f"{header['source']}/{header['record_id']}", local_id] = human
