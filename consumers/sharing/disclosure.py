"""What a recipient is shown of one releasable support, field by field, and why.

Everything here is a function of that support, the recipient and the policy.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from consumers.sharing.bars import Effect, lifted, on_field, strictest
from consumers.sharing.compiler import RELEASE
from consumers.sharing.fields import Value, reaches_value, values
from consumers.sharing.outcome import Consent, Reason
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
from schemas.event import Entity, FieldMarking

Row = dict[str, Any]


@dataclass(slots=True)
class Shown:
    """What is shown of a support, as it is put together.

    `used` are the clauses that gave something, by rule id, in the order of use. `lowered`: a bar,
    a caveat or a hold took a value away. `found` are (record, entity, field) of the rows, `given`
    the fields by clause and entity.
    """

    fields: list[Row] = field(default_factory=list)
    places: list[Row] = field(default_factory=list)
    found: set[tuple[str, str, str]] = field(default_factory=set)
    given: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    used: dict[str, Grant] = field(default_factory=dict)
    obligations: set[str] = field(default_factory=set)
    reasons: list[Reason] = field(default_factory=list)
    consents: set[str] = field(default_factory=set)
    lowered: bool = False


def show(
    policy: Policy,
    keys: Keys,
    parents: Iterable[Parent],
    consents: Sequence[Consent] = (),
    override: Grant | None = None,
) -> Shown:
    """Collect what a recipient may see of a released support's other ends.

    Under an override that is where and when operations meet, and nothing else.
    """
    shown = Shown()
    if override is not None:
        return _in_danger(policy, keys, parents, override)
    for parent in parents:
        shown.used |= {g.rule: g for g in parent.grants if g.fields <= EXISTENCE_FIELDS}
        shown.obligations.update(o for effect in parent.effects for o in effect.obligations)
        limits = parent.end.restrictions
        if any(onward != "free" for _, onward in limits.origins):
            shown.obligations.add("NO-ONWARD")
        marks = [
            (marking, effects)
            for marking in limits.fields
            if (effects := on_field(policy, parent.request, limits, marking))
        ]
        disclosure = _Disclosure(policy, keys, parent, marks, tuple(consents), shown)
        for entity in parent.end.event["entities"]:
            disclosure.entity(entity)
        disclosure.places()
    for (rule, subject), names in shown.given.items():
        grant = shown.used[rule]
        effect = f"release {LEVELS[grant.level]}"
        shown.reasons.append(Reason(rule, effect, f"{subject} {', '.join(names)}", grant.text))
    return shown


def _in_danger(policy: Policy, keys: Keys, parents: Iterable[Parent], override: Grant) -> Shown:
    """Show the places on which the support rests, whatever is marked on them, and no entity."""
    shown = Shown(used={override.rule: override}, obligations=set(override.obligations))
    for parent in parents:
        resting = {place.entity for place in parent.end.places if place.field == PLACE_TIME}
        _Disclosure(policy, keys, parent, [], (), shown).places_under(override, resting)
    shown.reasons.append(Reason(override.rule, "override", "the match", override.text))
    return shown


@dataclass(frozen=True, slots=True)
class _Disclosure:
    """One parent's fields on their way into `shown`; `marks`: field markings and what they do."""

    policy: Policy
    keys: Keys
    parent: Parent
    marks: list[tuple[FieldMarking, list[Effect]]]
    consents: tuple[Consent, ...]
    shown: Shown

    def entity(self, entity: Entity) -> None:
        """Show an entity's values as far as a clause gives them and no marking takes them away."""
        local_id, kind, role = entity["id"], entity["kind"], entity["role"]
        subject = f"{self.parent.end.version.record}#{local_id}"
        found = values(entity)
        if role in UNRELEASABLE_ROLES:
            self.shown.lowered = self.shown.lowered or bool(found)
            sentence = "Who called is not disclosed, whatever an agreement says."
            self.shown.reasons.append(Reason("CALLER", "removed", subject, sentence))
            return
        best = self._best(kind, role, entity["us_person"])
        reference = self.keys.reference("entity", subject) if best else ""
        for value in found:
            grant = best.get(value.field)
            if grant is None:
                continue
            effects = self._effects(entity, value, found)
            if not self._given(grant, effects, local_id, value.field):
                continue
            level, text = redact(value, grant.level, grant.keep_last, self.keys)
            self.shown.fields.append(
                {
                    "entity": reference,
                    "kind": kind,
                    "role": role,
                    "field": value.field,
                    "level": LEVELS[level],
                    "value": text,
                    "obligations": _obligations(grant, effects),
                    "clause": grant.rule,
                }
            )

    def places(self) -> None:
        """Show the places on which the support rests, and no others."""
        end = self.parent.end
        resting = {place.entity for place in end.places if place.field == PLACE_TIME}
        grant = self._best(PLACE_TIME, NO_ROLE, None).get(PLACE_TIME) if resting else None
        if grant is not None:
            self.places_under(grant, resting)

    def places_under(self, grant: Grant, resting: Collection[str]) -> None:
        """Show places under a clause, as far as no marking takes them away."""
        end = self.parent.end
        effects = [e for m, each in self.marks if m["field"] == PLACE_TIME for e in each]
        for place in end.event["places"]:
            local_id = place["id"]
            if local_id not in resting or not self._given(grant, effects, local_id, PLACE_TIME):
                continue
            level, value = redact_place(place, grant.level, self.keys)
            self.shown.places.append(
                {
                    "place": self.keys.reference("entity", f"{end.version.record}#{local_id}"),
                    "level": LEVELS[level],
                    "value": value,
                    "obligations": _obligations(grant, effects),
                    "clause": grant.rule,
                }
            )

    def _best(self, kind: str, role: str, us_person: bool | None) -> dict[str, Grant]:
        """Return for each field the clause that gives most of it; of two equal ones the first."""
        request = self.parent.request.about(kind, role, us_person)
        best: dict[str, Grant] = {}
        for number in self.policy.compiled.grants(request)[0]:
            grant = self.policy.grants[number]
            for name in grant.fields:
                if name not in best or grant.level > best[name].level:
                    best[name] = grant
        return best

    def _effects(self, entity: Entity, value: Value, siblings: list[Value]) -> list[Effect]:
        """Return what the field markings that reach a value do to it."""
        if not self.marks:
            return []
        event = self.parent.end.event
        return [
            effect
            for marking, effects in self.marks
            if reaches_value(marking, event, entity, value, siblings)
            for effect in effects
        ]

    def _given(self, grant: Grant, effects: list[Effect], local_id: str, name: str) -> bool:
        """Note a clause and what field markings do; return whether they let the value go."""
        record, shown = self.parent.end.version.record, self.shown
        if effects and self.consents:
            effects = lifted(effects, self.consents, name)
            shown.consents.update(each.consent for each in effects if each.consent)
        for effect in effects:
            subject = f"{record}#{local_id} {name}"
            shown.reasons.append(Reason(effect.rule, effect.effect, subject, effect.sentence))
        if effects and strictest(effects)[0] != RELEASE:
            shown.lowered = True
            return False
        if (found := (record, local_id, name)) not in shown.found:
            shown.found.add(found)
            shown.given.setdefault((grant.rule, f"{record}#{local_id}"), []).append(name)
        shown.used[grant.rule] = grant
        shown.obligations.update(_obligations(grant, effects))
        return True


def _obligations(grant: Grant, effects: list[Effect]) -> list[str]:
    if not effects:
        return list(grant.obligations)
    return sorted({*grant.obligations, *(o for effect in effects for o in effect.obligations)})
