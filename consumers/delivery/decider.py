"""What one channel may know of one match now, read from the vault alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from consumers.sharing.decide import decide
from consumers.sharing.outcome import Decision, Outcome, Question
from consumers.sharing.policy import Policy
from consumers.sharing.recipients import recipients
from consumers.sharing.records import RecordHistory
from consumers.sharing.standing import Standing, Transition, notice_id, settle
from consumers.store.matches import lineage, load_match
from consumers.store.records import closed_sides, histories
from schemas.codec import Codec
from schemas.digest import keyed_id
from schemas.errors import ContractError
from schemas.match import Match
from schemas.party import Channel, Register

Decide = Callable[[Policy, Question], Decision]
FindRecipients = Callable[[Match, Mapping[str, RecordHistory], Register], tuple[Channel, ...]]

#: What a broken input can raise while a match is decided. It then discloses nothing, alarms, and
#: stops nobody else.
UNDECIDABLE: Final = (
    ArithmeticError,
    AttributeError,
    ContractError,
    LookupError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Situation:
    """A match with everything in the vault that its decisions read."""

    match: Match
    records: Mapping[str, RecordHistory]
    closed: frozenset[str]
    recipients: frozenset[str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision, the transition it makes of a standing, and the id of what is to be sent.

    `notice_id` is None where nothing is to be sent.
    """

    decision: Decision
    transition: Transition
    notice_id: str | None

    @property
    def parked(self) -> bool:
        """The vault is older than the lineage: neither yes nor no."""
        return self.decision.outcome is Outcome.PARK


class Decider:
    """Decides by one set of rules; holds no state between calls."""

    def __init__(
        self,
        policy: Policy,
        codec: Codec,
        decide: Decide = decide,
        recipients: FindRecipients = recipients,
    ) -> None:
        self._policy = policy
        self._codec = codec
        self._decide = decide
        self._recipients = recipients

    @property
    def register(self) -> Register:
        """The parties of the policy in force."""
        return self._policy.register

    def situation(self, connection: Connection, match_id: str) -> Situation | None:
        """Read a match and all it rests on; None while the vault has no such match."""
        match = load_match(connection, match_id, self._codec)
        if match is None:
            return None
        records = histories(connection, lineage(match), self._codec)
        told = self._recipients(match, records, self.register)
        return Situation(
            match=match,
            records=records,
            closed=closed_sides(connection, match.sides),
            recipients=frozenset(channel.id for channel in told),
        )

    def judge(
        self, situation: Situation, channel: Channel, standing: Standing, now: datetime
    ) -> Judgement:
        """Decide for one channel as if for the first time, then compare with what it was told."""
        question = Question(
            match=situation.match,
            records=situation.records,
            closed_sides=situation.closed,
            channel=channel,
            now=now,
            shown=_shown(standing),
        )
        decision = self._decide(self._policy, question)
        transition = settle(standing, decision)
        chosen = None
        if transition.action != "nothing":
            # A retry keeps its id; anything else is chained to the last one begun.
            chosen = transition.notice_id or notice_id(
                self._policy.secrets.recipient,
                situation.match.id,
                channel.id,
                transition.content_digest or "",
                standing.last,
            )
        return Judgement(decision, transition, chosen)

    def subject(self, match: Match, channel: Channel) -> str:
        """Return the id by which this recipient knows the match."""
        return keyed_id(self._policy.secrets.recipient, "match", channel.office, match.id)


def _shown(standing: Standing) -> frozenset[str] | None:
    """Return what the recipient's last content rests on; None where that is not to be said.

    A thread never told, or told under another match, waits for a parked support: what is parked is
    neither a denial nor a reason to take back what was handed over.
    """
    if not standing.held:
        return None
    last = standing.held[-1]
    return None if last.action != "recall" and not last.records else standing.shown
