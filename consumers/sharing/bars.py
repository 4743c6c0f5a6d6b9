"""What the bars make of a record towards a recipient: on the whole of it, and field by field."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from consumers.sharing.compiler import DENY, RELEASE, Barred
from consumers.sharing.documents import Bar
from consumers.sharing.explain import bar_named
from consumers.sharing.fields import reaches_place
from consumers.sharing.policy import Policy
from consumers.sharing.records import Place, Restrictions
from consumers.sharing.request import Request
from consumers.sharing.vocabulary import CAVEATS, ORIGINS
from schemas.event import Event, FieldMarking

_ORIGINATOR = "HOLD(originator)"
_THIRD = {"free": "free", "prohibited": "prohibited"}


class Effect(NamedTuple):
    """What one bar does: DENY, HOLD(x), or a release under obligations. `scope` as in `Bar`."""

    rule: str
    effect: str
    sentence: str
    scope: str
    obligations: tuple[str, ...] = ()

    @property
    def withholds(self) -> bool:
        """Whether the recipient sees nothing of what the bar is on."""
        return self.effect != RELEASE


def origin_of(origins: Iterable[tuple[str, str]], caveats: int, owner: str, recipient: str) -> int:
    """Return the mask of ORIGINS for (originator, onward rule) pairs under caveats."""
    mask = 0
    for originator, onward in origins:
        if originator in (owner, recipient):
            mask |= ORIGINS.bit("own")
        else:
            mask |= ORIGINS.bit(_THIRD.get(onward, "marked" if caveats else "unmarked"))
    return mask


def resolve(
    policy: Policy, barred: Iterable[Barred], request: Request, originators: frozenset[str]
) -> list[Effect]:
    """Name the bars that hold; a hold for an originator becomes one for each who must be asked.

    Whoever receives its own information is not asked, nor is the owner where the bar is about
    third agencies.
    """
    effects = []
    for number, effect in barred:
        rule, sentence = bar_named(policy.compiled.bars, number)
        bar = policy.compiled.bars[number] if number >= 0 else None
        obligations = bar.obligations if bar else ()
        scope = bar.scope if bar else "support"
        if effect != _ORIGINATOR or bar is None:
            effects.append(Effect(rule, effect, sentence, scope, obligations))
            continue
        spared = {request.recipient, request.owner} if bar.third_agency else {request.recipient}
        asked = [f"HOLD({each})" for each in sorted(originators - spared)] or [RELEASE]
        effects += [Effect(rule, each, sentence, scope, obligations) for each in asked]
    return effects


def on_field(
    policy: Policy, request: Request, restrictions: Restrictions, marking: FieldMarking
) -> list[Effect]:
    """Return what the bars do to a field by its own marking; nothing where it says nothing more.

    A field's originator has given the record's publisher no onward rule: its consent is needed.
    """
    caveats, originator = CAVEATS.mask(marking["caveats"]), marking["originator"]
    if not caveats and originator is None:
        return []
    origins = restrictions.origins
    if originator is not None:
        origins = frozenset({(originator, "originator_consent")})
    marked = caveats | restrictions.caveats
    origin = origin_of(origins, marked, request.owner, request.recipient)
    asked = request._replace(caveats=caveats, origin=origin)
    _, barred = policy.compiled.judge(asked)
    return resolve(policy, barred, asked, frozenset(each for each, _ in origins))


def on_existence(
    policy: Policy,
    request: Request,
    restrictions: Restrictions,
    event: Event,
    places: Iterable[Place],
) -> Iterator[Effect]:
    """Return what field markings do to the existence of a support that rests on `places`."""
    for marking in restrictions.fields:
        effects = on_field(policy, request, restrictions, marking)
        if effects:
            rests = any(reaches_place(marking, event, place) for place in places)
            yield from (each for each in effects if rests or each.scope == "support")


def silencing(policy: Policy, request: Request, restrictions: Restrictions) -> Bar | None:
    """Return the bar that keeps an owner's record from a counterpart but not from its owner.

    `request` is the question the counterpart would ask about the record. Any caveat of the record
    counts, on whatever field.
    """
    caveats = restrictions.caveats
    for marking in restrictions.fields:
        caveats |= CAVEATS.mask(marking["caveats"])
    if not caveats & policy.silent_caveats:
        return None
    _, barred = policy.compiled.judge(request._replace(caveats=caveats))
    for number, effect in barred:
        if number >= 0 and policy.compiled.bars[number].silent and effect != RELEASE:
            return policy.compiled.bars[number]
    return None


def strictest(effects: Iterable[Effect]) -> tuple[str, tuple[str, ...]]:
    """Return DENY, HOLD or release, and the parties whose consent a hold waits for."""
    withheld = [each.effect for each in effects if each.withholds]
    if DENY in withheld:
        return DENY, ()
    if withheld:
        return "HOLD", tuple(sorted({each[len("HOLD(") : -1] for each in withheld}))
    return RELEASE, ()
