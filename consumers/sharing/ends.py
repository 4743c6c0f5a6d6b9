"""The records that a support rests on, as the vault holds them now, whoever asks."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from consumers.sharing.compiler import DENY
from consumers.sharing.outcome import Reason
from consumers.sharing.records import (
    Place,
    RecordHistory,
    Restrictions,
    State,
    locate,
    restrictions,
    state,
)
from consumers.sharing.request import NEVER
from consumers.sharing.vocabulary import PLACE_TIME, UNLIMITED, calendar, months
from schemas.catalogue import EVENT_TYPES
from schemas.event import Event
from schemas.match import EntityVersion, Support, SupportLink

PARK: Final = "PARK"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_VALIDITY: Final = months(60)


class End(NamedTuple):
    """One record of a support as the vault holds it now, whatever number of links end in it.

    `places` are where its evidence stands, `agreeing` the fields in which that does not conflict.
    """

    version: EntityVersion
    side: str
    agency: str
    event: Event
    restrictions: Restrictions
    places: tuple[Place, ...]
    agreeing: frozenset[str]
    validated: int

    @property
    def informed(self) -> int:
        """The day from which the record's information is, as `calendar`."""
        return calendar(self.event["header"]["occurred_at"].date())


def ends_of(
    support: Support, records: Mapping[str, RecordHistory], secret: bytes
) -> tuple[list[End], list[Reason]]:
    """Return each record once, in the order of the links; and why any does not stand.

    `secret` is the blocking secret, with which evidence is compared to a newer version. Where two
    links name two versions of a record, both versions' restrictions hold.
    """
    found: dict[str, End] = {}
    missing = []
    for link in support.links:
        for left in (True, False):
            end = _end(link, records, secret, left=left)
            if isinstance(end, Reason):
                missing.append(end)
                continue
            known = found.setdefault(end.version.record, end)
            if known is not end:
                found[end.version.record] = known._replace(
                    restrictions=known.restrictions.joined(end.restrictions),
                    places=known.places + end.places,
                    agreeing=known.agreeing | end.agreeing,
                )
    return list(found.values()), missing


def imminence(ends: Iterable[End], now: datetime) -> int:
    """Return the seconds until all of the operations that meet run, 0 while they do, else NEVER."""
    windows = [
        (place["starts_at"], place["ends_at"])
        for end in ends
        for place in end.event["places"]
        if any((each.entity, each.field) == (place["id"], PLACE_TIME) for each in end.places)
    ]
    if not windows or now >= min(ends_at for _, ends_at in windows):
        return NEVER
    return max(0, int((max(starts_at for starts_at, _ in windows) - now).total_seconds()))


def _end(
    link: SupportLink, records: Mapping[str, RecordHistory], secret: bytes, *, left: bool
) -> End | Reason:
    """Return one end as it stands, or why it does not."""
    version, side = link.ends[0 if left else 1]
    subject, history = version.reference, records.get(version.record)
    if history is None or state(history, version) is State.PARKED:
        sentence = "The vault does not hold this version of the record yet."
        return Reason("RECORD_AWAITED", PARK, subject, sentence)
    if history.newest is None:
        return Reason("WITHDRAWN", DENY, subject, "The record is withdrawn.")
    check = None if history.newest_rank == version.rank else secret
    located = [locate(history.newest, each, left=left, check=check) for each in link.evidence]
    places = tuple(place for place in located if place is not None)
    if len(places) < len(located) or not places:
        sentence = "The evidence no longer stands in the newest version of the record."
        return Reason("EVIDENCE_FALLEN", DENY, subject, sentence)
    return End(
        version=version,
        side=side,
        agency=version.owner.partition("/")[0],
        event=history.newest,
        restrictions=restrictions(history, version.rank),
        places=places,
        agreeing=frozenset(
            place.field
            for place, evidence in zip(places, link.evidence, strict=True)
            if evidence.level not in {"conflict", "missing"}
        ),
        validated=validated(history),
    )


def validated(history: RecordHistory) -> int:
    """Return the day on which an intelligence record was last validated in time, as `calendar`.

    UNLIMITED for a case record; 0 for intelligence without a predicate. Only a review resets the
    clock, and one that came after it ran out revives nothing (28 CFR 23.20(h)); none is younger
    than the version that states it.
    """
    if history.newest is None:
        return 0
    kind = EVENT_TYPES.get(history.newest["header"]["event_type"])
    if kind is not None and kind.kind == "case":
        return UNLIMITED
    running = 0
    for rank in sorted(history.markings):
        predicate = history.markings[rank]["predicate"]
        if predicate is None:
            return 0
        stated = calendar(predicate["validated_on"])
        published = calendar((_EPOCH + timedelta(microseconds=rank[1])).date())
        if running and published >= running + _VALIDITY:
            return running
        running = stated
    return min(running, calendar(history.newest["header"]["published_at"].date()))
