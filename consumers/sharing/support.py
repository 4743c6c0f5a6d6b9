"""One support judged for one recipient: may the recipient know that it exists?

Each record of another owner on any of its links is decided apart, and the strictest counts: DENY
over PARK over HOLD over release. Nothing here looks at another support. A chain with one hop that
may not be known does not exist: neither its path nor its length (catalogue row 43).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from consumers.sharing.asking import Recipient, counterpart, requests, told_class
from consumers.sharing.bars import (
    Effect,
    lifted,
    on_existence,
    resolve,
    silencing,
    strictest,
)
from consumers.sharing.compiler import DENY, RELEASE
from consumers.sharing.documents import Bar
from consumers.sharing.ends import PARK, End, ends_of
from consumers.sharing.explain import why_not
from consumers.sharing.grants import Grant
from consumers.sharing.outcome import Clock, Consent, Question, Reason
from consumers.sharing.policy import Policy
from consumers.sharing.recipients import concerned
from consumers.sharing.request import Request
from schemas.match import Support

HOLD: Final = "HOLD"
_YIELDING: Final = frozenset({"AUDIENCE", "PURPOSE_LIMIT"})
"""What the owner itself has set and an override passes; an empty audience is no setting."""


class Parent(NamedTuple):
    """Another owner's end whose existence may be known, under these clauses and bars."""

    end: End
    request: Request
    grants: tuple[Grant, ...]
    effects: tuple[Effect, ...]
    overrides: tuple[Grant, ...] = ()


@dataclass(slots=True)
class Judged:
    """What becomes of a support: DENY, PARK, HOLD (for `holds`) or release of its `parents`.

    `stands`: something withholds it that no override passes. `clocks` by rule.
    """

    support: Support
    match_class: str
    effect: str = RELEASE
    holds: tuple[str, ...] = ()
    parents: list[Parent] = field(default_factory=list)
    silent: Bar | None = None
    override: Grant | None = None
    stands: bool = False
    clocks: dict[str, Clock] = field(default_factory=dict)
    consents: set[str] = field(default_factory=set)
    reasons: list[Reason] = field(default_factory=list)

    @property
    def records(self) -> frozenset[str]:
        """The records of its lineage."""
        return self.support.records

    def deny(self, rule: str, sentence: str, subject: str) -> None:
        """Withhold it for good, whatever else is found."""
        self.effect = DENY
        self.stands = self.stands or rule not in _YIELDING
        self.reasons.append(Reason(rule, DENY, subject, sentence))


def judge(
    policy: Policy,
    question: Question,
    recipient: Recipient,
    support: Support,
    shared: Iterable[Effect] = (),
) -> Judged:
    """Decide the existence of one support; `shared` is what bars do to the whole match."""
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
    for end, request in requests(policy, question, recipient, support, ends):
        _existence(policy, judged, question, (end, request, recipient), shared)
    _override(judged)
    own = [end for end in ends if end.version.owner == channel.office]
    if judged.effect == RELEASE:
        bars = (_silencing(policy, end, parent) for end in own for parent in judged.parents)
        judged.silent = next((bar for bar in bars if bar is not None), None)
        if judged.silent is None and channel.office in support.owners - support.side_owners:
            sentence = "The office owns a hop alone, and each of its links is a match of its own."
            judged.deny("HOP_ALONE", sentence, f"support {support.digest}")
    return judged


def _existence(
    policy: Policy,
    judged: Judged,
    question: Question,
    asked: tuple[End, Request, Recipient],
    shared: Iterable[Effect],
) -> None:
    """Decide whether the recipient may know of one end; joins the outcome to `judged`."""
    end, request, recipient = asked
    subject = end.version.reference
    for rule, sentence in _narrowed(policy, end, recipient, request):
        judged.deny(rule, sentence, subject)
    numbers, barred, clocks, overrides = policy.compiled.judge(request)
    grants = tuple(policy.grants[number] for number in numbers)
    judged.clocks |= {policy.clocks[n].rule: policy.clocks[n] for n in clocks}
    if not any("existence" in grant.fields for grant in grants):
        judged.effect = DENY
        judged.reasons += why_not(policy, request, subject)
    originators = frozenset(originator for originator, _ in end.restrictions.origins)
    effects = resolve(policy, barred, request, originators)
    effects += on_existence(policy, request, end.restrictions, end.event, end.places)
    effects = lifted([*effects, *shared], current(question))
    judged.consents |= {each.consent for each in effects if each.consent}
    judged.stands = judged.stands or any(each.withholds and not each.yields for each in effects)
    judged.reasons += [Reason(each.rule, each.effect, subject, each.sentence) for each in effects]
    effect, holds = strictest(effects)
    if effect == DENY:
        judged.effect = DENY
    elif effect == HOLD and judged.effect != DENY:
        judged.effect = HOLD
        judged.holds = tuple(sorted({*judged.holds, *holds}))
    passed = tuple(policy.overrides[number] for number in overrides)
    judged.parents.append(Parent(end, request, grants, tuple(effects), passed))


def current(question: Question) -> tuple[Consent, ...]:
    """Return the consents that have not run out."""
    return tuple(each for each in question.consents if question.now < each.until)


def _override(judged: Judged) -> None:
    """Release a withheld support as a minimal pointer where danger is imminent (28 CFR 23.20(f)).

    Only where an override holds towards every end, and nothing withholds it that none passes.
    """
    if judged.effect == RELEASE or judged.stands or not judged.parents:
        return
    common = set.intersection(*(set(parent.overrides) for parent in judged.parents))
    if common:
        judged.override = min(common, key=lambda grant: grant.rule)
        judged.effect, judged.holds = RELEASE, ()


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
    if not all(limits.audiences):
        yield "EMPTY_AUDIENCE", "The owner's audience is empty: it is nobody, never everybody."
    if any(names.isdisjoint(audience) for audience in limits.audiences):
        yield "AUDIENCE", "The owner's audience does not name this recipient."


def _silencing(policy: Policy, own: End, parent: Parent) -> Bar | None:
    """Return the bar under which the other side may not know of the recipient's own record."""
    asked = counterpart(policy, own, parent.end, parent.request)
    return silencing(policy, asked, own.restrictions)


def on_match(
    policy: Policy, question: Question, recipient: Recipient, supports: Iterable[Support]
) -> tuple[Effect, ...]:
    """Return what bars that reach a whole match do to it, from the records of every support."""
    found = []
    for support in supports:
        ends, _ = ends_of(support, question.records, policy.secrets.blocking)
        for end, request in requests(policy, question, recipient, support, ends):
            barred = policy.compiled.judge(request)[1]
            originators = frozenset(originator for originator, _ in end.restrictions.origins)
            effects = resolve(policy, barred, request, originators)
            effects += on_existence(policy, request, end.restrictions, end.event, ())
            found += [each for each in effects if each.scope == "match"]
    return tuple(found)
