"""Agreements and bars compiled into one Python function over bit masks.

The source is plain, deterministic and kept: `liaison agreement show` prints it, and `lines` maps
each line to the rule it states. Only words that the strict form has accepted reach the source.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final

from consumers.sharing.documents import Agreement, Bar, Clause, Document, Statute
from consumers.sharing.request import CLOSED, Request
from consumers.sharing.vocabulary import (
    ANSWERS,
    BANDS,
    CAVEATS,
    CRIME_TYPES,
    EXISTENCE_FIELDS,
    GRADES,
    KINDS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    ORIGINS,
    PURPOSES,
    RECIPIENT_KINDS,
    ROLES,
)

DENY: Final = "DENY"
RELEASE: Final = "release"
UNKNOWN_WORD: Final = -1
"""Number of the bar that stands for every unknown word."""
UNBARRED_CAVEAT: Final = -2
"""Number of the bar that stands for every caveat that no bar is about."""

Barred = tuple[int, str]
"""(number of the bar, effect: DENY, HOLD(x) or release with obligations)."""
Judgement = tuple[list[int], list[Barred]]
"""Numbers of the clauses that grant, and the bars that hold."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The generated function with its source, and what its numbers and lines mean."""

    source: str
    judge: Callable[[Request], Judgement] = field(repr=False)
    clauses: tuple[tuple[Agreement, Clause], ...]
    bars: tuple[Bar, ...]
    lines: Mapping[int, str]
    """Line of `source`, from 1, to rule id."""


def compile_documents(documents: Sequence[Document]) -> Compiled:
    """Compile documents, in the order of their ids, whatever order they came in."""
    ordered = sorted(documents, key=lambda document: document.id)
    agreements = [d for d in ordered if isinstance(d, Agreement)]
    clauses = tuple((a, clause) for a in agreements for clause in a.clauses)
    bars = tuple(bar for d in ordered if isinstance(d, Statute) for bar in d.bars)
    text, lines = [], {}
    for line, rule in _function(agreements, bars):
        text.append(line)
        if rule:
            lines[len(text)] = rule
    source = "\n".join(text) + "\n"
    namespace: dict[str, Any] = {"__builtins__": {}}
    exec(compile(source, "<agreements>", "exec"), namespace)  # noqa: S102 - made of closed words only
    return Compiled(source, namespace["judge"], clauses, bars, lines)


