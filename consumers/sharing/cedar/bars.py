"""Bars as Cedar: each forbids; and what overrides, and what binds those who may have a thing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from consumers.sharing.cedar.clauses import LISTED_OFFICER, covered, owed, standing
from consumers.sharing.cedar.language import (
    KINDS,
    Statement,
    all_of,
    any_of,
    one_of,
    quoted,
    some,
)
from consumers.sharing.documents import Agreement, Bar, Override

EVERY: Final = ("disclose", "ask", "override")
"""The actions of what nothing passes."""
ORIGINATOR: Final = "HOLD(originator)"
RELEASE: Final = "release"

_OWN: Final = "(principal.agency == resource.owner && principal.national)"
_LISTED: Final = {
    "listed_country": "resource.listed.contains(principal.nation)",
    "listed_officer": LISTED_OFFICER,
}
_WORDS: Final = {
    "party": "principal.agency == {}",
    "duty": "principal.duties.contains({})",
    "office_class": "principal.office_class == {}",
    "purpose": "principal.purpose == {}",
}


def forbids(bar: Bar, agreements: Sequence[Agreement]) -> Iterator[Statement]:
    """Yield one policy for each effect of a bar, and one for the obligations it lays on others."""
    terms = list(_conditions(bar))
    for effect, who, kinds in _lines(bar):
        for origin, outcome in _origins(bar, effect, agreements):
            said = (*terms, *origin, *who)
            if outcome == RELEASE:
                if bar.obligations:
                    yield Statement(bar.id, "heed", True, ("heed",), said, kinds=kinds)  # noqa: FBT003
            elif outcome == "DENY" and bar.must_share:
                due = owed(agreements)
                yield _stop(bar, "DENY", said, kinds, unless=(due,))
                yield _stop(bar, bar.must_share, (*said, due), kinds)
            else:
                yield _stop(bar, outcome, said, kinds)


def _stop(
    bar: Bar,
    effect: str,
    when: tuple[str, ...],
    kinds: frozenset[str] | None,
    unless: tuple[str, ...] = (),
) -> Statement:
    """Return what forbids. A hold stops disclosing, not the asking how it would be without it."""
    stopped = ["disclose"]
    if effect == "DENY":
        stopped.append("ask")
    if not bar.yields:
        stopped.append("override")
    if effect == ORIGINATOR:
        spared = "principal.agency, resource.owner" if bar.originator else "principal.agency"
        when = (*when, f"!([{spared}].containsAll(resource.waiting))")
    elif effect != "DENY":
        when = (*when, f"!resource.consents.contains({quoted(effect[len('HOLD(') : -1])})")
    return Statement(bar.id, effect, False, tuple(stopped), when, unless, kinds=kinds)  # noqa: FBT003


def _conditions(bar: Bar) -> Iterator[str]:
    if bar.caveats:
        yield some("resource.caveats", bar.caveats)
    if bar.match_classes:
        yield one_of("context.match_class", bar.match_classes)
    if bar.bands:
        yield one_of("context.band", bar.bands)
    if bar.grades:
        yield some("resource.grades", bar.grades)
    if bar.handling:
        yield some("resource.handlings", bar.handling)
    if bar.unvalidated_months:
        yield f"resource.validated + {31 * bar.unvalidated_months} <= context.today"


def _lines(bar: Bar) -> Iterator[tuple[str, list[str], frozenset[str] | None]]:
    """Yield each effect with whom it is for, and the kinds that can be among them."""
    named = [who for who, _ in bar.outcome if who != "default"]
    for who, effect in bar.outcome:
        if who == "default":
            others = [f"!{any_of([_fits(each) for each in named])}"] if named else []
            left = frozenset(KINDS) - set(named)
            yield effect, others, left if named else None
        else:
            yield effect, [_fits(who)], frozenset({who}) if who in KINDS else None


def _fits(who: str) -> str:
    """Say that the recipient is whom a line of a bar names."""
    if who in _LISTED:
        return _LISTED[who]
    if who in KINDS:
        return _is_kind(who)
    name, _, word = who.partition(" ")
    return f"({_WORDS[name].format(quoted(word))})"


def _is_kind(kind: str) -> str:
    """Say what a recipient is to the owner; foreign is who is a national of another country."""
    if kind == "same_agency":
        return _OWN
    if kind == "foreign":
        return f'(!{_OWN} && (principal.class == "foreign" || !principal.domestic))'
    if kind == "industry":
        return f'(!{_OWN} && principal.class == "industry")'
    return f"(!{_OWN} && principal.class == {quoted(kind)} && principal.domestic)"


def _third(what: str) -> str:
    """Say that somebody else than owner and recipient is in a set of agencies."""
    return f"!([principal.agency, resource.owner].containsAll({what}))"


def _origins(
    bar: Bar, effect: str, agreements: Sequence[Agreement]
) -> Iterator[tuple[list[str], str]]:
    """Yield conditions on whose information it is, each with the outcome under it."""
    if not bar.originator:
        yield [], effect
    elif bar.originator == "foreign":
        yield [_third("resource.foreign")], effect
    elif effect == RELEASE:
        yield [_third("resource.originators")], effect
    else:
        never = covered([each for each in agreements if each.third_agency == "prohibited"])
        free = covered([each for each in agreements if each.third_agency == "free"])
        stopped = all_of([_third("resource.originators"), never])
        yield [any_of([_third("resource.prohibiting"), stopped])], "DENY"
        yield [_third("resource.asking"), f"(resource.marked || !{free})"], effect


def overriding(rule: str, override: Override, agreements: Sequence[Agreement]) -> Statement:
    """Return what imminent danger permits, beside every bar that does not yield."""
    others = [kind for kind in KINDS if kind not in override.kinds]
    terms = (
        standing(agreements),
        f"context.imminence < {int(override.within.total_seconds())}",
        one_of("context.match_class", override.match_classes),
        one_of("principal.office_class", override.office_classes),
        any_of([_is_kind(kind) for kind in override.kinds]),
        *(f"!{_is_kind(kind)}" for kind in others),
    )
    return Statement(rule, "override", True, ("override",), terms)  # noqa: FBT003


def unbarred(bars: Iterable[Bar]) -> Statement:
    """Deny a caveat that no bar is about."""
    caveats = sorted({c for bar in bars for c in bar.caveats})
    known = f"[{', '.join(map(quoted, caveats))}].containsAll(resource.caveats)"
    unless = (known if caveats else "resource.caveats.isEmpty()",)
    return Statement("UNBARRED_CAVEAT", "DENY", False, EVERY, unless=unless)  # noqa: FBT003
