"""The decision: one match, one recipient, now. Pure: the same question has the same answer.

Supports are judged strongest first, each alone; the first that may be known is shown, and only
that one. What is withheld leaves no trace in what is shown (design section 2, "Supports").
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from consumers.sharing.asking import Recipient, told_class
from consumers.sharing.cedar.second import Verdict
from consumers.sharing.compiler import DENY, RELEASE
from consumers.sharing.content import ageing, data, heed, silent_data, valid_until
from consumers.sharing.disclosure import show
from consumers.sharing.ends import PARK
from consumers.sharing.outcome import Clock, Consent, Decision, Outcome, Question, Reason
from consumers.sharing.policy import Policy
from consumers.sharing.records import RecordHistory
from consumers.sharing.redact import Keys
from consumers.sharing.support import HOLD, Judged, current, judge, on_match
from consumers.sharing.two_keys import second_opinion
from schemas.match import BANDS, MATCH_CLASSES, Match, Support
from schemas.party import Channel
from schemas.record import Rank

__all__ = ["Consent", "Decision", "Outcome", "Question", "Reason", "RecordHistory", "decide"]

_NOT_LIVE = {
    "retracted": Reason("MATCH_RETRACTED", DENY, "match", "The match no longer holds."),
    "moved": Reason("MATCH_MOVED", DENY, "match", "The match goes on under other sides."),
}
_UNKNOWN_STATUS = Reason("UNKNOWN_WORD", DENY, "match", "The status of the match is not known.")
_UNKNOWN_PARTY = Reason("UNKNOWN_PARTY", DENY, "channel", "The recipient is not in the register.")


def decide(policy: Policy, question: Question) -> Decision:
    """Decide what a channel's office may know of a match, and build exactly that."""
    match, channel = question.match, question.channel
    live, kept = match.status == "live", tuple(_kept(question))
    if not live and not (match.status == "retracted" and kept):
        return _withheld(
            policy, match, Outcome.DENY, [_NOT_LIVE.get(match.status, _UNKNOWN_STATUS)]
        )
    recipient = _recipient(policy, channel)
    if recipient is None:
        return _withheld(policy, match, Outcome.DENY, [_UNKNOWN_PARTY])
    refused: list[Judged] = []
    silent: Judged | None = None
    supports = (*(match.supports if live else ()), *kept)
    shared = on_match(policy, question, recipient, supports) if policy.match_bars else ()
    for support in sorted(supports, key=lambda each: _strength(each, question), reverse=True):
        judged = judge(policy, question, recipient, support, shared)
        verdict = second_opinion(policy, question, judged) if judged.effect == RELEASE else None
        if verdict is not None and not verdict.silent:
            return _released(policy, question, judged, refused, verdict)
        if verdict is not None:
            silent = silent or judged
        refused.append(judged)
    if silent is not None:
        return _released(policy, question, silent, refused, Verdict())
    return _refused(policy, question, refused)


def _recipient(policy: Policy, channel: Channel) -> Recipient | None:
    office = policy.register.offices.get(channel.office)
    agency = None if office is None else policy.register.agencies.get(office.agency)
    if office is None or agency is None:
        return None
    return Recipient(channel, office, agency, policy.register.officers.get(channel.officer or ""))


def _kept(question: Question) -> Iterator[Support]:
    """Quiet supports that the recipient has been shown: they stand for it, and for nobody else.

    It is told of corrections and recalls as before; a value that became common takes nothing back.
    """
    for support in question.match.quiet:
        if question.shown == support.records:
            yield support


def _strength(support: Support, question: Question) -> tuple[int, int, float, str]:
    """Order supports by what may be told of them; the digest breaks ties."""
    known = MATCH_CLASSES.get(told_class(support, question.closed_sides))
    rank = 0 if known is None else known.rank
    return rank, BANDS.get(support.band, 0), support.bits, support.digest


