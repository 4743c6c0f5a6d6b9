"""Two keys: what the first would release goes only where the second, on its own, releases it too.

What they disagree on is withheld, and an operator is told: reasons under the rule `TWO_KEYS`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from consumers.sharing.cedar.engine import SecondKeyError
from consumers.sharing.cedar.reading import Thing
from consumers.sharing.cedar.second import RELEASE, Verdict
from consumers.sharing.compiler import DENY
from consumers.sharing.outcome import Question, Reason
from consumers.sharing.policy import Policy
from consumers.sharing.support import Judged, Parent

TWO_KEYS: Final = "TWO_KEYS"
"""Rule of every reason that says that the keys disagree."""


def second_opinion(policy: Policy, question: Question, judged: Judged) -> Verdict | None:
    """Ask the second key about a support that the first would release.

    None where it has no answer or another one on what may be known of the match: `judged` is then
    denied.
    """
    subject = f"support {judged.support.digest}"
    try:
        verdict = policy.second.judge(question, judged.support)
    except SecondKeyError as error:
        judged.deny(TWO_KEYS, f"The second key has no answer: {error}.", subject)
        return None
    for sentence in _differences(judged, verdict):
        judged.deny(TWO_KEYS, sentence, subject)
        return None
    return verdict


def _differences(judged: Judged, verdict: Verdict) -> Iterator[str]:
    """Yield in what the keys differ on existence, contact, silence or an override."""
    if {parent.end.version.record for parent in judged.parents} != verdict.ends.keys():
        yield "The keys do not speak of the same records."
    elif verdict.outcome != RELEASE:
        yield f"The second key says {verdict.outcome}."
    elif (judged.override.rule if judged.override else "") != verdict.override:
        yield "The keys do not agree on an override."
    elif (judged.silent is not None) != verdict.silent:
        yield "The keys do not agree on whether only the owner may be told."
    elif judged.override is None:
        yield from _clauses(judged.parents, verdict)


def _clauses(parents: Iterable[Parent], verdict: Verdict) -> Iterator[str]:
    for parent in parents:
        record = parent.end.version.record
        if _granting(parent, "existence") != verdict.ends[record].rules:
            yield "The keys rest on different clauses."
        contact = verdict.things.get(Thing(record, "", "contact", ""), frozenset())
        if _granting(parent, "contact") != contact:
            yield "The keys do not agree on the contact."


def _granting(parent: Parent, field: str) -> frozenset[str]:
    return frozenset(grant.rule for grant in parent.grants if field in grant.fields)


def unshown(things: Mapping[Thing, frozenset[str]], shown: Iterable[Thing]) -> Iterator[Reason]:
    """Yield a reason for each value that only the second key would show; it stays withheld."""
    places = {(t.record, t.holder, t.field) for t in things.keys() - set(shown) if t.holder}
    for record, holder, field in sorted(places):
        yield disagreement(record, holder, field, "Only the second key would show this.")


def disagreement(record: str, holder: str, field: str, sentence: str) -> Reason:
    """Return the reason that withholds a field on which the keys disagree."""
    return Reason(TWO_KEYS, DENY, f"{record}#{holder} {field}", sentence)
