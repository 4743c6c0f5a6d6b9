"""What a consent lifts: one party's hold on one record or field, for one office and purpose; pure.

A hold that is lifted keeps its obligations. Nothing but a hold is ever lifted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from consumers.sharing.bars import Effect
from consumers.sharing.compiler import RELEASE
from consumers.sharing.outcome import TOLD, Consent, Decision, Outcome

_HOLD = "HOLD("


@dataclass(frozen=True, slots=True)
class Offer:
    """A consent as it stands for a thread; `notice_id` is the notice that has reserved it."""

    consent: Consent
    expires: datetime
    notice_id: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A consent that is missing: whose, to what (no field: the record), by which rule."""

    party: str
    record: str
    field: str
    rule: str


def lifted(
    effects: Iterable[Effect], consents: Iterable[Consent], record: str, field: str
) -> tuple[list[Effect], frozenset[str]]:
    """Return the effects with every hold released that somebody consents to, and by which ids.

    A consent to a record reaches its fields; one to a field reaches that field alone.
    """
    offered = [c for c in consents if c.record == record and c.field in ("", field)]
    after, used = [], set()
    for effect in effects:
        given = next((c for c in offered if effect.effect == f"{_HOLD}{c.party})"), None)
        if given is not None:
            used.add(given.id)
        after.append(effect if given is None else effect._replace(effect=RELEASE))
    return after, frozenset(used)


def offered(
    offers: Iterable[Offer], held: str, now: datetime, *, acknowledged: bool
) -> tuple[Offer, ...]:
    """Return what may be relied on now, this thread's own first.

    `held` is the id of the last notice begun: what its receipt is known for stays covered by the
    consent it was sent under, whatever the hour.
    """
    usable = [
        each
        for each in offers
        if now < each.expires or (acknowledged and each.notice_id == held != "")
    ]
    return tuple(sorted(usable, key=lambda each: (each.notice_id is None, each.consent.id)))


def wishes(decision: Decision) -> Iterator[Wish]:
    """Yield the consents that would show more, as the decision's reasons name them."""
    if decision.outcome is not Outcome.HOLD and decision.outcome not in TOLD:
        return
    for reason in decision.reasons:
        if reason.effect.startswith(_HOLD):
            entity, _, field = reason.subject.partition(" ")
            record = entity.partition("#")[0]
            yield Wish(reason.effect[len(_HOLD) : -1], record, field, reason.rule)

