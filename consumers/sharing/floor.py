"""What the document of bars may not say less than: bars that a draft forgets or turns round.

A caveat without a bar denies; so a bar is what opens it, and a wrong default opens it to everybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from consumers.sharing.documents import Bar, Override, Statute

_RELEASE: Final = "release"
_DENY: Final = "DENY"
_HOLD: Final = "HOLD("

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
    "TITLE_III": ("foreign", "industry"),
    "TRACE": ("industry",),
}
"""Whom a caveat's bar never simply releases to; 18 USC 2517(7) leaves abroad to a decision."""
DECIDES: Final[Mapping[str, str]] = {
    "ASYLUM": "privacy",
    "VICTIM_1367": "privacy",
    "GRAND_JURY": "prosecutor",
    "TITLE_III": "prosecutor",
    "SAR": "counsel",
    "ECRA": "COMMERCE",
    "EEI": "COMMERCE",
    "VISA_222F": "STATE",
    "ORCON": "originator",
    "PROPRIETARY": "originator",
    "UNDERCOVER": "originator",
}
"""Whose decision a hold waits for: to ask anybody else is a disclosure to somebody without a say.

Third agencies' information and handling codes wait for their originator likewise.
"""
OBLIGED: Final[Mapping[str, str]] = {
    "LES": "BANNER(LES)",
    "GRAND_JURY": "PURPOSE(matter)",
    "TITLE_III": "PURPOSE(investigation)",
    "TRACE": "NO-ONWARD",
    "PROPRIETARY": "NO-ONWARD",
}
"""What a release under a caveat obliges to, by the law of its bar."""
HANDLING: Final[Mapping[str, tuple[str, ...]]] = {
    "H1": ("NO-COURT",),
    "H2": ("NO-ONWARD",),
    "H3": ("NO-COURT", "NO-ONWARD"),
}
"""What each handling code obliges to; H3 holds every restriction."""
NEVER: Final = frozenset({"ASYLUM", "POLITICAL", "SAR"})
"""Denied to everybody: 8 CFR 208.6, Interpol constitution article 3, 31 USC 5318(g)(2)."""
OWNER_TOLD: Final = frozenset({"ASYLUM", "TITLE_III", "UNDERCOVER", "VICTIM_1367"})
"""Caveats of what somebody is to be protected from: its owner learns that there was a hit."""
LIVES: Final = frozenset({"UNDERCOVER", "VICTIM_1367"})
"""Caveats of people who may stand at the address: their bar yields, 28 CFR 23.20(f)(2)."""
_VALID_MONTHS: Final = 60
"""28 CFR 23.20(h)."""
_NEEDED: Final = (
    ("about a third agency's information (originator: third_agency)", "originator", "third_agency"),
    ("about a foreign partner's information (originator: foreign)", "originator", "foreign"),
)
_LONGEST_NOTICE_SECONDS: Final = 72 * 3_600


def faults(statute: Statute) -> Iterator[str]:
    """Yield everything that is wrong with the document of bars."""
    yield from (f"{statute.at}: {each}" for each in _missing(statute.bars))
    seen: dict[tuple[object, ...], str] = {}
    checks = (_idle, _open, _decided, _owed)
    for bar in statute.bars:
        yield from (f"{bar.at}: bar {bar.id} {each}" for check in checks for each in check(bar))
        for condition in _conditions(bar):
            if (earlier := seen.setdefault(condition, bar.id)) != bar.id:
                yield f"{bar.at}: bar {bar.id} has the condition of bar {earlier}"
    for override in statute.overrides:
        yield from (f"{override.at}: override {override.id} {each}" for each in _wide(override))


