"""What a recipient has been told of a match, and what a new decision changes about it.

One row per match and channel. An id counts as held from the moment its attempt begins, bytes or
none; it is repeated under the same id or taken back, and covered by a later one's receipt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from consumers.sharing.outcome import TOLD, Decision, Outcome
from schemas.digest import keyed_id
from schemas.notice import Action, data_digest

Step = Action | Literal["nothing"]


@dataclass(frozen=True, slots=True)
class Held:
    """A notice or recall that was begun; a recall has no content and no digest.

    `records` are those its content rests on, sorted; empty after it was handed over from another
    match, where the next content is an update whatever it rests on.
    """

    notice_id: str
    content_digest: str | None
    action: Action
    records: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "records", tuple(self.records))


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one match and one channel.

    `last` is the id of the last notice or recall begun, to which the next is chained. `held` are
    the ids begun and not covered by a receipt, oldest first. `acknowledged`: the last one held is
    known to have arrived.
    """

    last: str = ""
    held: tuple[Held, ...] = ()
    acknowledged: bool = False
    outcome: str = ""
    policy_version: str = ""

    @property
    def shown(self) -> frozenset[str]:
        """Records of the content that the recipient may hold (see `Question.shown`)."""
        return frozenset(self.held[-1].records) if self.held else frozenset()


@dataclass(frozen=True, slots=True)
class Transition:
    """What is to be done: a message to send, or nothing.

    `notice_id` is given where the message is one already begun, which keeps its id; None where it
    is a new one, whose id `notice_id()` makes. `supersedes` are the other ids held.
    """

    action: Step
    notice_id: str | None = None
    supersedes: tuple[str, ...] = ()
    content: Mapping[str, Any] | None = None
    content_digest: str | None = None
    records: tuple[str, ...] = ()


NOTHING = Transition("nothing")


def settle(standing: Standing, decision: Decision) -> Transition:
    """Return what takes the recipient from what it holds to what was decided.

    | decided | holds | action |
    | --- | --- | --- |
    | PARK | anything | nothing |
    | told | nothing, or a recall under way | notice |
    | told | the same content, received | nothing |
    | told | the same content, not yet received | the same message again |
    | told | other content of the same records | correction |
    | told | content of other records | update |
    | not told | nothing | nothing |
    | not told | anything | recall |
    """
    if decision.outcome is Outcome.PARK:
        return NOTHING
    had = standing.held[-1] if standing.held else None
    if decision.outcome not in TOLD:
        return NOTHING if had is None else _transition(standing, "recall", None, ())
    records = tuple(sorted({record for record, _ in decision.lineage}))
    if had is None or had.action == "recall":
        return _transition(standing, "notice", decision.content, records)
    if had.content_digest == content_digest(decision.content):
        if standing.acknowledged and len(standing.held) == 1:
            return NOTHING
        return _transition(standing, "update", decision.content, records)
    action: Action = "correction" if had.records == records else "update"
    return _transition(standing, action, decision.content, records)


def _transition(
    standing: Standing,
    action: Action,
    content: Mapping[str, Any] | None,
    records: tuple[str, ...],
) -> Transition:
    """Build a transition; a message that repeats the last one begun keeps its id and its name."""
    digest = content_digest(content)
    had = standing.held[-1] if standing.held else None
    again = had is not None and had.content_digest == digest
    return Transition(
        action=had.action if had is not None and again else action,
        notice_id=had.notice_id if had is not None and again else None,
        supersedes=tuple(held.notice_id for held in standing.held if not (again and held is had)),
        content=content,
        content_digest=digest,
        records=records,
    )


def content_digest(content: Mapping[str, Any] | None) -> str | None:
    """Return the SHA-256 (hex) of disclosed content; None for a recall, which discloses none."""
    return None if content is None else data_digest(content).hex()


def notice_id(
    secret: bytes, match_id: str, channel_id: str, content_digest: str | None, last: str
) -> str:
    """Return the id of a new notice or recall, keyed and chained to the last one begun.

    # INVARIANT: A, then B, then A again are three notices with three ids, so that a receiver that
    # drops repeats by id keeps the last; a repeat of one attempt has one id.
    """
    return keyed_id(secret, "notice", match_id, channel_id, content_digest or "", last)


def begun(standing: Standing, notice_id: str, transition: Transition) -> Standing:
    """Return the standing once an attempt begins; from then on the id counts as held."""
    if transition.action == "nothing" or notice_id in {each.notice_id for each in standing.held}:
        return standing
    held = Held(notice_id, transition.content_digest, transition.action, transition.records)
    return replace(standing, last=notice_id, held=(*standing.held, held), acknowledged=False)


def joined(successor: Standing, moved: Standing) -> Standing:
    """Return a successor's standing with what the recipient holds of the match that moved to it.

    The successor is then decided again: told, an update supersedes what was handed over; not told,
    a recall takes it back. What was handed over counts as the older part.
    """
    handed = tuple(replace(held, records=()) for held in moved.held)
    return replace(
        successor,
        last=successor.last or moved.last,
        held=handed + successor.held,
        acknowledged=successor.acknowledged and not handed
        if successor.held
        else moved.acknowledged,
    )
