"""What is asked: one match, one channel, now; and the match's records as Cedar will see them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from consumers.sharing.cedar import reading, request
from consumers.sharing.cedar.engine import Claim, SecondKeyError
from consumers.sharing.cedar.language import NO_MEETING, day_number, instant
from consumers.sharing.cedar.party import Recipient, recipient
from consumers.sharing.cedar.reading import PLACE_TIME, Spot
from consumers.sharing.cedar.request import Attributes, Consenting, History
from schemas.event import Event, FieldMarking
from schemas.match import MATCH_CLASSES, Match, Support
from schemas.party import Channel, Register


class Asked(Protocol):
    """The question: one match, one channel, now."""

    @property
    def match(self) -> Match: ...  # noqa: D102 - named by the class
    @property
    def records(self) -> Mapping[str, History]: ...  # noqa: D102 - named by the class
    @property
    def closed_sides(self) -> frozenset[str]: ...  # noqa: D102 - named by the class
    @property
    def channel(self) -> Channel: ...  # noqa: D102 - named by the class
    @property
    def now(self) -> datetime: ...  # noqa: D102 - named by the class
    @property
    def shown(self) -> frozenset[str] | None: ...  # noqa: D102 - named by the class
    @property
    def consents(self) -> Sequence[Consenting]: ...  # noqa: D102 - named by the class


class End(NamedTuple):
    """One record of a support as the question sees it; `record` are Cedar's attributes."""

    key: str
    office: str
    record: Attributes
    event: Event
    spots: list[Spot]
    marked: list[tuple[FieldMarking, Attributes]]


@dataclass(frozen=True, slots=True)
class Case:
    """One recipient, the consents that have not run out, and what is claimed."""

    recipient: Recipient
    consents: tuple[Consenting, ...]
    claim: Claim


def case_of(
    asked: Asked, support: Support, register: Register, secret: bytes
) -> tuple[Case, list[End]]:
    """Read a support's records for a recipient; `secret` is the blocking secret."""
    ends = _ends(asked, support, register, secret)
    told, meeting = told_class(support, asked.closed_sides), NO_MEETING
    if told == "space_time":
        meeting = imminence([w for end in ends for w in windows(end.event, end.spots)], asked.now)
    day = day_number(asked.now.astimezone(UTC).date())
    claim = Claim(told, support.band, instant(asked.now), day, meeting)
    consents = tuple(each for each in asked.consents if asked.now < each.until)
    return Case(recipient(asked.channel, register), consents, claim), ends


def _ends(asked: Asked, support: Support, register: Register, secret: bytes) -> list[End]:
    versions = [end.version for end in support.ends]
    offices = {each.record: each.owner for each in versions}
    markings = {
        key: request.markings_of(
            asked.records[key], {each.rank for each in versions if each.record == key}
        )
        for key in offices
    }
    every = [each for stated in markings.values() for each in stated]
    grades = sorted({each["source_grade"] + each["information_grade"] for each in every})
    found = []
    for key, office in offices.items():
        history, owner = asked.records[key], office.partition("/")[0]
        event = history.newest
        if event is None:
            raise SecondKeyError("a record is withdrawn")
        whole = request.record(owner, history, markings[key], grades, register)
        spots = reading.spots(support, key, event, history.newest_rank, secret)
        marked = [
            (each, record)
            for stated in markings[key]
            for each in stated["fields"]
            if (record := request.field_record(whole, each, register)) is not None
        ]
        found.append(End(key, office, whole, event, list(spots), marked))
    return found


def imminence(windows: Iterable[tuple[datetime, datetime]], now: datetime) -> int:
    """Return the seconds until all operations run; NO_MEETING: one is over, or there is none."""
    found = list(windows)
    if not found or any(now >= ends for _, ends in found):
        return NO_MEETING
    latest = max(starts for starts, _ in found)
    return max(0, int((latest - now).total_seconds()))


def windows(event: Event, spots: Iterable[Spot]) -> list[tuple[datetime, datetime]]:
    """Return the windows of the places on which evidence rests."""
    resting = {spot.holder for spot in spots if spot.field == PLACE_TIME}
    return [(p["starts_at"], p["ends_at"]) for p in event["places"] if p["id"] in resting]


def told_class(support: Support, closed_sides: Collection[str]) -> str:
    """Return the class told: of a closed case no more than that an identifier is shared."""
    stated, most = MATCH_CLASSES.get(support.match_class), MATCH_CLASSES["shared_identifier"]
    if stated is None or stated.family != most.family or stated.rank <= most.rank:
        return support.match_class
    return most.name if any(side in closed_sides for side in support.sides) else stated.name
