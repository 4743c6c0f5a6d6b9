"""Agreements and bars compiled into Python functions over bit masks, one for each direction.

The source is plain, deterministic and kept: `liaison agreement show` prints it, and `lines` maps
each line to the rule it states. Only words that the strict form has accepted reach the source.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final

from consumers.sharing.barring import DENY, RELEASE, Line, bar_lines, override_lines
from consumers.sharing.documents import (
    Agreement,
    Bar,
    Clause,
    Direction,
    Document,
    MustShare,
    Override,
    Statute,
)
from consumers.sharing.request import CLOSED, Request
from consumers.sharing.vocabulary import (
    ANSWERS,
    BASE_KINDS,
    CAVEATS,
    CRIME_TYPES,
    DUTIES,
    EXISTENCE_FIELDS,
    KINDS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    PURPOSES,
    RECIPIENT_KINDS,
    ROLES,
    months,
)

__all__ = ["DENY", "RELEASE", "Compiled", "compile_documents", "in_force", "seconds_of"]

UNKNOWN_WORD: Final = -1
"""Number of the bar that stands for every unknown word."""
UNBARRED_CAVEAT: Final = -2
"""Number of the bar that stands for every caveat that no bar is about."""

Barred = tuple[int, str]
"""(number of the bar, effect: DENY, HOLD(x) or release with obligations)."""
Granted = tuple[list[int], list[int], bool, bool, bool]
"""Clauses that grant, clocks that run, onward free, onward never, an agreement is in force."""
Judgement = tuple[list[int], list[Barred], list[int], list[int]]
"""Numbers of the clauses that grant, the bars that hold, the clocks that run, the overrides."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The generated functions with their source, and what their numbers and lines mean.

    `judge` answers a request whole; `grants` its clauses only, for another entity of a record
    whose bars are known already.
    """

    source: str
    judge: Callable[[Request], Judgement] = field(repr=False)
    grants: Callable[[Request], Granted] = field(repr=False)
    clauses: tuple[tuple[Agreement, Clause], ...]
    bars: tuple[Bar, ...]
    clocks: tuple[tuple[Agreement, MustShare], ...]
    overrides: tuple[tuple[Statute, Override], ...]
    lines: Mapping[int, str]
    """Line of `source`, from 1, to rule id."""


def compile_documents(documents: Sequence[Document]) -> Compiled:
    """Compile documents, in the order of their ids, whatever order they came in."""
    ordered = sorted(documents, key=lambda document: document.id)
    agreements = [d for d in ordered if isinstance(d, Agreement)]
    statutes = [d for d in ordered if isinstance(d, Statute)]
    clauses = tuple((a, clause) for a in agreements for clause in a.clauses)
    clocks = tuple((a, clock) for a in agreements for clock in a.must_share)
    bars = tuple(bar for d in statutes for bar in d.bars)
    overrides = tuple((d, each) for d in statutes for each in d.overrides)
    text, lines = [], {}
    for line, rule in _source(agreements, bars, tuple(each for _, each in overrides)):
        text.append(line)
        if rule:
            lines[len(text)] = rule
    source = "\n".join(text) + "\n"
    namespace: dict[str, Any] = {"__builtins__": {}}
    exec(compile(source, "<agreements>", "exec"), namespace)  # noqa: S102 - made of closed words only
    return Compiled(
        source,
        namespace["judge"],
        namespace["grants"],
        clauses,
        bars,
        clocks,
        overrides,
        lines,
    )


def seconds_of(moment: date) -> int:
    """Return a moment, or the beginning of a day, UTC, in seconds since 1970."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min, UTC)
    return int(moment.timestamp())


_UNPACK: Final = f"    ({', '.join(Request._fields)}) = request"


def _source(
    agreements: Sequence[Agreement], bars: Sequence[Bar], overrides: Sequence[Override]
) -> Iterator[Line]:
    """Yield a function for each direction, then what chooses among them, then the bars."""
    directions: dict[Direction, list[tuple[Agreement, int, int]]] = {}
    clauses = clocks = 0
    for agreement in agreements:
        for each in agreement.directions:
            directions.setdefault(each, []).append((agreement, clauses, clocks))
        clauses += len(agreement.clauses)
        clocks += len(agreement.must_share)
    for number, (direction, parts) in enumerate(sorted(directions.items())):
        yield f"def direction_{number}(request):  # {direction[0]} to {direction[1]}", ""
        yield _UNPACK, ""
        yield "    granted, clocks = [], []", ""
        yield "    onward_free = onward_never = in_force = False", ""
        for part in parts:
            yield from _agreement(*part, direction)
        yield "    return granted, clocks, onward_free, onward_never, in_force", ""
    yield "DIRECTIONS = {", ""
    for number, (owner, recipient) in enumerate(sorted(directions)):
        yield f"    ({owner!r}, {recipient!r}): direction_{number},", ""
    yield "}", ""
    yield "def grants(request):", ""
    yield "    direction = DIRECTIONS.get(request[:2])", ""
    yield "    if direction is None:", ""
    yield "        return [], [], False, False, False", ""
    yield "    return direction(request)", ""
    yield from _judge(bars, overrides)


