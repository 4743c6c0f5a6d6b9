"""What the bars make of a record towards a recipient: on the whole of it, and field by field."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from consumers.sharing.compiler import DENY, RELEASE, UNKNOWN_WORD, Barred
from consumers.sharing.documents import Bar
from consumers.sharing.explain import bar_named
from consumers.sharing.fields import reaches_place
from consumers.sharing.outcome import Consent
from consumers.sharing.policy import Policy
from consumers.sharing.records import Place, Restrictions
from consumers.sharing.request import Request
from consumers.sharing.vocabulary import ORIGINS, RECIPIENT_KINDS, caveat_mask
from schemas import marking as words
from schemas.event import Event, FieldMarking

_LISTED = RECIPIENT_KINDS.bit("listed_country")
_ORIGINATOR = "HOLD(originator)"
_THIRD = {"free": "free", "prohibited": "prohibited"}


class Effect(NamedTuple):
    """What one bar does: DENY, HOLD(x), or a release under obligations.

    `scope` and `yields` as in `Bar`. `consent`: the id of the consent that lifted a hold.
    """

    rule: str
    effect: str
    sentence: str
    scope: str
    obligations: tuple[str, ...] = ()
    yields: bool = False
    consent: str = ""

    @property
    def withholds(self) -> bool:
        """Whether the recipient sees nothing of what the bar is on."""
        return self.effect != RELEASE


def origin_of(
    policy: Policy, origins: Iterable[tuple[str, str]], caveats: int, parties: tuple[str, str]
) -> int:
    """Return the mask of ORIGINS for (originator, onward rule) pairs under caveats.

    `parties` are the owner and the recipient, whose own information is nobody else's.
    """
    mask = 0
    for originator, onward in origins:
        if originator in parties:
            mask |= ORIGINS.bit("own")
        elif originator not in policy.home_agencies and onward != "prohibited":
            mask |= ORIGINS.bit("foreign")
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
        if bar is None:
            effects.append(Effect(rule, effect, sentence, "support"))
            continue
        asked = [effect]
        if effect == _ORIGINATOR:
            spared = {request.recipient, request.owner} if bar.originator else {request.recipient}
            asked = [f"HOLD({each})" for each in sorted(originators - spared)] or [RELEASE]
        effects += [
            Effect(rule, each, sentence, bar.scope, bar.obligations, bar.yields) for each in asked
        ]
    return effects


def lifted(
    effects: Iterable[Effect], consents: Iterable[Consent], field: str | None = None
) -> list[Effect]:
    """Return effects with every hold released whose party has consented.

    `field` None: what is held is that there is a match at all; a consent to some fields is none
    to that.
    """
    granted = {
        f"HOLD({each.by})": each.id
        for each in consents
        if each.fields is None or (field is not None and field in each.fields)
    }
    return [
        each._replace(effect=RELEASE, consent=granted[each.effect])
        if each.effect in granted
        else each
        for each in effects
    ]


def on_field(
    policy: Policy, request: Request, restrictions: Restrictions, marking: FieldMarking
) -> list[Effect]:
    """Return what the bars do to a field by its own marking; nothing where it says nothing more.

    A field's originator has given the record's publisher no onward rule: its consent is needed.
    """
    caveats, originator = caveat_mask(marking["caveats"]), marking["originator"]
    if not caveats and originator is None:
        return []
    origins = restrictions.origins
    if originator is not None:
        origins = frozenset({(originator, "originator_consent")})
    marked = caveats | restrictions.caveats
    origin = origin_of(policy, origins, marked, (request.owner, request.recipient))
    kind, released = request.kind, words.released_to(marking["caveats"])
    if released is not None:
        kind &= ~_LISTED
        kind |= _LISTED if request.nation in released else 0
    asked = request._replace(caveats=caveats, origin=origin, kind=kind)
    barred = policy.compiled.judge(asked)[1]
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
            yield from (each for each in effects if rests or each.scope != "field")


def silencing(policy: Policy, request: Request, restrictions: Restrictions) -> Bar | None:
    """Return the bar that keeps an owner's record from a counterpart but not from its owner.

    `request` is the question the counterpart would ask about the record. Any caveat of the record
    counts, on whatever field.
    """
    caveats = restrictions.caveats
    for marking in restrictions.fields:
        caveats |= caveat_mask(marking["caveats"])
    if not caveats & policy.silent_caveats:
        return None
    _, barred, _, overrides = policy.compiled.judge(request._replace(caveats=caveats))
    numbers = [number for number, effect in barred if effect != RELEASE]
    if overrides and all(n >= 0 and policy.compiled.bars[n].yields for n in numbers):
        return None
    for number, effect in barred:
        if number >= 0 and policy.compiled.bars[number].silent and effect != RELEASE:
            return policy.compiled.bars[number]
    if UNKNOWN_WORD in numbers:
        # No bar was asked: an unknown word denies the counterpart, and keeps its owner's silence.
        marked = (bar for bar in policy.compiled.bars if caveats & caveat_mask(bar.caveats))
        return next(bar for bar in marked if bar.silent)
    return None


def strictest(effects: Iterable[Effect]) -> tuple[str, tuple[str, ...]]:
    """Return DENY, HOLD or release, and the parties whose consent a hold waits for."""
    withheld = [each.effect for each in effects if each.withholds]
    if DENY in withheld:
        return DENY, ()
    if withheld:
        return "HOLD", tuple(sorted({each[len("HOLD(") : -1] for each in withheld}))
    return RELEASE, ()
