"""Decisions in plain sentences: to the recipient what it was given and why, to operators the rest.

What a recipient reads is a function of the support it is shown; what was withheld, and by which
bar, is told to operators only.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from functools import lru_cache

from consumers.sharing.compiler import UNBARRED_CAVEAT, UNKNOWN_WORD, seconds_of
from consumers.sharing.documents import Agreement, Bar
from consumers.sharing.grants import Grant
from consumers.sharing.outcome import Decision, Outcome, Reason
from consumers.sharing.policy import Policy
from consumers.sharing.request import Request
from consumers.sharing.vocabulary import CRIME_TYPES, PURPOSES

_OBLIGATIONS = {
    "NO-ONWARD": "Do not pass this on without the originator's consent.",
    "NO-COURT": "Do not use this in court or in an affidavit without the owner's consent.",
    "ACK": "Acknowledge this notice.",
}
_PSEUDO_BARS = {
    UNKNOWN_WORD: ("UNKNOWN_WORD", "A word of the question is in no vocabulary: unknown denies."),
    UNBARRED_CAVEAT: ("UNBARRED_CAVEAT", "A caveat that no bar is about denies."),
}


def bar_named(bars: Sequence[Bar], number: int) -> tuple[str, str]:
    """Return rule id and sentence of a bar by the number the generated function gave."""
    return _PSEUDO_BARS[number] if number < 0 else (bars[number].id, bars[number].text)


def why_granted(grants: Iterable[Grant], obligations: Iterable[str]) -> tuple[str, ...]:
    """Return the recipient's sentences: the clauses it is told under, then what it must heed."""
    return (*(f"{grant.rule}: {grant.text}" for grant in grants), *map(_obligation, obligations))


@lru_cache(1_024)
def _obligation(obligation: str) -> str:
    name, _, argument = obligation.rstrip(")").partition("(")
    match name:
        case "RETAIN":
            return f"Keep this no longer than {argument} days."
        case "PURPOSE":
            if argument == "matter":
                return "Use this for the matter only for which you are listed."
            return f"Use this for {argument.replace('_', ' ')} only."
        case "BANNER":
            return f"Handle this under the banner {argument}."
        case _:
            return _OBLIGATIONS[name]


def why_silent(bar: Bar) -> tuple[str, ...]:
    """Return the owner's sentences where its record is protected from the other side."""
    return (
        f"A record of yours is protected ({bar.id}, {bar.basis}): the other side was not told.",
        "You learn that there is a hit, and nothing else, so that contact stays your decision.",
    )


def why_not(policy: Policy, request: Request, subject: str) -> Iterator[Reason]:
    """Say for operators why no clause lets a recipient know that the match exists."""
    pair = (request.owner, request.recipient)
    between = [agreement for agreement in policy.agreements if pair in agreement.directions]
    if not between:
        sentence = f"No agreement lets {pair[0]} disclose to {pair[1]}."
        yield Reason("NO_AGREEMENT", "DENY", subject, sentence)
    for agreement in between:
        part, sentence = _missing(agreement, request)
        yield Reason(agreement.rule(part), "DENY", subject, sentence)


def _missing(agreement: Agreement, request: Request) -> tuple[str, str]:
    """Return the first part of an agreement that a request does not meet, and its sentence."""
    ends = agreement.end is not None and request.now >= seconds_of(agreement.end)
    if ends or request.now < seconds_of(agreement.start):
        return "in_force", f"{agreement.id} is not in force."
    for suspension in agreement.suspensions:
        resumed = suspension.end is not None and request.now >= seconds_of(suspension.end)
        if request.now >= seconds_of(suspension.start) and not resumed:
            since = f"{agreement.id} is suspended since {when(suspension.start)}"
            return "suspensions", f"{since} by {suspension.order}."
    outside = request.crimes & ~CRIME_TYPES.mask(agreement.crime_types)
    if outside or not request.crimes:
        named = ", ".join(CRIME_TYPES.of(outside)) or "no known crime type"
        return "crime_types", f"{agreement.id} does not cover {named}."
    if not request.purpose & PURPOSES.mask(agreement.purposes):
        return "purposes", f"{agreement.id} does not serve the purpose of the receiving channel."
    return "clauses", f"No clause of {agreement.id} lets this office know of such a match."


def to_operator(decision: Decision) -> tuple[str, ...]:
    """Explain a decision to an operator, withheld things included; never for a recipient."""
    head = {
        Outcome.FULL: "Released: no bar and no marking held anything back.",
        Outcome.TEAR: "Released in part: a bar, a caveat or a hold removed or lowered a field.",
        Outcome.POINTER: "Released as a pointer: existence, class and contact.",
        Outcome.SILENT: "Only the owner of the protected record learns of the hit.",
        Outcome.HOLD: f"Held for the consent of {decision.hold_for}; the recipient sees nothing.",
        Outcome.DENY: "Withheld: to the recipient there is no match.",
        Outcome.PARK: "Waiting: the vault is older than a support's lineage. Nothing changes.",
    }[decision.outcome]
    steps = (
        f"{reason.effect} by {reason.rule} on {reason.subject}: {reason.sentence}"
        for reason in decision.reasons
    )
    return (head, *dict.fromkeys(steps), *_until(decision.valid_until))


def when(moment: datetime) -> str:
    """Return a moment (UTC) in words: the day, and the time where it is not midnight."""
    return f"{moment:%Y-%m-%d}" if moment.time() == time.min else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _until(moment: datetime | None) -> tuple[str, ...]:
    return () if moment is None else (f"Holds until {moment:%Y-%m-%d %H:%M:%S} UTC at the latest.",)
