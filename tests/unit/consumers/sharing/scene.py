"""A small world for decisions: parties, records with their histories, matches between them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from consumers.sharing.decide import Decision, Question, RecordHistory, decide
from consumers.sharing.policy import AGREEMENTS, Policy, Secrets, load_policy
from consumers.sharing.records import ATTRIBUTES, canonical_of
from schemas.event import Event, Identifier
from schemas.fingerprint import attribute_fingerprint, identifier_fingerprint
from schemas.match import EntityVersion, Evidence, Match, Support, SupportLink, sorted_pair
from tests.support.events import build_event, build_header, build_marking, build_person
from tests.unit.consumers.sharing.parties import REGISTER

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRETS = Secrets(recipient=b"recipient secret", blocking=b"blocking secret")

PASSPORT: Identifier = {"scheme": "passport", "issuer": "RUS", "value": "712345678"}
PHONE: Identifier = {"scheme": "phone", "issuer": None, "value": "+79161234567"}


@lru_cache(1)
def shipped_policy() -> Policy:
    """The documents that come with Liaison."""
    return load_policy(sorted(AGREEMENTS.glob("*.yaml")), REGISTER, SECRETS)


def record(
    key: str,
    owner: str,
    *,
    entities: Iterable[Mapping[str, Any]] | None = None,
    places: Iterable[Mapping[str, Any]] = (),
    version: int = 1,
    withdrawn: bool = False,
    **marking: Any,
) -> RecordHistory:
    """A record in one version; marking: no caveat, H0, B2, export control, its owner's own."""
    agency, _, office = owner.partition("/")
    said = build_marking(
        **{"caveats": [], "handling": "H0", "originator": agency, "onward": "free"} | marking
    )
    source, _, record_id = key.partition("/")
    header = build_header(version=version, source=source, record_id=record_id, office=office)
    event = build_event(
        header=header,
        marking=said,
        entities=list(entities) if entities is not None else [build_person()],
        places=list(places),
    )
    rank = (version, version, bytes([version]) * 32)
    newest = None if withdrawn else cast("Event", event)
    return RecordHistory(key, owner, rank, newest, {rank: event["marking"]})


def later(history: RecordHistory, newer: RecordHistory) -> RecordHistory:
    """The history of a record after a newer version of it."""
    return replace(newer, markings={**history.markings, **newer.markings})


def end(history: RecordHistory, entity: str = "p1") -> EntityVersion:
    """The newest version of a record as one end of a link."""
    version, published, digest = history.newest_rank
    return EntityVersion(history.record, entity, version, 0, published, digest, history.owner)


def side(history: RecordHistory) -> str:
    return f"{history.owner.partition('/')[0]}:record/{history.record}"


def identifier_evidence(
    left: RecordHistory, right: RecordHistory, identifier: Identifier, entity: str = "p1"
) -> Evidence:
    """Both ends publish the identifier on their entity."""
    left, right = in_order(left, right)
    fingerprint = identifier_fingerprint(SECRETS.blocking, canonical_of(identifier))
    return Evidence(
        attribute="identifier",
        scheme=identifier["scheme"],
        level="exact",
        left_fingerprint=fingerprint,
        right_fingerprint=fingerprint,
        left_path=_identifier_path(left, identifier, entity),
        right_path=_identifier_path(right, identifier, entity),
        frequency_class=0,
    )


def _identifier_path(history: RecordHistory, identifier: Identifier, entity: str) -> str:
    assert history.newest is not None
    holder = next(each for each in history.newest["entities"] if each["id"] == entity)
    return f"entities[{entity}].identifiers[{holder['identifiers'].index(identifier)}]"


def attribute_evidence(left: RecordHistory, right: RecordHistory, attribute: str) -> Evidence:
    field = ATTRIBUTES[attribute]
    left, right = in_order(left, right)
    prints = []
    for each in (left, right):
        assert each.newest is not None
        value = cast("Any", each.newest["entities"][0])[field]
        prints.append(attribute_fingerprint(SECRETS.blocking, attribute, value))
    path = f"entities[p1].{field}"
    return Evidence(attribute, "", "close", prints[0], prints[1], path, path, 3)


def in_order(one: RecordHistory, other: RecordHistory) -> tuple[RecordHistory, RecordHistory]:
    """Left and right of a link."""
    return (one, other) if one.record <= other.record else (other, one)


def support(
    left: RecordHistory, right: RecordHistory, *evidence: Evidence, **changes: Any
) -> Support:
    """A support of class target, confirmed, on the passport unless told otherwise."""
    left, right = in_order(left, right)
    found = Support(
        digest=f"{left.record}+{right.record}",
        match_class="target",
        band="confirmed",
        bits=30.0,
        links=(
            SupportLink(
                evidence or (identifier_evidence(left, right, PASSPORT),),
                end(left),
                end(right),
                side(left),
                side(right),
            ),
        ),
    )
    return replace(found, **changes)


def match(*supports: Support, status: Any = "live") -> Match:
    first = supports[0]
    return Match(
        id="m-1",
        family="space_time" if first.match_class == "space_time" else "identity",
        match_class=first.match_class,
        version="v",
        status=status,
        sides=sorted_pair(*first.sides),
        supports=supports,
        weights_version="w",
        order=1,
        partition=0,
        successor=None,
        published_ms=0,
    )


def ask(
    channel: str,
    histories: Iterable[RecordHistory],
    *supports: Support,
    policy: Policy | None = None,
    closed: Iterable[str] = (),
    now: datetime = NOW,
    **about: Any,
) -> Decision:
    """Decide a live match of the supports for a channel of the register; `about`: see Question."""
    policy = policy or shipped_policy()
    question = Question(
        match=match(*supports),
        records={each.record: each for each in histories},
        closed_sides=frozenset(closed),
        channel=policy.register.channels[channel],
        now=now,
        **about,
    )
    return decide(policy, question)


def between(
    channel: str, left: RecordHistory, right: RecordHistory, *evidence: Evidence, **changes: Any
) -> Decision:
    """Decide a match of two records with one support for a channel."""
    now = changes.pop("now", NOW)
    return ask(channel, (left, right), support(left, right, *evidence, **changes), now=now)


def field_marking(field: str, *caveats: str, **changes: Any) -> dict[str, Any]:
    """A marking of all values of a field of entity p1."""
    marking = {"entity": "p1", "field": field, "value": None, "caveats": list(caveats)}
    return {**marking, "originator": None} | changes


def hsi(**changes: Any) -> RecordHistory:
    return record("hsi.field/R-1", "HSI/miami", **changes)


def bis(**changes: Any) -> RecordHistory:
    return record("bis.oee/B-1", "BIS/enforcement", **changes)


def skr(**changes: Any) -> RecordHistory:
    return record("skr.main/Q-1", "SKR/main", **{"crime_types": ["child_exploitation"]} | changes)


def rules(decision: Decision) -> set[str]:
    return {reason.rule for reason in decision.reasons}


def shown_fields(decision: Decision) -> dict[str, str]:
    """Level by field of what is shown."""
    assert decision.content is not None
    return {row["field"]: row["level"] for row in decision.content["fields"]}


def place(place_id: str = "o1", **changes: Any) -> dict[str, Any]:
    starts = NOW + timedelta(hours=20)
    return {
        "id": place_id,
        "latitude_microdegrees": 25_761_681,
        "longitude_microdegrees": -80_191_788,
        "radius_metres": 300,
        "uncertainty_metres": 50,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "country": "US",
    } | changes
