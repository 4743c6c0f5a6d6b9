"""The typed question that a decision asks about each record of a support.

Every attribute is filled from the record's markings, the party register and the moment; whatever
is not known becomes a value that denies.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Final, NamedTuple

from consumers.sharing.bars import origin_of
from consumers.sharing.ends import End, imminence
from consumers.sharing.outcome import Question
from consumers.sharing.policy import Policy
from consumers.sharing.request import NEVER, Request
from consumers.sharing.vocabulary import (
    BANDS,
    DUTIES,
    HOME,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    ORIGINS,
    PURPOSES,
    RECIPIENT_KINDS,
    calendar,
)
from schemas.countries import ALPHA_3
from schemas.match import MATCH_CLASSES, Support
from schemas.party import Agency, Channel, Office, Officer

CLOSED_CASE_CLASS: Final = MATCH_CLASSES["shared_identifier"]
"""The most that is told of a match with a closed case."""


class Recipient(NamedTuple):
    """Who asks: a channel, its office and its agency, and its officer where it is one person's."""

    channel: Channel
    office: Office
    agency: Agency
    officer: Officer | None = None

    @property
    def country(self) -> str:
        """ISO alpha-2 code of the recipient's country; empty where the officer has another."""
        country = self.agency.country
        officer = self.officer
        return "" if officer and officer.country not in {None, country} else country


def told_class(support: Support, closed_sides: frozenset[str]) -> str:
    """Return the class that may be told: at most `shared_identifier` where a case is closed."""
    known = MATCH_CLASSES.get(support.match_class)
    if (
        known is not None
        and known.family == CLOSED_CASE_CLASS.family
        and known.rank > CLOSED_CASE_CLASS.rank
        and not closed_sides.isdisjoint(support.sides)
    ):
        return CLOSED_CASE_CLASS.name
    return support.match_class


def requests(
    policy: Policy, question: Question, recipient: Recipient, support: Support, ends: Sequence[End]
) -> Iterator[tuple[End, Request]]:
    """Yield what is asked about each end of another office than the recipient's."""
    blank = _blank(question, recipient, support, ends)
    agency = recipient.agency.code
    for end in ends:
        if end.version.owner == recipient.office.id:
            continue
        limits = end.restrictions
        origin = origin_of(policy, limits.origins, limits.caveats, (end.agency, agency))
        yield (
            end,
            blank._replace(
                owner=end.agency,
                kind=_kind(policy, recipient, end, blank.nation),
                crimes=limits.crimes,
                caveats=limits.caveats,
                origin=origin,
                handling=limits.handling,
                validated=end.validated,
                informed=end.informed,
            ),
        )


def _blank(
    question: Question, recipient: Recipient, support: Support, ends: Sequence[End]
) -> Request:
    """Return what is asked about every end: the recipient, the support and the moment."""
    now, grades = question.now.astimezone(UTC), 0
    for end in ends:
        grades |= end.restrictions.grades
    told, officer = told_class(support, question.closed_sides), recipient.officer
    return Request(
        owner="",
        recipient=recipient.agency.code,
        office=recipient.office.id,
        nation=ALPHA_3.get(recipient.country, ""),
        kind=0,
        office_class=OFFICE_CLASSES.bit(recipient.office.office_class),
        duties=DUTIES.mask(officer.duties) if officer else 0,
        purpose=PURPOSES.bit(recipient.channel.purpose),
        crimes=0,
        caveats=0,
        origin=0,
        handling=0,
        entity=0,
        role=0,
        us_person=0,
        match_class=MATCH_CLASS_WORDS.bit(told),
        band=BANDS.bit(support.band),
        grades=grades,
        validated=0,
        informed=0,
        imminence=imminence(ends, now) if told == "space_time" else NEVER,
        today=calendar(now.date()),
        now=int(now.timestamp()),
    )


def kind_of(owner: str, agency: Agency, country: str) -> int:
    """Return what a recipient of a country ('' where it is not one) is to an owner."""
    if owner == agency.code and country == agency.country:
        return RECIPIENT_KINDS.bit("same_agency")
    abroad = agency.agency_class == "foreign" or country != HOME
    kind = RECIPIENT_KINDS.bit("foreign") if abroad else 0
    if not abroad or agency.agency_class == "industry":
        kind |= RECIPIENT_KINDS.bit(agency.agency_class)
    return kind


def _kind(policy: Policy, recipient: Recipient, end: End, nation: str) -> int:
    """Return what the recipient is to an end's owner, the lists of its marking included."""
    limits, officer = end.restrictions, recipient.officer
    kind = kind_of(end.agency, recipient.agency, recipient.country)
    if limits.released and all(nation in listed for listed in limits.released):
        kind |= RECIPIENT_KINDS.bit("listed_country")
    matters = [policy.register.matters.get(each) for each in limits.matters]
    if (
        officer is not None
        and matters
        and all(matter is not None and officer.id in matter.officers for matter in matters)
    ):
        kind |= RECIPIENT_KINDS.bit("listed_officer")
    return kind


def counterpart(policy: Policy, own: End, end: End, request: Request) -> Request:
    """Return the question that the owner of `end` would ask about the recipient's own record."""
    other = policy.register.agencies[end.agency]
    return request._replace(
        owner=own.agency,
        recipient=other.code,
        office=end.version.owner,
        nation=ALPHA_3.get(other.country, ""),
        kind=kind_of(own.agency, other, other.country),
        duties=0,
        origin=ORIGINS.bit("own"),
        handling=own.restrictions.handling,
        validated=own.validated,
    )