def seconds_of(moment: date) -> int:
    """Return a moment, or the beginning of a day, UTC, in seconds since 1970."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min, UTC)
    return int(moment.timestamp())


Line = tuple[str, str]
"""Source text and the rule it states, or an empty string."""


def _function(agreements: Sequence[Agreement], bars: Sequence[Bar]) -> Iterator[Line]:
    yield "def judge(request):", ""
    yield f"    ({', '.join(Request._fields)}) = request", ""
    unknown = " or ".join(f"{name} & ~{words.all:#x}" for name, words in CLOSED)
    yield f"    if {unknown} or not (kind and origin and band and grades):", "UNKNOWN_WORD"
    yield f"        return [], [({UNKNOWN_WORD}, {DENY!r})]", "UNKNOWN_WORD"
    yield "    grants = []", ""
    yield "    bars = []", ""
    yield "    onward_free = onward_never = False", ""
    number = 0
    for agreement in agreements:
        for owner, recipient in agreement.directions:
            yield from _agreement(agreement, owner, recipient, number)
        number += len(agreement.clauses)
    covered = 0
    for index, bar in enumerate(bars):
        covered |= CAVEATS.mask(bar.caveats)
        yield from _bar(bar, index)
    yield f"    if caveats & ~{covered:#x}:", "UNBARRED_CAVEAT"
    yield f"        bars.append(({UNBARRED_CAVEAT}, {DENY!r}))", "UNBARRED_CAVEAT"
    yield "    return grants, bars", ""


def _agreement(agreement: Agreement, owner: str, recipient: str, number: int) -> Iterator[Line]:
    if not any((owner, recipient) in clause.directions for clause in agreement.clauses):
        return
    rule = agreement.id
    yield f"    if owner == {owner!r} and recipient == {recipient!r}:  # {rule}", rule
    yield f"        if {in_force(agreement)}:", rule
    crimes, purposes = CRIME_TYPES.mask(agreement.crime_types), PURPOSES.mask(agreement.purposes)
    scope = f"crimes and not crimes & ~{crimes:#x} and purpose & {purposes:#x}"
    yield f"            if {scope}:", rule
    if agreement.third_agency == "free":
        yield "                onward_free = True", f"{rule}/third_agency"
    if agreement.third_agency == "prohibited":
        yield "                onward_never = True", f"{rule}/third_agency"
    for offset, clause in enumerate(agreement.clauses):
        if (owner, recipient) in clause.directions:
            clause_rule = agreement.rule(clause.id)
            yield (
                f"                if {_condition(agreement, clause)}:  # {clause_rule}",
                clause_rule,
            )
            yield f"                    grants.append({number + offset})", clause_rule


def in_force(agreement: Agreement) -> str:
    """Return the condition on `now` under which an agreement is in force and not suspended."""
    terms = [f"now >= {seconds_of(agreement.start)}"]
    if agreement.end is not None:
        terms.append(f"now < {seconds_of(agreement.end)}")
    for suspension in agreement.suspensions:
        outside = [f"now < {seconds_of(suspension.start)}"]
        if suspension.end is not None:
            outside.append(f"now >= {seconds_of(suspension.end)}")
        terms.append(f"({' or '.join(outside)})")
    return " and ".join(terms)


def _condition(agreement: Agreement, clause: Clause) -> str:
    terms = [
        f"office_class & {OFFICE_CLASSES.mask(clause.office_classes):#x}",
        f"match_class & {MATCH_CLASS_WORDS.mask(clause.match_classes):#x}",
    ]
    if clause.purposes != agreement.purposes:
        terms.append(f"purpose & {PURPOSES.mask(clause.purposes):#x}")
    if clause.crime_types != agreement.crime_types:
        terms.append(f"not crimes & ~{CRIME_TYPES.mask(clause.crime_types):#x}")
    if EXISTENCE_FIELDS.isdisjoint(clause.fields):
        terms.append(f"entity & {KINDS.mask(clause.entities):#x}")
        terms.append(f"role & {ROLES.mask(clause.roles):#x}")
    if clause.us_person is not None:
        terms.append(f"us_person & {ANSWERS.bit('yes' if clause.us_person else 'no'):#x}")
    return " and ".join(terms)


def _bar(bar: Bar, index: int) -> Iterator[Line]:
    terms = [
        f"{name} & {words.mask(said):#x}"
        for name, words, said in (
            ("caveats", CAVEATS, bar.caveats),
            ("match_class", MATCH_CLASS_WORDS, bar.match_classes),
            ("band", BANDS, bar.bands),
            ("grades", GRADES, bar.grades),
        )
        if said
    ]
    for effect, kinds in _effects(bar).items():
        if effect != RELEASE or bar.obligations:
            for origin, outcome in _origins(bar, effect):
                condition = " and ".join([*terms, *origin, f"kind & {kinds:#x}"])
                yield f"    if {condition}:  # {bar.id}", bar.id
                yield f"        bars.append(({index}, {outcome!r}))", bar.id


def _effects(bar: Bar) -> dict[str, int]:
    """Return each effect of a bar with the kinds of recipient it is for."""
    outcome = dict(bar.outcome)
    effects: dict[str, int] = {}
    for kind in RECIPIENT_KINDS.words:
        effect = outcome.get(kind, outcome["default"])
        effects[effect] = effects.get(effect, 0) | RECIPIENT_KINDS.bit(kind)
    return effects


def _origins(bar: Bar, effect: str) -> list[tuple[list[str], str]]:
    """Return the conditions on origin under which an effect applies, each with its outcome.

    An agreement may let unmarked third-agency material pass (22 CFR 9.12); what carries a caveat
    keeps the third-agency rule (9 FAM 603.2).
    """
    if not bar.third_agency:
        return [([], effect)]
    third = ORIGINS.all & ~ORIGINS.bit("own")
    if effect == RELEASE:
        return [([f"origin & {third:#x}"], effect)]
    never, marked, unmarked = map(ORIGINS.bit, ("prohibited", "marked", "unmarked"))
    return [
        ([f"(origin & {never:#x} or onward_never and origin & {third:#x})"], DENY),
        ([f"(origin & {marked:#x} or origin & {unmarked:#x} and not onward_free)"], effect),
    ]
