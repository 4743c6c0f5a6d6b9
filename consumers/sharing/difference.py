"""What changes from one version of a document to the next: its text, its examples, its decisions.

Decisions are compared on requests made up for both versions, and on recorded ones where they are
given; what a solver finds is taken in as sentences (`changes`) and shown beside them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any, Final, NamedTuple

from consumers.sharing.compiler import DENY, RELEASE, Compiled, compile_documents
from consumers.sharing.documents import Agreement, Clause, Document, Example
from consumers.sharing.examples import granting
from consumers.sharing.grants import Grant, of_clause, together
from consumers.sharing.questions import in_words, questions
from consumers.sharing.request import Request
from consumers.sharing.vocabulary import LEVEL_RANK, LEVELS
from schemas.errors import ConfigError

ASKED: Final = 20_000
"""How many requests are made up where nobody says."""
_PLACES: Final = frozenset({"at", "clauses", "bars", "overrides", "must_release", "must_withhold"})
_HOLD: Final = "HOLD"
_THIRD: Final = {
    (False, False): "HOLD(originator)",
    (True, False): "released where unmarked",
    (False, True): DENY,
    (True, True): DENY,
}
"""What becomes of a third agency's information, by whether a default frees or forbids it."""


class Shift(NamedTuple):
    """One sort of decision that changes: from what to what, how often, and one request in words."""

    what: str
    old: str
    new: str
    times: int
    request: str

    @property
    def wider(self) -> bool:
        """Whether the new version releases more."""
        return _openness(self.new) > _openness(self.old)

    @property
    def alike(self) -> bool:
        """Whether as much is released, under other duties."""
        return _openness(self.new) == _openness(self.old)


class Difference(NamedTuple):
    """Everything that changes. `text` is by part, clause or bar; `asked`: requests compared."""

    text: tuple[str, ...]
    examples: tuple[str, ...]
    shifts: tuple[Shift, ...]
    asked: int
    changes: tuple[str, ...]


def difference(
    old: Document,
    new: Document,
    recorded: Iterable[Request] = (),
    changes: Iterable[str] = (),
    count: int = ASKED,
) -> Difference:
    """Compare two versions of one document, on `count` requests beside the recorded ones.

    Raises ConfigError where they are not versions of one document.
    """
    if old.id != new.id or type(old) is not type(new):
        raise ConfigError("AGREEMENT_DIFF", f"{old.id} and {new.id} are not one document")
    asked = [*questions((old, new), count), *recorded]
    return Difference(
        text=tuple(_text(old, new)),
        examples=tuple(_examples(old, new)),
        shifts=_shifts(compile_documents([old]), compile_documents([new]), asked),
        asked=len(asked),
        changes=tuple(changes),
    )


def sentences(found: Difference) -> Iterator[str]:
    """Yield a difference for a reader: what releases more stands first."""
    yield from found.text or ("The text says the same.",)
    yield from found.examples
    yield (
        f"Of {found.asked} requests {sum(s.times for s in found.shifts)} decisions change, "
        f"{sum(s.times for s in found.shifts if s.wider)} to release more."
    )
    for shift in found.shifts:
        sign = "MORE" if shift.wider else "else" if shift.alike else "less"
        yield f"{sign}: {shift.what}: {shift.old} -> {shift.new} ({shift.times} times)"
        yield f"    such as {shift.request}"
    yield from found.changes


def _text(old: Document, new: Document) -> Iterator[str]:
    if new.version <= old.version:
        yield f"version: {old.version} -> {new.version}, which does not rise"
    yield from _values("", asdict(old), asdict(new))
    for part, earlier, later in _parts(old, new):
        if earlier is None or later is None:
            said, text = ("gone", earlier) if later is None else ("new", later)
            yield f"{part} {text.id}: {said}: {text.text}"
        else:
            yield from _values(f"{part} {earlier.id} ", asdict(earlier), asdict(later))


def _values(where: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name, before in old.items():
        if name not in _PLACES and before != new[name]:
            yield f"{where}{name}: {_said(before)} -> {_said(new[name])}"


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_said(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_said, value)) + "]"
    return str(value)


