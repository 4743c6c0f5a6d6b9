"""What a recipient is shown of one releasable support, field by field, and why.

Everything here is a function of that support, the recipient and the policy.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from consumers.sharing.bars import Effect, on_field, strictest
from consumers.sharing.compiler import RELEASE
from consumers.sharing.fields import reaches_value, values
from consumers.sharing.outcome import Reason
from consumers.sharing.policy import Grant, Policy
from consumers.sharing.redact import Keys, redact, redact_place
from consumers.sharing.support import Parent
from consumers.sharing.vocabulary import (
    EXISTENCE_FIELDS,
    LEVELS,
    NO_ROLE,
    PLACE_TIME,
    UNRELEASABLE_ROLES,
)
from schemas.event import Entity, FieldMarking, PlaceTime

Row = dict[str, Any]

_HANDLING: Final = {
    "H0": (),
    "H1": ("NO-COURT",),
    "H2": ("NO-ONWARD",),
    "H3": ("NO-COURT", "NO-ONWARD"),
}
"""Europol handling codes as obligations: not as evidence; not further; neither."""


@dataclass(slots=True)
class Shown:
    """What is shown of a support, as it is put together.

    `used` are the clauses that gave something, by rule id, in the order of use. `lowered`: a bar,
    a caveat or a hold took a value away. `found` are (record, entity, field) of the rows.
    """

    fields: list[Row] = field(default_factory=list)
    places: list[Row] = field(default_factory=list)
    found: set[tuple[str, str, str]] = field(default_factory=set)
    used: dict[str, Grant] = field(default_factory=dict)
    obligations: set[str] = field(default_factory=set)
    reasons: list[Reason] = field(default_factory=list)
    lowered: bool = False


def show(policy: Policy, keys: Keys, parents: Iterable[Parent]) -> Shown:
    """Collect what a recipient may see of a released support's other ends."""
    shown = Shown()
    for parent in parents:
        shown.used |= {g.rule: g for g in parent.grants if g.fields <= EXISTENCE_FIELDS}
        shown.obligations.update(o for effect in parent.effects for o in effect.obligations)
        limits = parent.end.restrictions
        shown.obligations.update(_HANDLING[limits.handling])
        if any(onward != "free" for _, onward in limits.origins):
            shown.obligations.add("NO-ONWARD")
        marks = [
            (marking, effects)
            for marking in limits.fields
            if (effects := on_field(policy, parent.request, limits, marking))
        ]
        disclosure = _Disclosure(policy, keys, parent, marks, shown)
        for entity in parent.end.event["entities"]:
            disclosure.entity(entity)
        disclosure.places()
    return shown


@dataclass(frozen=True, slots=True)
class _Disclosure:
    """One parent's fields on their way into `shown`; `marks`: field markings and what they do."""

    policy: Policy
    keys: Keys
    parent: Parent
    marks: list[tuple[FieldMarking, list[Effect]]]
    shown: Shown

    def entity(self, entity: Entity) -> None:
        """Show an entity's values as far as a clause gives them and no marking takes them away."""
        found, event = values(entity), self.parent.end.event
        subject = f"{self.parent.end.version.record}#{entity['id']}"
        if entity["role"] in UNRELEASABLE_ROLES:
            self.shown.lowered = self.shown.lowered or bool(found)
            sentence = "Who called is not disclosed, whatever an agreement says."
            self.shown.reasons.append(Reason("CALLER", "removed", subject, sentence))
            return
        best = self._best(entity["kind"], entity["role"], entity["us_person"])
        if not best:
            return
        head = {
            "entity": self.keys.id("entity", subject),
            "kind": entity["kind"],
            "role": entity["role"],
        }
        for value in found:
            grant = best.get(value.field)
            if grant is None:
                continue
            reaching = [e for m, e in self.marks if reaches_value(m, event, entity, value, found)]
            effects = [effect for each in reaching for effect in each]
            if self._taken_away(effects, f"{subject} {value.field}"):
                continue
            level, text = redact(value, grant.level, grant.keep_last, self.keys)
            row = self._row(grant, level, effects, f"{subject} {value.field}")
            self.shown.fields.append({**head, "field": value.field, "value": text, **row})
            self._found(entity["id"], value.field)

    def places(self) -> None:
        """Show the places on which the support rests, and no others."""
        end = self.parent.end
        resting = {place.entity for place in end.places if place.field == PLACE_TIME}
        grant = self._best(PLACE_TIME, NO_ROLE, None).get(PLACE_TIME) if resting else None
        if grant is not None:
            for place in end.event["places"]:
                if place["id"] in resting:
                    self._place(place, grant)

    def _place(self, place: PlaceTime, grant: Grant) -> None:
        subject = f"{self.parent.end.version.record}#{place['id']}"
        effects = [e for m, each in self.marks if m["field"] == PLACE_TIME for e in each]
        if self._taken_away(effects, f"{subject} {PLACE_TIME}"):
            return
        level, value = redact_place(place, grant.level, self.keys)
        row = self._row(grant, level, effects, f"{subject} {PLACE_TIME}")
        reference = self.keys.id("entity", subject)
        self.shown.places.append({"place": reference, "value": value, **row})
        self._found(place["id"], PLACE_TIME)

    def _best(self, kind: str, role: str, us_person: bool | None) -> dict[str, Grant]:
        """Return for each field the clause that gives most of it; of two equal ones the first."""
        request = self.parent.request.about(kind, role, us_person)
        numbers, _ = self.policy.compiled.judge(request)
        best: dict[str, Grant] = {}
        for number in numbers:
            grant = self.policy.grants[number]
            for name in grant.fields:
                if name not in best or grant.level > best[name].level:
                    best[name] = grant
        return best

    def _taken_away(self, effects: list[Effect], subject: str) -> bool:
        """Note what field markings do; return whether they take the value away."""
        self.shown.reasons += [Reason(e.rule, e.effect, subject, e.sentence) for e in effects]
        if strictest(effects)[0] == RELEASE:
            return False
        self.shown.lowered = True
        return True

    def _row(self, grant: Grant, level: int, effects: list[Effect], subject: str) -> Row:
        """Note a clause that gives a value; return what every row says of it."""
        obligations = {*grant.obligations, *(o for effect in effects for o in effect.obligations)}
        self.shown.used[grant.rule] = grant
        self.shown.obligations |= obligations
        self.shown.reasons.append(
            Reason(grant.rule, f"release {LEVELS[level]}", subject, grant.text)
        )
        return {"level": LEVELS[level], "obligations": sorted(obligations), "clause": grant.rule}

    def _found(self, local_id: str, name: str) -> None:
        self.shown.found.add((self.parent.end.version.record, local_id, name))
