"""Which consents a decision may rely on: one party's, to one record or field, once, for a while.

Pure. The decision lifts holds by party; what is offered to it here is scoped before, so that a
consent to one record never lifts the same party's hold on another.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from consumers.sharing.outcome import TOLD, Consent, Decision, Outcome, Question

_HOLD: Final = "HOLD("
#: A consent whose notice has arrived covers it whatever the hour.
_COVERED: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """A consent that is missing: whose, to what (no field: the record), by which rule."""

    party: str
    record: str
    field: str
    rule: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A consent as the vault has it; `notice_id` is the notice that has reserved it."""

    id: str
    party: str
    record: str
    field: str
    office: str
    purpose: str
    expires: datetime
    notice_id: str | None = None

    @property
    def scope(self) -> tuple[str, str]:
        """To which office, for what purpose."""
        return self.office, self.purpose

    def meets(self, wish: Wish) -> bool:
        """Return whether this is the consent wished for; one to a record covers its fields."""
        return (self.party, self.record) == (wish.party, wish.record) and (
            self.field in ("", wish.field)
        )


def wishes(decision: Decision) -> tuple[Wish, ...]:
    """Return the consents that would show more, as the decision's reasons name them."""
    if decision.outcome is not Outcome.HOLD and decision.outcome not in TOLD:
        return ()
    return tuple(dict.fromkeys(_wishes(decision)))


def _wishes(decision: Decision) -> Iterator[Wish]:
    for reason in decision.reasons:
        if reason.effect.startswith(_HOLD):
            entity, _, field = reason.subject.partition(" ")
            record = entity.partition("#")[0]
            yield Wish(reason.effect[len(_HOLD) : -1], record, field, reason.rule)


def usable(
    offers: Iterable[Offer], held: str, now: datetime, *, acknowledged: bool
) -> tuple[Offer, ...]:
    """Return what may be relied on now, this thread's own first.

    `held` is the id of the last notice begun: what its receipt is known for stays covered by the
    consent it was sent under.
    """
    found = [
        replace(each, expires=max(each.expires, now + _COVERED)) if covered else each
        for each in offers
        for covered in (acknowledged and bool(held) and each.notice_id == held,)
        if covered or now < each.expires
    ]
    return tuple(sorted(found, key=lambda each: (each.notice_id is None, each.id)))


def consenting(question: Question, unconsented: Decision, offers: Collection[Offer]) -> Question:
    """Return the question with the consents that meet every wish of their party.

    Where the match itself is held, supports with a wish that nobody meets are left out: they stay
    as they are, and no consent to another record reaches them.
    """
    wished = wishes(unconsented)
    met = {wish: next((o for o in offers if o.meets(wish)), None) for wish in wished}
    match = question.match
    if unconsented.outcome is Outcome.HOLD:
        closed = {wish.record for wish, offer in met.items() if offer is None}
        kept = tuple(s for s in match.supports if closed.isdisjoint(s.records))
        match = replace(match, supports=kept)
        wished = tuple(w for w in wished if any(w.record in s.records for s in kept))
    missing = {wish.party for wish in wished if met[wish] is None}
    chosen = {met[w]: None for w in wished if w.party not in missing}
    return replace(
        question,
        match=match,
        consents=tuple(_consent(o, wished) for o in chosen if o is not None),
    )


def _consent(offer: Offer, wished: Iterable[Wish]) -> Consent:
    fields = frozenset(w.field for w in wished if offer.meets(w)) - {""}
    return Consent(offer.id, offer.party, offer.expires, fields if offer.field else None)