def _judge(bars: Sequence[Bar], overrides: Sequence[Override]) -> Iterator[Line]:
    yield "def judge(request):", ""
    yield _UNPACK, ""
    unknown = " or ".join(f"{name} & ~{words.all:#x}" for name, words in CLOSED)
    missing = f"not (kind & {BASE_KINDS:#x} and origin and handling and band and grades)"
    yield f"    if {unknown} or {missing}:", "UNKNOWN_WORD"
    yield f"        return [], [({UNKNOWN_WORD}, {DENY!r})], [], []", "UNKNOWN_WORD"
    yield "    granted, clocks, onward_free, onward_never, in_force = grants(request)", ""
    yield "    bars = []", ""
    covered = 0
    yield "    if caveats:", ""
    for index, bar in enumerate(bars):
        if bar.caveats:
            covered |= CAVEATS.mask(bar.caveats)
            yield from bar_lines(bar, index, "        ")
    yield f"        if caveats & ~{covered:#x}:", "UNBARRED_CAVEAT"
    yield f"            bars.append(({UNBARRED_CAVEAT}, {DENY!r}))", "UNBARRED_CAVEAT"
    for index, bar in enumerate(bars):
        if not bar.caveats:
            yield from bar_lines(bar, index, "    ")
    yield "    overrides = []", ""
    for index, override in enumerate(overrides):
        yield from override_lines(override, index)
    yield "    return granted, bars, clocks, overrides", ""


def _agreement(
    agreement: Agreement, number: int, clock: int, direction: Direction
) -> Iterator[Line]:
    rule, here = agreement.id, [c for c in agreement.clauses if direction in c.directions]
    if not here:
        return
    yield f"    if {in_force(agreement)}:  # {rule}", rule
    yield "        in_force = True", rule
    crimes, purposes = CRIME_TYPES.mask(agreement.crime_types), PURPOSES.mask(agreement.purposes)
    scope = f"crimes and not crimes & ~{crimes:#x} and purpose & {purposes:#x}"
    yield f"        if {scope}:", rule
    if agreement.third_agency == "free":
        yield "            onward_free = True", f"{rule}/third_agency"
    if agreement.third_agency == "prohibited":
        yield "            onward_never = True", f"{rule}/third_agency"
    for offset, each in enumerate(agreement.must_share):
        due = f"match_class & {MATCH_CLASS_WORDS.bit(each.match_class):#x}"
        yield f"            if {due}:", f"{rule}/must_share"
        yield f"                clocks.append({clock + offset})", f"{rule}/must_share"
    for offset, clause in enumerate(agreement.clauses):
        if clause in here:
            clause_rule = agreement.rule(clause.id)
            condition = _condition(agreement, clause, direction)
            yield f"            if {condition}:  # {clause_rule}", clause_rule
            yield f"                granted.append({number + offset})", clause_rule


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


def _condition(agreement: Agreement, clause: Clause, direction: Direction) -> str:
    terms = [
        f"office_class & {OFFICE_CLASSES.mask(clause.office_classes):#x}",
        f"match_class & {MATCH_CLASS_WORDS.mask(clause.match_classes):#x}",
    ]
    if clause.agencies and direction[1] not in clause.agencies:
        terms.append("False")
    if clause.offices:
        terms.append(f"office in {tuple(sorted(clause.offices))!r}")
    if clause.duties:
        terms.append(f"duties & {DUTIES.mask(clause.duties):#x}")
    if clause.listed:
        terms.append(f"kind & {RECIPIENT_KINDS.bit('listed_officer'):#x}")
    if clause.purposes != agreement.purposes:
        terms.append(f"purpose & {PURPOSES.mask(clause.purposes):#x}")
    if clause.crime_types != agreement.crime_types:
        terms.append(f"not crimes & ~{CRIME_TYPES.mask(clause.crime_types):#x}")
    if EXISTENCE_FIELDS.isdisjoint(clause.fields):
        terms.append(f"entity & {KINDS.mask(clause.entities):#x}")
        terms.append(f"role & {ROLES.mask(clause.roles):#x}")
    if clause.us_person is not None:
        terms.append(f"us_person & {ANSWERS.bit('yes' if clause.us_person else 'no'):#x}")
    if clause.newer_than_months:
        terms.append(f"informed + {months(clause.newer_than_months)} > today")
    return " and ".join(terms)
