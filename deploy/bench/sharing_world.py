"""A small world that asks: parties, random records, random questions; by a seed, fast.

It is one module because all of it is drawn from one stream of random numbers.
"""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast

from consumers.sharing.outcome import Consent, Question
from consumers.sharing.policy import Secrets
from consumers.sharing.records import RecordHistory
from schemas.event import Event
from schemas.identifiers import FIELDS
from schemas.marking import CAVEATS, CRIME_TYPES, PURPOSES
from schemas.match import EntityVersion, Evidence, Match, Support, SupportLink, sorted_pair
from schemas.party import (
    Agency,
    Channel,
    Contact,
    Matter,
    Office,
    Officer,
    Register,
    Subscription,
)

NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRETS: Final = Secrets(recipient=b"bench recipient", blocking=b"bench blocking")

_CONTACT: Final = Contact("Duty desk", "+1 202 555 0100", "desk@example.test")
_PARTIES: Final = (
    ("HSI", "federal_law_enforcement", "US", ("enforcement", "watch", "victim", "attache")),
    ("BIS", "federal_law_enforcement", "US", ("enforcement", "analysis")),
    ("CBP", "federal_law_enforcement", "US", ("analysis", "enforcement")),
    ("FBI", "federal_law_enforcement", "US", ("enforcement", "coordination")),
    ("STATE", "federal_other", "US", ("analysis",)),
    ("COMMERCE", "federal_other", "US", ("analysis",)),
    ("SKR", "foreign", "RU", ("enforcement",)),
    ("MEX", "foreign", "MX", ("enforcement",)),
    ("GBR", "foreign", "GB", ("enforcement", "analysis")),
    ("EXPORTER", "industry", "US", ("industry",)),
)
_PURPOSES: Final = (
    "criminal_investigation",
    "export_enforcement",
    "deconfliction",
    "prosecution",
    "border_security",
    "criminal_justice",
    "victim_protection",
    "visa_screening",
    "outreach",
)
_PLAIN_PURPOSES: Final = ("criminal_investigation", "export_enforcement", "deconfliction")
_PARTNERS: Final = ("BIS", "BIS", "CBP", "FBI", "HSI")
_KINDS: Final = ("person", "person", "organization", "vessel", "vehicle", "account", "shipment")
_ROLES: Final = (
    "subject",
    "subject",
    "associate",
    "consignee",
    "owner",
    "victim",
    "caller",
    "none",
)
_EVENT_TYPES: Final = (
    "liaison.hsi.field.CaseOpened",
    "liaison.hsi.field.CaseOpened",
    "liaison.hsi.field.SubjectReported",
)
_CLASSES: Final = ("target", "target", "shared_identifier", "duplicate_investigation", "fuzzy")
_IDENTIFIERS: Final = (
    ("phone", None, "+79161234567"),
    ("passport", "RUS", "712345678"),
    ("email", None, "ivan@example.test"),
)
_WORDS: Final = (*sorted(CAVEATS), "REL_TO_GBR", "REL_TO_MEX", "NOT_A_CAVEAT")
_CRIMES: Final = tuple(sorted(CRIME_TYPES))
_ONWARD: Final = ("free", "originator_consent", "prohibited")
_LIMITS: Final = tuple(sorted(PURPOSES))
_HARMLESS: Final = ("LES", "TIP", "ECRA", "PROPRIETARY", "TRACE")


def register() -> Register:
    """Return ten agencies, their offices, channels and officers, and two court matters."""
    agencies, offices, channels, officers = {}, {}, {}, {}
    for code, agency_class, country, classes in _PARTIES:
        agencies[code] = Agency(code, code, code, country, cast("Any", agency_class))
        for office_class in classes:
            office = Office(code, office_class, cast("Any", office_class), country, _CONTACT)
            offices[office.id] = office
            for purpose in _PURPOSES:
                key = f"{code}-{office_class}-{purpose}"
                about = (Subscription(("target", "shared_identifier")),)
                channels[key] = Channel(key, office.id, "inbox", purpose, subscriptions=about)
            for name, duties, nation in (
                ("a", ("investigating",), None),
                ("b", ("screening",), "MX"),
            ):
                officer = Officer(
                    f"{code}-{office_class}-{name}", office.id, name, cast("Any", duties), nation
                )
                officers[officer.id] = officer
                key = f"{officer.id}-own"
                channels[key] = Channel(
                    key, office.id, "inbox", "criminal_investigation", officer=officer.id
                )
    listed = tuple(each for each in officers if each.endswith("-a"))
    matters = {"gj-1": Matter("gj-1", "HSI", listed), "gj-2": Matter("gj-2", "HSI", listed[:2])}
    return Register(agencies, offices, channels, {}, officers, matters)


