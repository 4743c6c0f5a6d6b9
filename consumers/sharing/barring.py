"""Bars and overrides as lines of the generated source: when each holds, and for whom."""

from collections.abc import Iterable, Iterator
from typing import Final

from consumers.sharing.documents import Bar, Override
from consumers.sharing.vocabulary import (
    BANDS,
    CAVEATS,
    DUTIES,
    GRADES,
    HANDLINGS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    ORIGINS,
    PURPOSES,
    RECIPIENT_KINDS,
    months,
)

DENY: Final = "DENY"
RELEASE: Final = "release"

Line = tuple[str, str]
"""Source text and the rule it states, or an empty string."""

_BASE: Final = RECIPIENT_KINDS.words[:6]
_FOREIGN: Final = ORIGINS.bit("foreign")
_PROHIBITED: Final = ORIGINS.bit("prohibited")
_THIRD: Final = ORIGINS.all & ~ORIGINS.bit("own")


def bar_lines(bar: Bar, index: int, indent: str) -> Iterator[Line]:
    """Yield the lines of one bar, `index` its number."""
    terms = [
        f"{name} & {words.mask(said):#x}"
        for name, words, said in (
            ("caveats", CAVEATS, bar.caveats),
            ("match_class", MATCH_CLASS_WORDS, bar.match_classes),
            ("band", BANDS, bar.bands),
            ("grades", GRADES, bar.grades),
            ("handling", HANDLINGS, bar.handling),
        )
        if said
    ]
    if bar.unvalidated_months:
        terms.append(f"validated + {months(bar.unvalidated_months)} <= today")
    for effect, fits in _effects(bar):
        for origin, outcome in _origins(bar, effect):
            if outcome == RELEASE and not bar.obligations:
                continue
            condition = " and ".join([*terms, *origin, *fits])
            yield f"{indent}if {condition}:  # {bar.id}", bar.id
            yield f"{indent}    bars.append(({index}, {_put_to(bar, outcome)}))", bar.id


def override_lines(override: Override, index: int) -> Iterator[Line]:
    """Yield the lines of an override; without an agreement in force it passes nothing."""
    kinds, offices = RECIPIENT_KINDS.mask(override.kinds), override.office_classes
    terms = (
        f"in_force and imminence < {int(override.within.total_seconds())}",
        f"match_class & {MATCH_CLASS_WORDS.mask(override.match_classes):#x}",
        f"kind & {kinds:#x} and not kind & {RECIPIENT_KINDS.mask(_BASE) & ~kinds:#x}",
        f"office_class & {OFFICE_CLASSES.mask(offices):#x}",
    )
    yield f"    if {' and '.join(terms)}:  # {override.id}", override.id
    yield f"        overrides.append({index})", override.id


def _put_to(bar: Bar, outcome: str) -> str:
    """Return the source of an effect: where sharing is owed, a human decides in place of DENY."""
    if outcome == DENY and bar.must_share:
        return f"{bar.must_share!r} if clocks else {DENY!r}"
    return repr(outcome)


def _effects(bar: Bar) -> Iterator[tuple[str, list[str]]]:
    """Yield each effect with the condition on the recipient that it is for, in the bar's order."""
    by_effect: dict[str, list[str]] = {}
    named = []
    for who, effect in bar.outcome:
        if who != "default":
            by_effect.setdefault(effect, []).append(who)
            named.append(who)
    default = dict(bar.outcome)["default"]
    for effect in sorted({default, *by_effect}):
        fits = [_fits(by_effect[effect])] if effect in by_effect else []
        if effect == default:
            fits = [*fits, f"not ({_fits(named)})"] if named else []
        yield effect, [f"({' or '.join(fits)})"] if len(fits) > 1 else fits


def _fits(who: Iterable[str]) -> str:
    """Return the condition under which a recipient is one of those a bar names."""
    groups: dict[str, list[str]] = {}
    for each in who:
        name, _, argument = each.partition(" ")
        groups.setdefault(name if argument else "kind", []).append(argument or each)
    terms = [
        f"{attribute} & {words.mask(groups[name]):#x}"
        for name, attribute, words in (
            ("kind", "kind", RECIPIENT_KINDS),
            ("duty", "duties", DUTIES),
            ("office_class", "office_class", OFFICE_CLASSES),
            ("purpose", "purpose", PURPOSES),
        )
        if name in groups
    ]
    if "party" in groups:
        terms.append(f"recipient in {tuple(sorted(groups['party']))!r}")
    return terms[0] if len(terms) == 1 else f"({' or '.join(terms)})"


def _origins(bar: Bar, effect: str) -> list[tuple[list[str], str]]:
    """Return the conditions on origin under which an effect applies, each with its outcome.

    An agreement may let unmarked third-agency material pass (22 CFR 9.12); what carries a caveat
    keeps the third-agency rule (9 FAM 603.2).
    """
    if not bar.originator:
        return [([], effect)]
    if bar.originator == "foreign":
        return [([f"origin & {_FOREIGN:#x}"], effect)]
    if effect == RELEASE:
        return [([f"origin & {_THIRD:#x}"], effect)]
    marked, unmarked = map(ORIGINS.bit, ("marked", "unmarked"))
    return [
        ([f"(origin & {_PROHIBITED:#x} or onward_never and origin & {_THIRD:#x})"], DENY),
        ([f"(origin & {marked:#x} or origin & {unmarked:#x} and not onward_free)"], effect),
    ]