def _parts(old: Document, new: Document) -> Iterator[tuple[str, Any, Any]]:
    """Yield the clauses, bars and overrides of both versions side by side, by id."""
    for part, name in (("clause", "clauses"), ("bar", "bars"), ("override", "overrides")):
        earlier = {each.id: each for each in getattr(old, name, ())}
        later = {each.id: each for each in getattr(new, name, ())}
        for key in dict.fromkeys([*earlier, *later]):
            yield part, earlier.get(key), later.get(key)


def _examples(old: Document, new: Document) -> Iterator[str]:
    """Yield the examples of either version that come out otherwise under the other."""
    if not isinstance(old, Agreement) or not isinstance(new, Agreement):
        return
    before, after = compile_documents([old]), compile_documents([new])
    seen = set()
    for agreement in (old, new):
        for clause in agreement.clauses:
            for example in (*clause.must_release, *clause.must_withhold):
                asked = replace(example, at="", day=example.day or agreement.start)
                if asked in seen:
                    continue
                seen.add(asked)
                if (was := _granted(before, old, clause, asked)) != _granted(
                    after, new, clause, asked
                ):
                    change = "is no longer released" if was else "is newly released"
                    yield f"example {example.at} of clause {clause.id} {change}"


def _granted(compiled: Compiled, agreement: Agreement, clause: Clause, example: Example) -> bool:
    return bool(granting(compiled, agreement, clause, example))


def _shifts(old: Compiled, new: Compiled, asked: Iterable[Request]) -> tuple[Shift, ...]:
    """Return what changes, wider first, then the most frequent."""
    found: dict[tuple[str, str, str], Shift] = {}
    for request in asked:
        before, after = _decisions(old, request), _decisions(new, request)
        if before == after:
            continue
        for what in sorted({*before, *after}):
            was, now = before.get(what, "withheld"), after.get(what, "withheld")
            if was != now:
                key = (what, was, now)
                first = found.get(key) or Shift(*key, 0, in_words(request))
                found[key] = first._replace(times=first.times + 1)
    return tuple(sorted(found.values(), key=lambda s: (not s.wider, -s.times, s.what)))


def _decisions(compiled: Compiled, request: Request) -> dict[str, str]:
    """Return what a request is given, by field; of bars alone what they do, as one sentence."""
    numbers, barred, clocks, _ = compiled.judge(request)
    if compiled.bars:
        return {"the match": _effects(compiled, barred)}
    _, _, free, never, _ = compiled.grants(request)
    given = together(of_clause(*compiled.clauses[number]) for number in numbers)
    said = {f"field {name}": _given(grant) for name, grant in given.items()}
    if given:
        said["a third agency's information"] = _THIRD[free, never]
    if clocks:
        within = min(compiled.clocks[number][1].within for number in clocks)
        said["the match, being owed"] = f"within {within}"
    return said


def _given(grant: Grant) -> str:
    """Say the level of a field, and under what: its clause's duties and its agreement's."""
    duties = {*grant.obligations, f"RETAIN({grant.agreement.retention_days})"}
    if grant.agreement.onward != "free":
        duties.add("NO-ONWARD")
    return f"{LEVELS[grant.level]} under {', '.join(sorted(duties))}"


def _effects(compiled: Compiled, barred: Iterable[tuple[int, str]]) -> str:
    """Say the strictest effect; then duties of a release, or how far what is withheld reaches."""
    barred = list(barred)
    bars = [(compiled.bars[number], effect) for number, effect in barred if number >= 0]
    effects = {effect for _, effect in barred if effect != RELEASE}
    if not effects:
        duties = sorted({duty for bar, _ in bars for duty in bar.obligations})
        return f"released under {', '.join(duties)}" if duties else "released"
    stopping = [bar for bar, effect in bars if effect != RELEASE]
    said = [DENY if DENY in effects else "+".join(sorted(effects))]
    said += sorted({f"where owed {bar.must_share}" for bar in stopping if bar.must_share})
    said += ["its owner told"] if any(bar.silent for bar in stopping) else []
    if stopping and {bar.scope for bar in stopping} != {"field"}:
        said.append("the whole support")
    if bars and len(bars) == len(barred) and all(bar.yields for bar in stopping):
        said.append("danger apart")
    return ", ".join(said)


def _openness(said: str) -> int:
    """Rank what a request is given; only for saying which of two is more."""
    if said.startswith((DENY, "withheld")):
        return 0
    if said.startswith(_HOLD):
        return 1
    return 2 + LEVEL_RANK.get(said.partition(" ")[0], len(LEVEL_RANK))
