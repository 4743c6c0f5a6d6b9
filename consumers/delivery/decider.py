"""What one channel may know of one match now, read from the vault alone."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from consumers.consent.reservations import offers
from consumers.delivery.keeper import InForce
from consumers.sharing.consents import Offer, consenting, usable
from consumers.sharing.decide import decide
from consumers.sharing.inspection import unproven, violations
from consumers.sharing.outcome import TOLD, Decision, Outcome, Question
from consumers.sharing.policy import Policy
from consumers.sharing.recipients import recipients
from consumers.sharing.records import RecordHistory
from consumers.sharing.standing import Facts, Standing, Transition, notice_id, settle
from consumers.sharing.suspension import resumed_us
from consumers.store.matches import lineage, load_match
from consumers.store.records import closed_sides, histories
from schemas.codec import Codec
from schemas.digest import keyed_id
from schemas.errors import ContractError
from schemas.match import Match
from schemas.party import Channel, Register
from schemas.record import microseconds

Decide = Callable[[Policy, Question], Decision]
Prove = Callable[[Question, Decision, bytes], tuple[str, ...]]
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
    offers: tuple[Offer, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision, the transition it makes of a standing, and the id of what is to be sent.

    `notice_id` is None where nothing is to be sent. `relied` are the consents that the decision
    relies on, `for_notice` the id that has or is to reserve them.
    """

    decision: Decision
    transition: Transition
    notice_id: str | None
    relied: tuple[Offer, ...] = ()
    for_notice: str = ""

    @property
    def parked(self) -> bool:
        """The vault is older than the lineage: neither yes nor no."""
        return self.decision.outcome is Outcome.PARK

    @property
    def claims(self) -> tuple[str, ...]:
        """The consents that are to be reserved for `for_notice`: it is told, or stays told."""
        told = self.decision.outcome in TOLD and self.transition.action != "recall"
        return tuple(each.id for each in self.relied) if told and self.for_notice else ()

    @property
    def consents_end(self) -> datetime | None:
        """When the first of the consents relied on runs out; None: it relies on none."""
        return min((each.expires for each in self.relied), default=None)


class Decider:
    """Decides by one set of rules; holds no state between calls."""

    def __init__(
        self,
        in_force: InForce,
        codec: Codec,
        decide: Decide = decide,
        recipients: FindRecipients = recipients,
        prove: Prove = violations,
    ) -> None:
        self.in_force = in_force
        self._policy = in_force.policy
        self._codec = codec
        self._decide = decide
        self._recipients = recipients
        self._prove = prove

    @property
    def register(self) -> Register:
        """The parties of the policy in force."""
        return self._policy.register

    def under(self, in_force: InForce) -> "Decider":
        """Return one that decides by another policy."""
        return Decider(in_force, self._codec, self._decide, self._recipients, self._prove)

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
            offers=tuple(offers(connection, records)),
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
        held = standing.held[-1].notice_id if standing.held else ""
        offered = [
            each
            for each in usable(situation.offers, held, now, acknowledged=standing.acknowledged)
            if each.scope == (channel.office, channel.purpose)
        ]
        while True:
            judgement = self._judged(question, standing, offered)
            taken = [o for o in judgement.relied if o.notice_id not in (None, judgement.for_notice)]
            if not taken:
                return judgement
            # INVARIANT: what another notice has reserved, even of this thread, is not relied on.
            offered = [each for each in offered if each not in taken]

    def _judged(
        self, question: Question, standing: Standing, offered: Collection[Offer]
    ) -> Judgement:
        decision, relied = self._decided(self._policy, question, offered)
        facts = Facts(microseconds(question.now))
        if decision.outcome in TOLD:
            resumed = resumed_us(self._policy, decision, question.now)
            facts = Facts(facts.now_us, resumed_us=resumed)
        elif standing.held and self.in_force.unsuspended and decision.outcome is not Outcome.PARK:
            other, relied = self._decided(self.in_force.unsuspended, question, offered)
            facts = Facts(facts.now_us, other)
        transition = settle(standing, decision, facts)
        chosen = None
        if transition.action != "nothing":
            # A retry keeps its id; anything else is chained to the last one begun.
            chosen = transition.notice_id or notice_id(
                self._policy.secrets.recipient,
                question.match.id,
                question.channel.id,
                transition.content_digest or "",
                standing.last,
            )
        held = standing.held[-1].notice_id if standing.held else ""
        return Judgement(decision, transition, chosen, relied, chosen or held)

    def _decided(
        self, policy: Policy, question: Question, offered: Collection[Offer]
    ) -> tuple[Decision, tuple[Offer, ...]]:
        """Decide without any consent, then with those that meet what is held back."""
        decision = self._proven(policy, question)
        if not offered:
            return decision, ()
        asked = consenting(question, decision, offered)
        if not asked.consents:
            return decision, ()
        better = self._proven(policy, asked)
        if better.outcome not in TOLD:
            return decision, ()
        ids = {each.id for each in asked.consents}
        return better, tuple(each for each in offered if each.id in ids)

    def _proven(self, policy: Policy, question: Question) -> Decision:
        """Decide, and look at the finished content once more: what it should not say denies it."""
        decision = self._decide(policy, question)
        found = self._prove(question, decision, policy.secrets.recipient)
        if not found:
            return decision
        return replace(
            decision,
            outcome=Outcome.DENY,
            content=None,
            obligations=(),
            valid_until=None,
            consents=(),
            reasons=(*decision.reasons, *(unproven(each) for each in found)),
        )

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