class Asker:
    """Draws questions about one register; half of what it draws is plain, so that much is told."""

    def __init__(self, parties: Register, seed: int) -> None:
        self._random = random.Random(seed)
        self._register = parties
        self._offices = sorted(parties.offices)
        self._partners = [o for o in self._offices if o.partition("/")[0] in _PARTNERS]
        self._channels = {o: parties.channels_of(o) for o in self._offices}
        self._count = 0

    def question(self) -> Question:
        """Return one match of two records and one channel that may be told of it."""
        draw = self._random
        plain, space_time = draw.random() < 0.8, draw.random() < 0.15
        left_office = draw.choice(["HSI/enforcement", "HSI/attache"] if plain else self._offices)
        near = self._partners if plain else self._offices
        right_office = draw.choice([each for each in near if each != left_office])
        left = self._record(left_office, plain=plain, space_time=space_time)
        right = self._record(right_office, plain=plain, space_time=space_time)
        match = self._match(left, right, space_time=space_time)
        office = right_office if draw.random() < 0.9 else draw.choice(self._offices)
        channels = self._channels[office]
        if plain:
            channels = tuple(each for each in channels if each.purpose in _PLAIN_PURPOSES)
        return Question(
            match=match,
            records={left.record: left, right.record: right},
            closed_sides=frozenset(match.sides[:1]) if draw.random() < 0.05 else frozenset(),
            channel=draw.choice(channels),
            now=NOW,
            consents=self._consents(),
        )

    def _consents(self) -> tuple[Consent, ...]:
        draw = self._random
        if draw.random() < 0.9:
            return ()
        by = draw.choice(["FBI", "privacy", "STATE", "COMMERCE", "HSI", "MEX"])
        until = NOW + timedelta(hours=draw.choice([-1, 5]))
        return (Consent("c-1", by, until, draw.choice([None, frozenset({"phone", "name"})])),)

    def _record(self, owner: str, *, plain: bool, space_time: bool) -> RecordHistory:
        self._count += 1
        agency, _, office = owner.partition("/")
        versions = 2 if self._random.random() < 0.1 else 1
        markings: dict[Any, Any] = {
            (version, version, bytes([version]) * 32): self._marking(agency, plain=plain)
            for version in range(1, versions + 1)
        }
        newest = max(markings)
        key = f"bench.source/{self._count}"
        event = self._event(markings[newest], key, office, newest[0], space_time=space_time)
        return RecordHistory(key, owner, newest, event, markings)

    def _event(
        self, marking: Any, key: str, office: str, version: int, *, space_time: bool
    ) -> Event:
        draw = self._random
        source, _, record_id = key.partition("/")
        moment = NOW - timedelta(days=draw.choice([1, 30, 700]))
        header = {
            "event_id": key,
            "source": source,
            "record_id": record_id,
            "version": version,
            "operation": "REPORT",
            "event_type": draw.choice(_EVENT_TYPES),
            "office": office,
            "occurred_at": moment,
            "published_at": moment,
            "cases": [],
            "sequence": 1,
        }
        entities = [self._entity(f"p{n}") for n in range(1, draw.choice([2, 2, 3]))]
        places = [self._place("o1"), self._place("o2")] if space_time else []
        event = {"header": header, "marking": marking, "entities": entities, "places": places}
        return cast("Event", {**event, "detail": {}})

    def _entity(self, local_id: str) -> dict[str, Any]:
        draw = self._random
        return {
            "id": local_id,
            "kind": draw.choice(_KINDS),
            "role": draw.choice(_ROLES),
            "names": [{"full": "Ivan Petrov", "given": "", "middle": "", "family": "", "alias": 0}],
            "birth_date": draw.choice(["1971-03-04", None]),
            "sex": draw.choice(["M", None]),
            "nationalities": ["RU"],
            "identifiers": [
                {"scheme": scheme, "issuer": issuer, "value": value}
                for scheme, issuer, value in _IDENTIFIERS
            ],
            "addresses": [
                {"line": "12 Main", "city": "Kazan", "region": "", "postcode": "", "country": "RU"}
            ],
            "birth_place": None,
            "us_person": draw.choice([None, True, False, False]),
            "associations": [],
            "attachments": [],
        }

    def _place(self, local_id: str) -> dict[str, Any]:
        starts = NOW + timedelta(hours=self._random.choice([-3, 1, 12, 40]))
        return {
            "id": local_id,
            "latitude_microdegrees": 25_761_681,
            "longitude_microdegrees": -80_191_788,
            "radius_metres": 300,
            "uncertainty_metres": 50,
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=2),
            "country": "US",
        }

    def _marking(self, agency: str, *, plain: bool) -> dict[str, Any]:
        draw = self._random
        marking = {
            "caveats": draw.sample(_HARMLESS, draw.choice([0, 0, 0, 1])),
            "originator": agency,
            "onward": "free",
            "handling": "H0",
            "source_grade": draw.choice("AB"),
            "information_grade": draw.choice("12"),
            "crime_types": draw.sample(("export_control", "sanctions_evasion"), 1),
            "predicate": _predicate(2026),
            "purpose_limits": [],
            "audience": None,
            "tear_line": None,
            "fields": self._field_markings() if draw.random() < 0.2 else [],
            "matters": draw.choice([[], ["gj-1"], ["gj-1", "gj-2"], ["gj-9"]]),
        }
        return marking if plain else marking | self._odd(agency)

    def _odd(self, agency: str) -> dict[str, Any]:
        """Return what makes a marking strict, or unreadable."""
        draw = self._random
        return {
            "caveats": draw.sample(_WORDS, draw.choice([0, 1, 1, 2])),
            "originator": draw.choice([agency, agency, "FBI", "MEX", "", "NONE"]),
            "onward": draw.choice(_ONWARD),
            "handling": draw.choice(["H0", "H1", "H2", "H3", "H9"]),
            "source_grade": draw.choice("ABXZ"),
            "information_grade": draw.choice("1245"),
            "crime_types": draw.sample(_CRIMES, draw.choice([0, 1, 2])),
            "predicate": _predicate(draw.choice([2026, 2026, 2020])),
            "purpose_limits": draw.sample(_LIMITS, draw.choice([0, 0, 3])),
            "audience": draw.choice([None, None, [], ["BIS"], ["HSI/watch"]]),
        }

    def _field_markings(self) -> Sequence[dict[str, Any]]:
        draw = self._random
        return [
            {
                "entity": draw.choice(["p1", "p2", "o1", "nobody"]),
                "field": draw.choice([*sorted(FIELDS), "phone", "name", "name"]),
                "value": draw.choice([None, "+79161234567", "nowhere"]),
                "caveats": draw.sample(_WORDS, draw.choice([0, 1])),
                "originator": draw.choice([None, None, "FBI", "MEX", "HSI"]),
            }
        ]

    def _match(self, left: RecordHistory, right: RecordHistory, *, space_time: bool) -> Match:
        draw = self._random
        path, attribute = "entities[p1].identifiers[0]", "identifier"
        told = draw.choice(_CLASSES)
        if space_time:
            path, attribute, told = "places[o1]", "place_time", "space_time"
        evidence = Evidence(attribute, "", "exact", 0, 0, path, path, 0)
        sides = [f"{each.owner.partition('/')[0]}:record/{each.record}" for each in (left, right)]
        link = SupportLink((evidence,), _end(left), _end(right), sides[0], sides[1])
        band: Any = "possible" if draw.random() < 0.03 else "confirmed"
        support = Support("s-1", told, band, 30.0, (link,))
        return Match(
            id="m-1",
            family="space_time" if space_time else "identity",
            match_class=told,
            version="v",
            status="live",
            sides=sorted_pair(*sides),
            supports=(support,),
            weights_version="w",
            order=1,
            partition=0,
            successor=None,
            published_ms=0,
        )


def _predicate(year: int) -> dict[str, Any]:
    day = date(year, 1, 1)
    return {"basis": "a controlled purchase", "established_on": day, "validated_on": day}


def _end(history: RecordHistory) -> EntityVersion:
    version, published, digest = history.newest_rank
    return EntityVersion(history.record, "p1", version, 0, published, digest, history.owner)
