"""Records told by a story, whole events each; one module: versions know those before them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from consumers.sharing import form
from consumers.sharing.form import Spot
from deploy.scenario.content import Content, Words, entities, places
from deploy.scenario.marks import default_marking, marking
from deploy.scenario.moments import moment, written
from deploy.scenario.parties import OFFICE
from deploy.scenario.story import Publish
from schemas.catalogue import EVENT_TYPES, SOURCES
from schemas.event import Entity, Event
from schemas.party import Register
from schemas.record import record_key, sides

_TYPES: Final = {
    "hsi.field": "SubjectReported",
    "bis.oee": "PartyFlagged",
    "hsi.ccht": "VictimIdentified",
    "skr.main": "RequestMade",
}
_CASE: Final = form.matching(r"[A-Za-z0-9._:-]{1,48}", "a case number")
NAME: Final = form.matching(r"[A-Za-z][A-Za-z0-9_-]{0,31}", "a record's name, such as `A`")
_NAMESPACE: Final = uuid.UUID("5f3f1f0e-6f53-4d4a-9a43-0b1f0d3f7a11")


@dataclass(slots=True)
class Told:
    """One record: the versions told of it so far, and what the newest says."""

    agency: str
    source: str
    versions: dict[int, Event] = field(default_factory=dict)

    @property
    def newest(self) -> Event:
        """The version told last."""
        return list(self.versions.values())[-1]


@dataclass(slots=True)
class Records:
    """The records of a story by name. `prefix` keeps ids apart where stories share a pipeline."""

    register: Register
    words: Words
    prefix: str = ""
    told: dict[str, Told] = field(default_factory=dict)
    serial: int = 0

    def report(self, spot: Spot, at: datetime) -> Publish:
        """Read a step that reports a new record."""
        said = form.mapping(spot, {"report": NAME, "by": OFFICE}, {**self._parts(spot), **_HOW})
        name = said["report"]
        if name in self.told:
            raise spot.refuse(f"{name!r} is reported already; `correct: {name}` is a later version")
        agency, _, office = said["by"].partition("/")
        if said["by"] not in self.register.offices:
            raise spot.refuse(f"{said['by']!r} is no office of the register")
        source = said.get("source") or _source_of(spot, agency)
        if SOURCES[source] != agency:
            raise spot.refuse(f"{source} is a source system of {SOURCES[source]}, not of {agency}")
        self.told[name] = Told(agency, source)
        content: Content = {
            "office": office,
            "type": _TYPES[source]
            if said.get("entities") or "places" not in said
            else "OperationPlanned",
            "entities": None,
            "places": [],
            "marking": default_marking(agency, at),
            "cases": [],
            "detail": {},
        }
        return self._published(spot, name, content, said, at)

    def correct(self, spot: Spot, at: datetime) -> Publish:
        """Read a step that tells a later version: what it names is new, the rest as before."""
        said = form.mapping(spot, {"correct": self.known}, {**self._parts(spot), **_HOW})
        return self._published(spot, said["correct"], self._before(said["correct"]), said, at)

    def withdraw(self, spot: Spot, at: datetime) -> Publish:
        """Read a step in which the owner takes a record back."""
        said = form.mapping(spot, {"withdraw": self.known}, {**_HOW})
        content = self._before(said["withdraw"]) | {"entities": [], "places": []}
        return self._published(spot, said["withdraw"], content, said | {"withdrawn": True}, at)

    def repeat(self, spot: Spot, _at: datetime) -> Publish:
        """Read a step in which a version arrives again, byte for byte."""
        said = form.mapping(spot, {"repeat": self.known}, {"version": form.number})
        told = self.told[said["repeat"]]
        version = said.get("version", max(told.versions))
        if version not in told.versions:
            raise spot.refuse(f"{said['repeat']} has no version {version} so far")
        return Publish(said["repeat"], told.versions[version])

    def _parts(self, spot: Spot) -> dict[str, form.Reader[Any]]:
        words = Words(self.words.start, self.words.stock, open="open_words" in form.keys(spot))
        return {
            "source": form.word(SOURCES),
            "type": form.text,
            "case": _CASE,
            "cases": form.listing(_CASE, empty=True),
            "entities": lambda each: entities(each, words),
            "places": lambda each: places(each, words),
            "marking": lambda each: marking(each, words),
            "detail": _detail,
            "open_words": form.flag,
        }

    def known(self, spot: Spot) -> str:
        """Read the name of a record that is reported by now."""
        name = form.text(spot)
        if name not in self.told:
            known = ", ".join(self.told) or "none yet"
            raise spot.refuse(f"no record {name!r} is reported before this step; known: {known}")
        return name

    def _before(self, name: str) -> Content:
        newest = self.told[name].newest
        header = newest["header"]
        return {
            "office": header["office"],
            "type": header["event_type"].rpartition(".")[2],
            "entities": newest["entities"],
            "places": newest["places"],
            "marking": newest["marking"],
            "cases": header["cases"],
            "detail": newest["detail"],
        }

    def _published(
        self, spot: Spot, name: str, content: Content, said: Content, at: datetime
    ) -> Publish:
        told = self.told[name]
        content |= {
            key: said[key] for key in ("type", "entities", "places", "detail") if key in said
        }
        if content["entities"] is None:
            stock = form.parse("[someone]", "the entity that comes with every scenario")
            content["entities"] = [] if content["places"] else entities(stock, self.words)
        content["marking"] = {**content["marking"], **said.get("marking", {})}
        cases = said.get("cases", (said["case"],) if "case" in said else None)
        if cases is not None:
            content["cases"] = [f"{self.prefix}{case}" for case in cases]
        event_type = f"liaison.{told.source}.{content['type']}"
        if event_type not in EVENT_TYPES:
            raise spot.refuse(f"{told.source} publishes {_types(told.source)}")
        version = said.get("version", max(told.versions, default=0) + 1)
        self.serial += 1
        published = moment(self.words.start)(said["published"]) if "published" in said else at
        event = {
            "header": {
                "event_id": str(uuid.uuid5(_NAMESPACE, f"{self.prefix}{name}/{self.serial}")),
                "source": told.source,
                "record_id": f"{self.prefix}{name}",
                "version": version,
                "operation": "WITHDRAW" if "withdrawn" in said else "REPORT",
                "event_type": event_type,
                "office": content["office"],
                "occurred_at": published,
                "published_at": published,
                "cases": content["cases"],
                "sequence": self.serial,
            },
            **{key: content[key] for key in ("marking", "entities", "places", "detail")},
        }
        told.versions[version] = cast("Event", event)
        return Publish(
            name, cast("Event", event), said.get("signed") == "forged", said.get("through") == "sdk"
        )

    def guess(
        self,
        source: str,
        name: str,
        guessed: list[Entity],
        at: datetime,
        crime_types: Sequence[str] | None,
    ) -> Event:
        """Return a record of a source system about what somebody guesses."""
        agency = SOURCES[source]
        office = next(each for each in self.register.offices.values() if each.agency == agency)
        mark = default_marking(agency, at)
        if crime_types is not None:
            mark["crime_types"] = list(crime_types)
        self.serial += 1
        event = {
            "header": {
                "event_id": str(uuid.uuid5(_NAMESPACE, f"{self.prefix}{name}/{self.serial}")),
                "source": source,
                "record_id": f"{self.prefix}{name}",
                "version": 1,
                "operation": "REPORT",
                "event_type": f"liaison.{source}.{_TYPES[source]}",
                "office": office.code,
                "occurred_at": at,
                "published_at": at,
                "cases": [],
                "sequence": self.serial,
            },
            "marking": mark,
            "entities": guessed,
            "places": [],
            "detail": {},
        }
        return cast("Event", event)

    def key_of(self, name: str) -> str:
        """Return a record's key."""
        return record_key(self.told[name].newest["header"])

    def sides_of(self, name: str) -> tuple[str, ...]:
        """Return every side the record has been on."""
        told = self.told[name]
        every = (sides(told.agency, event["header"]) for event in told.versions.values())
        return tuple(dict.fromkeys(side for each in every for side in each))


def _source_of(spot: Spot, agency: str) -> str:
    found = next((source for source in _TYPES if SOURCES[source] == agency), None)
    if found is None:
        able = ", ".join(sorted(set(SOURCES.values())))
        raise spot.refuse(f"{agency} has no source system that publishes; these have: {able}")
    return found


def _only_places(said: Content) -> bool:
    return "places" in said and not said.get("entities")


def _types(source: str) -> str:
    return ", ".join(sorted(e.name for e in EVENT_TYPES.values() if e.source == source))


def _detail(spot: Spot) -> Content:
    def value(each: Spot) -> Any:
        text = written(each)
        if text in {"true", "false"}:
            return text == "true"
        return int(text) if each.node.tag.endswith(":int") else text

    return {key: value(each) for key, each in form.keys(spot).items()}


_HOW: Final[dict[str, form.Reader[Any]]] = {
    "version": form.number,
    "published": lambda spot: spot,
    "signed": form.word({"properly", "forged"}),
    "through": form.word({"sdk", "wire"}),
}
