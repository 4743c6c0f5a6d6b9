"""Decisions in plain sentences, for whoever may read them; from the recorded inputs alone.

An operator reads everything. A recipient reads by which clause it was given what, and what it must
do; of what was withheld it learns nothing. An owner whose side was told of the match reads beside
that what others were given, and were not given, of its own records.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from consumers.sharing.explain import why_granted
from consumers.sharing.outcome import TOLD, Decision, Outcome, Reason

_RELEASE: Final = "release "
_HOLD: Final = re.compile(r"HOLD\((.+)\)")
_LEVELS: Final = {
    "full": "in full",
    "summary": "in summary",
    "masked": "masked",
    "token": "as a token that means the same value and can't be read",
    "pointer": "as a pointer, without the value",
}
_DONE: Final = {
    "release": "Not withheld, but marked",
    "SILENT": "Kept from the other side",
    "PARK": "Awaited",
}
_HEADS: Final = {
    Outcome.FULL: "{who} was told of the match, and nothing was lowered or withheld.",
    Outcome.TEAR: "{who} was told of the match; part of it was lowered or withheld.",
    Outcome.POINTER: "{who} was told that the match exists, its class, and whom to call.",
    Outcome.SILENT: "{who} was told that a protected record of its own was hit, and nothing else.",
    Outcome.HOLD: "{who} was told nothing: the match waits for the consent of {hold}.",
    Outcome.DENY: "{who} was told nothing: for it there is no match.",
    Outcome.PARK: "Nothing was decided for {who}: a record of the match is awaited.",
}


def for_operator(decision: Decision, who: str) -> tuple[str, ...]:
    """Explain all of a decision about the recipient `who`; never for a recipient."""
    steps = (_step(reason, who) for reason in decision.reasons)
    return (_head(decision, who), *dict.fromkeys(steps), *_ending(decision, who))


def for_recipient(decision: Decision, who: str) -> tuple[str, ...]:
    """Explain to `who` what it was given; empty where it may not know that there is a match."""
    if decision.outcome not in TOLD:
        return ()
    head = _HEADS[Outcome.POINTER if decision.outcome is Outcome.POINTER else decision.outcome]
    if decision.outcome is Outcome.TEAR:
        # That something is missing is itself withheld.
        head = "{who} was told of the match."
    silent = (r.sentence for r in decision.reasons if r.effect == Outcome.SILENT)
    given = (_step(r, who) for r in decision.reasons if r.effect.startswith(_RELEASE))
    steps = silent if decision.outcome is Outcome.SILENT else given
    return (head.format(who=who), *dict.fromkeys(steps), *_ending(decision, who))


def for_owner(
    decision: Decision, who: str, owner: str, owners: Mapping[str, str]
) -> tuple[str, ...]:
    """Explain to an owner what `who` was given of its own records; `owners` by record key.

    Of a match that was withheld it reads only where a reason of its own records withheld it: that
    another's record did is not for its eyes.
    """
    mine = [r for r in decision.reasons if owners.get(record_of(r)) == owner]
    own_doing = any(not reason.effect.startswith("release") for reason in mine)
    if not mine or not (decision.outcome in TOLD or own_doing):
        return ()
    told = "was told" if decision.outcome in TOLD else "was told nothing"
    steps = dict.fromkeys(_step(reason, who) for reason in mine)
    return (f"{who} {told} of this match with a record of {owner}.", *steps)


def record_of(reason: Reason) -> str:
    """Return the key of the record a reason is about, empty where it is about none."""
    subject = reason.subject.partition(" ")[0].partition("#")[0]
    return subject.partition("@")[0] if "/" in subject else ""


def _head(decision: Decision, who: str) -> str:
    hold = " and ".join((decision.hold_for or "").split("+"))
    return _HEADS[decision.outcome].format(who=who, hold=hold)


def _step(reason: Reason, who: str) -> str:
    what, because = _subject(reason.subject), f"{_rule(reason.rule)}: {reason.sentence}"
    if reason.effect == "release existence":
        return f"That {what} is matched may be known to {who}, by {because}"
    if reason.effect.startswith(_RELEASE):
        level = reason.effect[len(_RELEASE) :]
        return f"Released {_LEVELS.get(level, level)}: {what}, by {because}"
    if (held := _HOLD.fullmatch(reason.effect)) is not None:
        return f"Waits for the consent of {held[1]}: {what}, under {because}"
    return f"{_DONE.get(reason.effect, 'Withheld')}: {what}, under {because}"


def _subject(subject: str) -> str:
    """Say `hsi.field/A#petrov name, phone` as `name, phone of petrov in hsi.field/A`."""
    entity, _, fields = subject.partition(" ")
    record, _, local_id = entity.partition("#")
    if "/" not in record:
        return subject
    said = f"{fields} of {local_id} in {record}" if fields and local_id else ""
    return said or (f"{local_id} in {record}" if local_id else f"record {record}")


def _rule(rule: str) -> str:
    document, _, part = rule.partition("/")
    if not part:
        return f"the rule {rule}"
    return (
        f"clause {part} of {document}"
        if part[0].isdigit() or "." in part
        else f"{document}, {part}"
    )


def _ending(decision: Decision, who: str) -> Iterator[str]:
    if decision.obligations:
        yield f"{who} must: {' '.join(_duties(decision.obligations))}"
    if decision.valid_until is not None:
        yield f"This holds until {decision.valid_until:%Y-%m-%d %H:%M:%S} UTC at the latest."


def _duties(obligations: Iterable[str]) -> Iterable[str]:
    return why_granted((), obligations)