def _released(
    policy: Policy, question: Question, judged: Judged, refused: Iterable[Judged], verdict: Verdict
) -> Decision:
    """Show one support; the reasons of what was refused before it stay beside it, for operators."""
    keys = Keys(policy.secrets.recipient, question.channel.office)
    consents = current(question)
    parents = () if judged.silent else judged.parents
    shown = show(policy, keys, parents, verdict, consents, judged.override)
    heed(shown, question.channel.purpose)
    relied = judged.consents | shown.consents
    # A consent covers sending, not keeping: its end bounds the attempt and is not disclosed.
    told_until = valid_until(shown, question.now, ageing(policy, shown, parents))
    ends = [each.until for each in consents if each.id in relied]
    until = min((told_until, *ends) if told_until else ends, default=None)
    reasons = [reason for each in refused if each is not judged for reason in each.reasons]
    reasons += judged.reasons
    if judged.silent is None:
        content = data(policy, keys, judged, shown, told_until)
        reasons += [*_known(judged), *shown.reasons]
    else:
        bar, subject = judged.silent, f"support {judged.support.digest}"
        content = silent_data(judged, keys, bar)
        reasons.append(Reason(bar.id, "SILENT", subject, bar.text))
    return Decision(
        outcome=Outcome(content["outcome"]),
        hold_for=None,
        match_class=judged.match_class,
        band=judged.support.band,
        content=content,
        lineage=_lineage((judged.support,)),
        obligations=tuple(content["obligations"]),
        reasons=tuple(reasons),
        policy_version=policy.version,
        valid_until=until,
        exempt=judged.override is None
        and all(grant.agreement.exempt for p in judged.parents for grant in p.grants),
        clocks=_clocks([judged]),
        consents=tuple(sorted(relied)),
        override=judged.override.rule if judged.override else "",
    )


def _known(judged: Judged) -> Iterator[Reason]:
    """Say which clauses let the existence of the support be known."""
    for parent in judged.parents:
        for grant in parent.grants:
            if "existence" in grant.fields:
                subject = parent.end.version.reference
                yield Reason(grant.rule, "release existence", subject, grant.text)


def _refused(policy: Policy, question: Question, refused: list[Judged]) -> Decision:
    """Return PARK, HOLD or DENY where no support may be known.

    Only the support that the recipient holds makes it wait: for others there is nothing to keep,
    and what it holds of a support that fell is taken back.
    """
    match, reasons = question.match, [reason for each in refused for reason in each.reasons]
    clocks = _clocks(refused)
    parked = [each for each in refused if each.effect == PARK]
    if any(question.shown is None or each.records == question.shown for each in parked):
        return _withheld(policy, match, Outcome.PARK, reasons)
    holds = sorted({party for each in refused if each.effect == HOLD for party in each.holds})
    if holds:
        held = _withheld(policy, match, Outcome.HOLD, reasons, "+".join(holds))
        return replace(held, clocks=clocks)
    return replace(_withheld(policy, match, Outcome.DENY, reasons), clocks=clocks)


def _clocks(judged: Iterable[Judged]) -> tuple[Clock, ...]:
    """Return the must-shares that run for some support, by rule."""
    found = {rule: clock for each in judged for rule, clock in each.clocks.items()}
    return tuple(found[rule] for rule in sorted(found))


def _withheld(
    policy: Policy,
    match: Match,
    outcome: Outcome,
    reasons: Iterable[Reason],
    hold_for: str | None = None,
) -> Decision:
    return Decision(
        outcome=outcome,
        hold_for=hold_for,
        match_class=match.match_class,
        band=max((s.band for s in match.supports), key=lambda b: BANDS.get(b, 0), default=""),
        content=None,
        lineage=_lineage(match.supports),
        obligations=(),
        reasons=tuple(reasons),
        policy_version=policy.version,
        valid_until=None,
    )


def _lineage(supports: Iterable[Support]) -> tuple[tuple[str, Rank], ...]:
    versions = (end.version for support in supports for end in support.ends)
    return tuple(sorted({(each.record, each.rank) for each in versions}))
