"""What a recipient is shown of one releasable support, field by field, and why.

Everything here is a function of that support, the recipient and the policy.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consumers.sharing.bars import Effect, lifted, on_field, strictest
from consumers.sharing.cedar.reading import Thing
from consumers.sharing.cedar.second import Verdict
from consumers.sharing.compiler import RELEASE
from consumers.sharing.fields import Value, reaches_value, values
from consumers.sharing.grants import Grant
from consumers.sharing.outcome import Consent, Reason
from consumers.sharing.policy import Policy
from consumers.sharing.redact import Keys, redact, redact_place
from consumers.sharing.support import Parent
from consumers.sharing.two_keys import disagreement, unshown
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
    second: Mapping[Thing, frozenset[str]] = field(default_factory=dict)
    agreed: set[Thing] = field(default_factory=set)

    def agrees(self, grant: Grant, thing: Thing) -> bool:
        """Return whether the second key shows a value under the same clause; else say so."""
        self.agreed.add(thing)
        if grant.rule in self.second.get(thing, ()):
            return True
        record, holder, name, _ = thing
        sentence = "Only the first key would show this."
        self.reasons.append(disagreement(record, holder, name, sentence))
        self.lowered = True
        return False

    def lack(self, obligations: Collection[str]) -> None:
        """Take up the second key's obligations; one that the first left out is a disagreement."""
        for each in sorted(set(obligations) - self.obligations):
            sentence = f"Only the second key lays {each} on the recipient."
            self.reasons.append(disagreement("match", "", "obligations", sentence))
            self.obligations.add(each)


def show(
    policy: Policy,
    keys: Keys,
    parents: Iterable[Parent],
    verdict: Verdict,
    consents: Sequence[Consent] = (),
    override: Grant | None = None,
) -> Shown:
    """Collect what a recipient may see of a released support's other ends, if both keys say so.

    Under an override that is where and when operations meet, and nothing else.
    """
    shown = Shown(second=verdict.things)
    if override is not None:
        _in_danger(shown, policy, keys, parents, override)
        return shown
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
    shown.reasons += unshown(verdict.things, shown.agreed)
    shown.lack(verdict.obligations)
    for (rule, subject), names in shown.given.items():
        grant = shown.used[rule]
        effect = f"release {LEVELS[grant.level]}"
        shown.reasons.append(Reason(rule, effect, f"{subject} {', '.join(names)}", grant.text))
    return shown


def _in_danger(
    shown: Shown, policy: Policy, keys: Keys, parents: Iterable[Parent], override: Grant
) -> None:
    """Show the places on which the support rests, whatever is marked on them, and no entity."""
    shown.used[override.rule] = override
    shown.obligations.update(override.obligations)
    for parent in parents:
        resting = {place.entity for place in parent.end.places if place.field == PLACE_TIME}
        _Disclosure(policy, keys, parent, [], (), shown).places_under(override, resting)
    shown.reasons.append(Reason(override.rule, "override", "the match", override.text))


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
        record = self.parent.end.version.record
        subject, found = f"{record}#{local_id}", values(entity)
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
            if not self._given(
                grant, effects, Thing(record, local_id, value.field, value.published or value.text)
            ):
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
            thing = Thing(end.version.record, local_id, PLACE_TIME, "")
            if local_id not in resting or not self._given(grant, effects, thing):
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

    def _best(self, kind: str, role: str, us_person: bool | None) -> Mapping[str, Grant]:
        """Return for each field the clause that gives most of it."""
        return self.policy.given(self.parent.request.about(kind, role, us_person))

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

    def _given(self, grant: Grant, effects: list[Effect], thing: Thing) -> bool:
        """Note a clause and what field markings do; return whether both keys let the value go."""
        (record, local_id, name, _), shown = thing, self.shown
        if effects and self.consents:
            effects = lifted(effects, self.consents, name)
            shown.consents.update(each.consent for each in effects if each.consent)
        for effect in effects:
            subject = f"{record}#{local_id} {name}"
            shown.reasons.append(Reason(effect.rule, effect.effect, subject, effect.sentence))
        if effects and strictest(effects)[0] != RELEASE:
            shown.lowered = True
            return False
        if not shown.agrees(grant, thing):
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