def _missing(bars: Sequence[Bar]) -> Iterator[str]:
    """Yield the bars that the law has and the document has not."""
    for what, attribute, word in _NEEDED:
        if not any(getattr(bar, attribute) == word for bar in bars):
            yield f"a bar {what} is missing"
    if not any(bar.unvalidated_months for bar in bars):
        yield "a bar on unvalidated intelligence (unvalidated_for) is missing"
    for caveat in sorted(EXISTENCE.difference(*(bar.caveats for bar in bars))):
        yield f"a bar about {caveat} is missing: without one nobody is asked, and no law is cited"
    for code, duties in HANDLING.items():
        said = {each for bar in bars if code in bar.handling for each in bar.obligations}
        for duty in sorted(set(duties) - said):
            yield f"a bar that obliges {code} to {duty} is missing"


def _conditions(bar: Bar) -> Iterator[tuple[object, ...]]:
    """Yield a bar's condition, for each of its caveats: any of them suffices."""
    lists = (bar.match_classes, bar.bands, bar.grades, bar.handling)
    beside = (*(tuple(sorted(each)) for each in lists), bar.originator, bar.unvalidated_months)
    yield from ((caveat, *beside) for caveat in bar.caveats or ("",))


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
    if bar.scope == "field" and (protected or bar.unvalidated_months):
        what = ", ".join(protected) or "unvalidated intelligence"
        yield f"protects only a field where {what} protects the record: support"
    if NEVER.intersection(bar.caveats) and set(outcome.values()) != {_DENY}:
        yield f"opens {', '.join(sorted(NEVER.intersection(bar.caveats)))}: DENY is expected"
    for caveat in bar.caveats:
        for who in CLOSED_TO.get(caveat, ()):
            if _released_to(who, outcome):
                yield f"releases {caveat} to {who}: DENY or a hold is expected"
    if bar.originator and outcome["default"] == _RELEASE:
        yield "passes another agency's information on by default"
    if bar.unvalidated_months > _VALID_MONTHS:
        yield f"lets intelligence stand {bar.unvalidated_months} months: 5 y is expected"


def _released_to(who: str, outcome: Mapping[str, str]) -> bool:
    """Return whether a kind of recipient may be released to: by its line, another, or default.

    A line about a duty or purpose fits recipients of every kind, and then no default counts.
    """
    if who in outcome:
        return outcome[who] == _RELEASE
    lines = (each for key, each in outcome.items() if " " in key or key == "default")
    return _RELEASE in lines


def _decided(bar: Bar) -> Iterator[str]:
    """Yield where a bar puts a decision to somebody whom the law does not name."""
    deciding = {DECIDES[caveat] for caveat in bar.caveats if caveat in DECIDES}
    deciding |= {"originator"} if bar.originator or bar.handling else set()
    holds = {effect for _, effect in bar.outcome} | {bar.must_share}
    named = {each[len(_HOLD) : -1] for each in holds if each.startswith(_HOLD)}
    if deciding and (strangers := sorted(named - deciding)):
        yield f"asks {', '.join(strangers)}: the decision of {' or '.join(sorted(deciding))}"


def _owed(bar: Bar) -> Iterator[str]:
    """Yield the duties that a bar leaves out: to readers, to its owner, to lives in danger."""
    releases = _RELEASE in {effect for _, effect in bar.outcome}
    for caveat in bar.caveats:
        duty = OBLIGED.get(caveat)
        if releases and duty and duty not in bar.obligations:
            yield f"releases {caveat} without {duty}"
        if caveat in OWNER_TOLD and not bar.silent:
            yield f"never tells the owner of {caveat} of a hit: owner: SILENT is expected"
        if caveat in LIVES and not bar.yields:
            yield f"withholds {caveat} in danger to life: imminent_danger: yields is expected"


def _wide(override: Override) -> Iterator[str]:
    """Yield where an override is more than a minimal pointer for those in danger."""
    if override.level == "full":
        yield "shows places in full: at most summary is a minimal pointer"
    if abroad := {"foreign", "industry"}.intersection(override.kinds):
        yield f"is for {', '.join(sorted(abroad))}: only for those who run operations at home"
    if override.within.total_seconds() > _LONGEST_NOTICE_SECONDS:
        yield "reaches further than 72 hours: danger is imminent or it is none"
