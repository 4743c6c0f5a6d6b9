"""What the document of bars may not say less than: bars that a draft forgets or turns round.

A caveat without a bar denies; so a bar is what opens it, and a wrong default opens it to everybody.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from consumers.sharing.documents import Bar, Override, Statute

_RELEASE: Final = "release"
_DENY: Final = "DENY"

EXISTENCE: Final = frozenset(
    {
        "ASYLUM",
        "GRAND_JURY",
        "JUVENILE",
        "ORCON",
        "POLITICAL",
        "SAR",
        "TITLE_III",
        "UNDERCOVER",
        "VICTIM_1367",
    }
)
"""Caveats under which the existence of a record is protected, and whose bar never opens by default.

8 USC 1367, 8 CFR 208.6, Fed. R. Crim. P. 6(e), 18 USC 2517 and 5038, 31 USC 5318(g)(2), ICD 710.
"""
CLOSED_TO: Final[Mapping[str, tuple[str, ...]]] = {
    "NOFORN": ("foreign",),
    "LES": ("industry",),
    "ECRA": ("foreign", "industry"),
    "EEI": ("foreign", "industry"),
    "VISA_222F": ("foreign", "industry"),
    "PROPRIETARY": ("industry",),
    "REL_TO": ("industry",),
    "TIP": ("industry",),
    "TRACE": ("industry",),
}
"""Whom a caveat's bar never simply releases to."""
_NEEDED: Final = (
    ("about a third agency's information (originator: third_agency)", "originator", "third_agency"),
    ("about a foreign partner's information (originator: foreign)", "originator", "foreign"),
)
_LONGEST_NOTICE_SECONDS: Final = 72 * 3_600


def faults(statute: Statute) -> Iterator[str]:
    """Yield everything that is wrong with the document of bars."""
    for what, attribute, word in _NEEDED:
        if not any(getattr(bar, attribute) == word for bar in statute.bars):
            yield f"{statute.at}: a bar {what} is missing"
    if not any(bar.unvalidated_months for bar in statute.bars):
        yield f"{statute.at}: a bar on unvalidated intelligence (unvalidated_for) is missing"
    seen: dict[tuple[object, ...], str] = {}
    for bar in statute.bars:
        yield from (f"{bar.at}: bar {bar.id} {each}" for each in (*_idle(bar), *_open(bar)))
        if (earlier := seen.setdefault(_condition(bar), bar.id)) != bar.id:
            yield f"{bar.at}: bar {bar.id} has the condition of bar {earlier}"
    for override in statute.overrides:
        yield from (f"{override.at}: override {override.id} {each}" for each in _wide(override))


def _condition(bar: Bar) -> tuple[object, ...]:
    lists = (bar.caveats, bar.match_classes, bar.bands, bar.grades, bar.handling)
    return (*(tuple(sorted(each)) for each in lists), bar.originator, bar.unvalidated_months)


def _idle(bar: Bar) -> Iterator[str]:
    """Yield what a bar says that can never have an effect."""
    effects = {effect for _, effect in bar.outcome}
    withholds = effects != {_RELEASE}
    if not withholds and not bar.obligations:
        yield "does nothing: it releases to everybody and obliges to nothing"
    if bar.obligations and _RELEASE not in effects:
        yield "obliges to something and releases to nobody"
    if bar.must_share and _DENY not in effects:
        yield "puts a must-share to a human where it never denies"
    if bar.silent and not withholds:
        yield "keeps its owner silent where it withholds nothing"
    if bar.yields and not withholds:
        yield "yields to imminent danger where it withholds nothing"
    who = {each for each, _ in bar.outcome}
    if "listed_country" in who and "REL_TO" not in bar.caveats:
        yield "names listed countries and is not about REL_TO: no list is then asked"


def _open(bar: Bar) -> Iterator[str]:
    """Yield where a bar opens what the law closes."""
    outcome = dict(bar.outcome)
    protected = sorted(EXISTENCE.intersection(bar.caveats))
    if protected and outcome["default"] == _RELEASE:
        yield f"releases {', '.join(protected)} by default: DENY or a hold is expected"
    if protected and bar.scope == "field":
        yield f"protects only a field where {', '.join(protected)} protects the record: support"
    if "POLITICAL" in bar.caveats and set(outcome.values()) != {_DENY}:
        yield "releases political matters"
    for caveat in bar.caveats:
        for who in CLOSED_TO.get(caveat, ()):
            if outcome.get(who, outcome["default"]) == _RELEASE:
                yield f"releases {caveat} to {who}: DENY or a hold is expected"
    if bar.originator and outcome["default"] == _RELEASE:
        yield "passes another agency's information on by default"


def _wide(override: Override) -> Iterator[str]:
    """Yield where an override is more than a minimal pointer for those in danger."""
    if override.level == "full":
        yield "shows places in full: at most summary is a minimal pointer"
    if abroad := {"foreign", "industry"}.intersection(override.kinds):
        yield f"is for {', '.join(sorted(abroad))}: only for those who run operations at home"
    if override.within.total_seconds() > _LONGEST_NOTICE_SECONDS:
        yield "reaches further than 72 hours: danger is imminent or it is none"
