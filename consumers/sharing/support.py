"""One support judged for one recipient: may the recipient know that it exists?

Each record of another owner on any of its links is decided apart, and the strictest counts: DENY
over PARK over HOLD over release. Nothing here looks at another support. A chain with one hop that
may not be known does not exist: neither its path nor its length (catalogue row 43).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from consumers.sharing.bars import (
    Effect,
    on_existence,
    origin_of,
    resolve,
    silencing,
    strictest,
)
from consumers.sharing.compiler import DENY, RELEASE
from consumers.sharing.documents import Bar
from consumers.sharing.ends import PARK, End, ends_of
from consumers.sharing.explain import why_not
from consumers.sharing.outcome import Question, Reason
from consumers.sharing.policy import Grant, Policy
from consumers.sharing.recipients import concerned
from consumers.sharing.request import Request
from consumers.sharing.vocabulary import (
    BANDS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    PURPOSES,
    RECIPIENT_KINDS,
)
from schemas.match import MATCH_CLASSES, Support
from schemas.party import Agency, Channel, Office

CLOSED_CASE_CLASS: Final = MATCH_CLASSES["shared_identifier"]
"""The most that is told of a match with a closed case."""
HOLD: Final = "HOLD"


class Recipient(NamedTuple):
    """Who asks: a channel, its office and its agency."""

    channel: Channel
    office: Office
    agency: Agency


class Parent(NamedTuple):
    """Another owner's end whose existence may be known, under these clauses and bars."""

    end: End
    request: Request
    grants: tuple[Grant, ...]
    effects: tuple[Effect, ...]


@dataclass(slots=True)
class Judged:
    """What becomes of a support: DENY, PARK, HOLD (for `holds`) or release of its `parents`."""

    support: Support
    match_class: str
    effect: str = RELEASE
    holds: tuple[str, ...] = ()
    parents: list[Parent] = field(default_factory=list)
    silent: Bar | None = None
    reasons: list[Reason] = field(default_factory=list)

    @property
    def records(self) -> frozenset[str]:
        """The records of its lineage."""
        return self.support.records

    def deny(self, rule: str, sentence: str, subject: str) -> None:
        """Withhold it for good, whatever else is found."""
        self.effect = DENY
        self.reasons.append(Reason(rule, DENY, subject, sentence))


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


def judge(policy: Policy, question: Question, recipient: Recipient, support: Support) -> Judged:
    """Decide the existence of one support."""
    judged = Judged(support, told_class(support, question.closed_sides))
    channel, told = recipient.channel, judged.match_class
    if not concerned(support, channel, policy.register, told, question.records):
        subject = f"support {support.digest}"
        judged.deny("NOT_CONCERNED", "The office is no recipient of this support.", subject)
        return judged
    ends, missing = ends_of(support, question.records, policy.secrets.blocking)
    judged.reasons += missing
    if missing:
        judged.effect = DENY if any(each.effect == DENY for each in missing) else PARK
        return judged
    grades = 0
    for end in ends:
        grades |= end.restrictions.grades
    for end in ends:
        if end.version.owner != channel.office:
            request = _request(question, recipient, judged, end, grades)
            _existence(policy, judged, end, recipient, request)
    own = [end for end in ends if end.version.owner == channel.office]
    if judged.effect == RELEASE:
        bars = (_silencing(policy, end, parent) for end in own for parent in judged.parents)
        judged.silent = next((bar for bar in bars if bar is not None), None)
        if judged.silent is None and channel.office in support.owners - support.side_owners:
            sentence = "The office owns a hop alone, and each of its links is a match of its own."
            judged.deny("HOP_ALONE", sentence, f"support {support.digest}")
    return judged


def _request(
    question: Question, recipient: Recipient, judged: Judged, end: End, grades: int
) -> Request:
    agency, limits = recipient.agency, end.restrictions
    kind = "same_agency" if end.agency == agency.code else agency.agency_class
    return Request(
        owner=end.agency,
        recipient=agency.code,
        kind=RECIPIENT_KINDS.bit(kind),
        office_class=OFFICE_CLASSES.bit(recipient.office.office_class),
        purpose=PURPOSES.bit(recipient.channel.purpose),
        crimes=limits.crimes,
        caveats=limits.caveats,
        origin=origin_of(limits.origins, limits.caveats, end.agency, agency.code),
        entity=0,
        role=0,
        us_person=0,
        match_class=MATCH_CLASS_WORDS.bit(judged.match_class),
        band=BANDS.bit(judged.support.band),
        grades=grades,
        now=int(question.now.timestamp()),
    )


def _existence(
    policy: Policy, judged: Judged, end: End, recipient: Recipient, request: Request
) -> None:
    """Decide whether the recipient may know of one end; joins the outcome to `judged`."""
    subject = end.version.reference
    for rule, sentence in _narrowed(policy, end, recipient, request):
        judged.deny(rule, sentence, subject)
    numbers, barred = policy.compiled.judge(request)
    grants = tuple(policy.grants[number] for number in numbers)
    if not any("existence" in grant.fields for grant in grants):
        judged.effect = DENY
        judged.reasons += why_not(policy, request, subject)
    originators = frozenset(originator for originator, _ in end.restrictions.origins)
    effects = resolve(policy, barred, request, originators)
    effects += on_existence(policy, request, end.restrictions, end.event, end.places)
    judged.reasons += [Reason(each.rule, each.effect, subject, each.sentence) for each in effects]
    effect, holds = strictest(effects)
    if effect == DENY:
        judged.effect = DENY
    elif effect == HOLD and judged.effect != DENY:
        judged.effect = HOLD
        judged.holds = tuple(sorted({*judged.holds, *holds}))
    judged.parents.append(Parent(end, request, grants, tuple(effects)))


def _narrowed(
    policy: Policy, end: End, recipient: Recipient, request: Request
) -> Iterator[tuple[str, str]]:
    """Return rule and sentence of each limit that the owner itself has set, beside caveats."""
    limits = end.restrictions
    if not limits.known:
        yield "UNKNOWN_MARKING", "A word of the record's marking is in no vocabulary."
    if end.agency not in policy.register.agencies:
        yield "UNKNOWN_PARTY", "The owner is not in the party register."
    if any(not request.purpose & purposes for purposes in limits.purposes):
        yield "PURPOSE_LIMIT", "The owner limits the record to other purposes."
    names = {recipient.agency.code, recipient.office.id}
    if any(names.isdisjoint(audience) for audience in limits.audiences):
        yield "AUDIENCE", "The owner's audience does not name this recipient."


def _silencing(policy: Policy, own: End, parent: Parent) -> Bar | None:
    """Return the bar under which the other side may not know of the recipient's own record."""
    other = policy.register.agencies[parent.end.agency]
    kind = "same_agency" if own.agency == other.code else other.agency_class
    counterpart = parent.request._replace(
        owner=own.agency, recipient=other.code, kind=RECIPIENT_KINDS.bit(kind)
    )
    return silencing(policy, counterpart, own.restrictions)
