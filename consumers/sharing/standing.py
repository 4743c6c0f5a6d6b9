"""What a recipient has been told of a match, and what a new decision changes about it.

One row per match and channel. An id counts as held from the moment its attempt begins, bytes or
none; it is repeated under the same id or taken back, and covered by a later one's receipt.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from consumers.sharing.outcome import TOLD, Decision, Outcome
from consumers.sharing.transition import Decided, Holds, Request, Step, rule_for
from schemas.digest import keyed_id
from schemas.notice import Action, data_digest

DAY_US: Final = 86_400_000_000
_RETAIN: Final = "RETAIN("


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
    known to have arrived. `cleared_us`: when the match was first decided for this recipient, or
    last told to it, or last released by an operator: a resumption after that asks for review.
    `retain_until_us`: until when it may keep what it holds (0: no content was told). `purged`:
    digest of the content that reached its retention.
    """

    last: str = ""
    held: tuple[Held, ...] = ()
    acknowledged: bool = False
    outcome: str = ""
    policy_version: str = ""
    cleared_us: int = 0
    retain_until_us: int = 0
    purged: str = ""

    @property
    def shown(self) -> frozenset[str]:
        """Records of the content that the recipient may hold (see `Question.shown`)."""
        return frozenset(self.held[-1].records) if self.held else frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides beside the decision, of this moment.

    `unsuspended` is the decision as it would be were no agreement suspended, where that differs.
    `resumed_us`: when the last of the agreements that a release rests on was resumed; 0: none was.
    """

    now_us: int = 0
    unsuspended: Decision | None = None
    resumed_us: int = 0


@dataclass(frozen=True, slots=True)
class Transition:
    """What is to be done: a message to send, or nothing; and what is asked of people.

    `notice_id` is given where the message is one already begun, which keeps its id; None where it
    is a new one, whose id `notice_id()` makes. `supersedes` are the other ids held. `purges`: what
    is recalled has reached its retention.
    """

    action: Step
    notice_id: str | None = None
    supersedes: tuple[str, ...] = ()
    content: Mapping[str, Any] | None = None
    content_digest: str | None = None
    records: tuple[str, ...] = ()
    request: Request | None = None
    purges: bool = False


NOTHING = Transition("nothing")


def settle(standing: Standing, decision: Decision, facts: Facts = Facts()) -> Transition:
    """Return what takes the recipient from what it holds to what was decided, by the table.

    See `transition.TABLE`. What is compared with what it holds under a suspension is what it might
    be told without.
    """
    wanted = facts.unsuspended or decision
    decided, holds = decided_word(standing, decision, facts), holds_word(standing, wanted, facts)
    rule = rule_for(decided, holds)
    if rule.action == "nothing":
        return replace(NOTHING, request=rule.request)
    if rule.action == "recall":
        recall = _transition(standing, "recall", None, ())
        return replace(recall, request=rule.request, purges=holds == "past retention")
    return _transition(standing, rule.action, decision.content, records_of(decision))


def decided_word(standing: Standing, decision: Decision, facts: Facts) -> Decided:
    """Return the table's word for a decision."""
    if decision.outcome is Outcome.PARK:
        return "parked"
    if decision.outcome in TOLD:
        # In one and the same moment nobody can say which came first: review.
        since = facts.resumed_us
        return "unreviewed" if since and standing.cleared_us <= since else "told"
    if facts.unsuspended is not None and facts.unsuspended.outcome in TOLD:
        return "suspended"
    return "asked" if decision.outcome is Outcome.HOLD else "withheld"


def holds_word(standing: Standing, wanted: Decision, facts: Facts) -> Holds:
    """Return the table's word for what a recipient holds, beside what it would be told."""
    had, digest = standing.held[-1] if standing.held else None, content_digest(wanted.content)
    if had is None:
        return "purged" if digest is not None and standing.purged == digest else "nothing"
    if had.action == "recall":
        # A purge that is under way is not undone by asking again for what was purged.
        return "past retention" if digest is not None and standing.purged == digest else "recalled"
    if 0 < standing.retain_until_us <= facts.now_us:
        return "past retention"
    if had.content_digest == digest:
        done = standing.acknowledged and len(standing.held) == 1
        return "same" if done else "unconfirmed"
    return "corrected" if had.records == records_of(wanted) else "other"


def records_of(decision: Decision) -> tuple[str, ...]:
    """Return the records that a decision rests on, sorted."""
    return tuple(sorted({record for record, _ in decision.lineage}))


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


def begun(
    standing: Standing, notice_id: str, transition: Transition, now_us: int = 0, keep_days: int = 0
) -> Standing:
    """Return the standing once an attempt begins; from then on the id counts as held.

    `keep_days` is the retention of its content; a repeat restarts no clock.
    """
    if transition.action == "nothing" or notice_id in {each.notice_id for each in standing.held}:
        return standing
    held = Held(notice_id, transition.content_digest, transition.action, transition.records)
    after = replace(standing, last=notice_id, held=(*standing.held, held), acknowledged=False)
    if transition.content is None:
        purged = standing.held[-1].content_digest if transition.purges else None
        return replace(after, retain_until_us=0, purged=purged or standing.purged)
    until = now_us + keep_days * DAY_US if keep_days else 0
    return replace(after, cleared_us=max(now_us, standing.cleared_us), retain_until_us=until)


def keep_days(obligations: Iterable[str]) -> int:
    """Return for how many days what is told may be kept, by its obligations; 0: they do not say."""
    days = [int(o[len(_RETAIN) : -1]) for o in obligations if o.startswith(_RETAIN)]
    return min(days, default=0)


def joined(successor: Standing, moved: Standing) -> Standing:
    """Return a successor's standing with what the recipient holds of the match that moved to it.

    The successor is then decided again: told, an update supersedes what was handed over; not told,
    a recall takes it back. What was handed over counts as the older part.
    """
    handed = tuple(replace(held, records=()) for held in moved.held)
    return replace(
        successor,
        last=successor.last or moved.last,
        cleared_us=max(successor.cleared_us, moved.cleared_us),
        retain_until_us=successor.retain_until_us or moved.retain_until_us,
        purged=successor.purged or moved.purged,
        held=handed + successor.held,
        acknowledged=successor.acknowledged and not handed
        if successor.held
        else moved.acknowledged,
    )
