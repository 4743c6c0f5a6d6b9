"""The second key's verdict on one support: release, hold or deny, for each end and each value."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from consumers.sharing.cedar import reading
from consumers.sharing.cedar.engine import Engine, Said, SecondKeyError
from consumers.sharing.cedar.party import counterpart
from consumers.sharing.cedar.policies import statements
from consumers.sharing.cedar.question import Asked, Case, End, case_of
from consumers.sharing.cedar.reading import NOBODY, PLACE, PLACE_TIME, Subject, Thing, Value
from consumers.sharing.cedar.request import Attributes, consented
from consumers.sharing.documents import Agreement, Document, Statute
from schemas.match import Support
from schemas.party import Register

RELEASE: Final = "release"
HOLD: Final = "hold"
DENY: Final = "deny"


class Answer(NamedTuple):
    """`outcome` with the rules that decided it: clauses that permit, or bars that forbid."""

    outcome: str
    rules: frozenset[str]


@dataclass(slots=True)
class Verdict:
    """What Cedar says of one support and recipient.

    `ends` by record of another office. `things` are the values that may be shown, each with the
    clauses under any of which it may. `silent`: the recipient's own record is kept from the others.
    `override`: the rule by which danger to life passes what else withholds.
    """

    ends: dict[str, Answer] = field(default_factory=dict)
    things: dict[Thing, frozenset[str]] = field(default_factory=dict)
    obligations: set[str] = field(default_factory=set)
    silent: bool = False
    override: str = ""

    @property
    def outcome(self) -> str:
        """The strictest of the ends."""
        found = {each.outcome for each in self.ends.values()}
        return next((each for each in (DENY, HOLD) if each in found), RELEASE if found else DENY)


def cedar_source(documents: Iterable[Document]) -> str:
    """Return the whole policy set of some documents as text."""
    return "\n\n".join(each.text for each in statements(documents))


class SecondKey:
    """Decides by Cedar alone, from the parsed documents and the register."""

    def __init__(self, documents: Iterable[Document], register: Register, secret: bytes) -> None:
        self._documents = tuple(documents)
        self._register = register
        self._secret = secret
        self._engine = Engine(self._documents)
        self._clauses = {
            each.rule(clause.id): frozenset(clause.fields)
            for each in self._documents
            if isinstance(each, Agreement)
            for clause in each.clauses
        }
        statutes = [each for each in self._documents if isinstance(each, Statute)]
        self._bars = {bar.id: bar for statute in statutes for bar in statute.bars}
        self._silent = {c for bar in self._bars.values() if bar.silent for c in bar.caveats}
        self._on_match = any(bar.scope == "match" for bar in self._bars.values())
        self._danger = {
            word for s in statutes for override in s.overrides for word in override.match_classes
        }

    def judge(self, asked: Asked, support: Support) -> Verdict:
        """Decide a support for a channel; raises SecondKeyError where there is no answer."""
        try:
            return self._judge(asked, support)
        except SecondKeyError:
            raise
        except Exception as error:
            raise SecondKeyError(type(error).__name__) from error

    def _judge(self, asked: Asked, support: Support) -> Verdict:
        verdict = Verdict()
        case, ends = self._case(asked, support)
        office = case.recipient.office
        others = [end for end in ends if end.office != office]
        shared = tuple(self._shared(asked)) if self._on_match else ()
        said = {end.key: self._answers(case, end) for end in others}
        verdict.ends = {
            end.key: self._existence(case, end, next(iter(said[end.key].values())), shared)
            for end in others
        }
        if verdict.outcome != RELEASE and case.claim.match_class in self._danger:
            self._override(verdict, case, others, shared)
        elif verdict.outcome == RELEASE:
            for end in others:
                verdict.things |= self._values(case, end, said[end.key])
                verdict.obligations |= self._heed(case, end)
        if verdict.outcome == RELEASE:
            counterparts = {end.office for end in others}
            own = (end for end in ends if end.office == office)
            verdict.silent = any(self._kept(case, end, counterparts) for end in own)
        return verdict

    def _case(self, asked: Asked, support: Support) -> tuple[Case, list[End]]:
        return case_of(asked, support, self._register, self._secret)

    def _ask(self, case: Case, record: Attributes, action: str = "disclose") -> Said:
        return self._engine.ask(case.recipient, record, case.claim, [NOBODY], action)[0]

    def _answers(self, case: Case, end: End) -> dict[Subject, Said]:
        """Ask about everybody and every place that a record speaks of, or else about nobody.

        Whatever the subject, the answer is also the one on the match itself.
        """
        subjects = list(dict.fromkeys(subject for subject, *_ in _held(end))) or [NOBODY]
        whole = consented(end.record, case.consents)
        said = self._engine.ask(case.recipient, whole, case.claim, subjects)
        return dict(zip(subjects, said, strict=True))

    def _existence(self, case: Case, end: End, said: Said, shared: Sequence[str]) -> Answer:
        """Decide whether an end may be known, field markings and the whole match included."""
        barred = [*said.barred, *self._by_fields(case, end), *shared]
        if not barred:
            rules = self._granting(said, "existence")
            return Answer(RELEASE if rules else DENY, rules)
        rules = frozenset(each.partition(" ")[0] for each in barred)
        if any(each.endswith(" DENY") for each in barred):
            return Answer(DENY, rules)
        lifted = self._ask(case, consented(end.record, case.consents), "ask")
        return Answer(HOLD if self._granting(lifted, "existence") else DENY, rules)

    def _by_fields(self, case: Case, end: End, action: str = "disclose") -> Iterator[str]:
        """Yield what the bars on marked fields do to the existence of the support."""
        for marking, record in end.marked:
            said = self._ask(case, consented(record, case.consents), action)
            rests = any(reading.on_spot(marking, end.event, spot) for spot in end.spots)
            yield from (each for each in said.barred if rests or self._scope(each) != "field")

    def _shared(self, asked: Asked) -> Iterator[str]:
        """Yield what bars that reach a whole match do to it, from the records of every support."""
        match = asked.match
        kept = [each for each in match.quiet if asked.shown == each.records]
        for support in (*(match.supports if match.status == "live" else ()), *kept):
            case, ends = self._case(asked, support)
            for end in ends:
                if end.office != case.recipient.office:
                    whole = consented(end.record, case.consents)
                    barred = [*self._ask(case, whole).barred, *self._by_fields(case, end)]
                    yield from (each for each in barred if self._scope(each) == "match")

    def _override(
        self, verdict: Verdict, case: Case, ends: Iterable[End], shared: Iterable[str]
    ) -> None:
        """Release places alone where danger to life passes all that withholds."""
        if any(not self._bars[each.partition(" ")[0]].yields for each in shared):
            return
        rules: set[str] | None = None
        places: dict[Thing, frozenset[str]] = {}
        for end in ends:
            said = self._ask(case, consented(end.record, case.consents), "override")
            if not said.allowed or any(self._by_fields(case, end, "override")):
                return
            rules = set(said.ids) if rules is None else rules & set(said.ids)
            places |= {
                Thing(end.key, holder, PLACE_TIME, ""): frozenset(said.ids)
                for holder in _resting(end)
            }
        if rules:
            verdict.override = min(rules)
            released = Answer(RELEASE, frozenset({verdict.override}))
            verdict.ends = dict.fromkeys(verdict.ends, released)
            verdict.things = places

    def _values(
        self, case: Case, end: End, said: Mapping[Subject, Said]
    ) -> dict[Thing, frozenset[str]]:
        """Return the values that may be shown, each with the clauses that permit it."""
        found = {}
        for subject, holder, values in _held(end):
            for value in values:
                rules = self._granting(said[subject], value.field)
                if rules and not self._taken(case, end, holder, value, values):
                    found[Thing(end.key, holder, value.field, value.published)] = rules
        contact = self._granting(next(iter(said.values())), "contact")
        if contact:
            found[Thing(end.key, "", "contact", "")] = contact
        return found

    def _taken(self, case: Case, end: End, holder: str, value: Value, values: list[Value]) -> bool:
        """Return whether a field marking takes a value away."""
        return any(
            self._ask(case, consented(record, case.consents, value.field)).barred
            for marking, record in end.marked
            if reading.on_value(marking, end.event, holder, value, values)
        )

    def _granting(self, said: Said, word: str) -> frozenset[str]:
        """Return the clauses that permit a field; none where Cedar does not allow."""
        if not said.allowed:
            return frozenset()
        return frozenset(each for each in said.ids if word in self._clauses[each])

    def _scope(self, barred: str) -> str:
        bar = self._bars.get(barred.partition(" ")[0])
        return "support" if bar is None else bar.scope

    def _heed(self, case: Case, end: End) -> set[str]:
        """Return the obligations that bars lay on whoever may have the record."""
        said = self._engine.ask(case.recipient, end.record, case.claim, [NOBODY], "heed")
        ids = {each.partition(" ")[0] for answer in said for each in answer.ids}
        return {obligation for each in ids for obligation in self._bars[each].obligations}

    def _kept(self, case: Case, end: End, offices: Iterable[str]) -> bool:
        """Return whether the recipient's own record is kept from the others, though not from it."""
        stated = {c for _, record in end.marked for c in record["caveats"]}
        caveats = sorted({*end.record["caveats"], *stated})
        if self._silent.isdisjoint(caveats):
            return False
        owner = end.record["owner"]
        own = {"originators": [owner], "waiting": [owner], "listed": [], "matters": []}
        thirds: Attributes = {"asking": [], "prohibiting": [], "foreign": []}
        record = {**end.record, **own, **thirds, "caveats": caveats, "marked": True}
        for office in offices:
            other = counterpart(office, case.recipient, self._register)
            told = Case(other, (), case.claim)
            barred = [each.partition(" ")[0] for each in self._ask(told, record).barred]
            silent = any(each in self._bars and self._bars[each].silent for each in barred)
            if silent and not self._ask(told, record, "override").allowed:
                return True
        return False


def _resting(end: End) -> list[str]:
    """Return the places on which the support rests."""
    return list(dict.fromkeys(spot.holder for spot in end.spots if spot.field == PLACE_TIME))


def _held(end: End) -> list[tuple[Subject, str, list[Value]]]:
    """Return everybody a record speaks of with what it says, and the places it rests on."""
    places = [(PLACE, holder, [Value(PLACE_TIME, "", "")]) for holder in _resting(end)]
    return [*reading.subjects(end.event), *places]
