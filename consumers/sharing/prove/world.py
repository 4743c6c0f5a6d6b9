"""Every request at once: each attribute of a question as a symbol, each word of a set as a switch.

A word outside its vocabulary is the word `unknown`, a party outside the documents `another agency`.
What both request builders derive from raw records by the same plain fact (is somebody else's
information in it, does the register list the officer) is one symbol; what each key makes of it is
its own.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import z3

from consumers.sharing.documents import Agreement, Document, Statute
from consumers.sharing.prove.logic import FALSE, all_of, any_of, no
from consumers.sharing.vocabulary import (
    ANSWERS,
    BANDS,
    CAVEATS,
    CRIME_TYPES,
    DUTIES,
    FIELDS,
    GRADES,
    HANDLINGS,
    KINDS,
    MATCH_CLASS_WORDS,
    OFFICE_CLASSES,
    PURPOSES,
    ROLES,
)
from schemas.marking import ONWARD_RULES

UNKNOWN: Final = "unknown"
OTHERS: Final = ("another agency", "a third agency")
CLASSES: Final = ("federal_law_enforcement", "federal_other", "state", "foreign", "industry")
FACTS: Final = (
    "registered",
    "national",
    "domestic",
    "listed_country",
    "matters",
    "listed_for_all",
    "limited",
    "restricted",
    "named",
    "nobody",
    "unnamed_originator",
    "of_owner",
    "of_recipient",
    "third_free",
    "third_asking",
    "third_prohibiting",
    "third_foreign",
    "consent_of_thirds",
    "consent_of_owner",
)
"""Plain facts of a request; the words of a counterexample stand in `wording`."""
_ONE: Final = (
    ("class", CLASSES),
    ("office_class", OFFICE_CLASSES.words),
    ("purpose", PURPOSES.words),
    ("entity", KINDS.words),
    ("role", ROLES.words),
    ("us_person", ANSWERS.words),
    ("match_class", MATCH_CLASS_WORDS.words),
    ("band", BANDS.words),
    ("field", FIELDS.words),
)
_MANY: Final = (
    ("crimes", CRIME_TYPES.words),
    ("caveats", CAVEATS.words),
    ("grades", GRADES.words),
    ("handling", HANDLINGS.words),
    ("duties", DUTIES.words),
    ("onwards", tuple(sorted(ONWARD_RULES))),
    ("purposes", PURPOSES.words),
    ("fields", FIELDS.words),
)
NUMBERS: Final = ("now", "today", "validated", "informed", "imminence")

Switches = dict[str, Any]


class World:
    """One symbolic request over the words and parties of some documents."""

    def __init__(self, documents: Iterable[Document]) -> None:
        documents = tuple(documents)
        agreements = [each for each in documents if isinstance(each, Agreement)]
        self.agencies = sorted({p for each in agreements for p in each.parties}) + list(OTHERS)
        offices = {o for each in agreements for c in each.clauses for o in c.offices}
        self.offices = [*sorted(offices), "another office"]
        bits = max(1, (max(len(self.agencies), len(self.offices)) - 1).bit_length())
        self._sort = z3.BitVecSort(bits)
        self._numbered = {
            code: z3.BitVecVal(index, self._sort) for index, code in enumerate(self.agencies)
        }
        self.owner, self.recipient, self.office = (
            z3.Const(name, self._sort) for name in ("owner", "recipient", "office")
        )
        self.facts: Switches = {name: z3.Bool(name) for name in FACTS}
        self.numbers = {name: z3.Int(name) for name in NUMBERS}
        self.consents = {word: z3.Bool(f"consent:{word}") for word in _authorities(documents)}
        self.one = {name: _switches(name, words) for name, words in _ONE}
        self.many = {name: _switches(name, words) for name, words in _MANY}

    @property
    def domain(self) -> list[Any]:
        """What holds of every request, whatever is decided."""
        offices = [
            z3.Implies(self.office_is(office), self.recipient_is(office.partition("/")[0]))
            for office in self.offices[:-1]
        ]
        return [
            z3.ULT(self.owner, len(self.agencies)),
            z3.ULT(self.recipient, len(self.agencies)),
            z3.ULT(self.office, len(self.offices)),
            *(z3.PbEq([(switch, 1) for switch in each.values()], 1) for each in self.one.values()),
            *offices,
            *(self.numbers[name] >= 0 for name in NUMBERS),
            *(number <= 1 << 62 for number in self.numbers.values()),
            z3.Implies(self.facts["domestic"], self.facts["national"]),
            no(self.one["class"][UNKNOWN]),
            z3.Implies(self.facts["listed_country"], self.facts["national"]),
            any_of(list(self.many["onwards"].values())),
            z3.Implies(self.facts["consent_of_thirds"], self.third),
            z3.Implies(self.facts["consent_of_owner"], self.facts["of_owner"]),
        ]

    def owner_is(self, code: str) -> Any:
        """Say whose record it is."""
        return self._is(self.owner, code)

    def recipient_is(self, code: str) -> Any:
        """Say which agency receives."""
        return self._is(self.recipient, code)

    def _is(self, symbol: Any, code: str) -> Any:
        number = self._numbered.get(code)
        return FALSE if number is None else symbol == number

    def office_is(self, office: str) -> Any:
        """Say which office receives, among those that a clause names."""
        return self.office == z3.BitVecVal(self.offices.index(office), self._sort)

    def fact(self, name: str) -> Any:
        """Return a plain fact."""
        return self.facts[name]

    def is_(self, name: str, *words: str) -> Any:
        """Say that an attribute is one of the words."""
        return any_of([self.one[name][word] for word in words])

    def has(self, name: str, *words: str) -> Any:
        """Say that a set holds one of the words."""
        return any_of([self.many[name][word] for word in words])

    def some(self, name: str) -> Any:
        """Say that a set is not empty."""
        return any_of(self.many[name].values())

    def consented(self, by: str) -> Any:
        """Say that a party or authority has consented."""
        return self.consents.get(by, FALSE)

    @property
    def no_consent(self) -> Any:
        """Say that nobody has consented to anything."""
        every = [*self.consents.values(), self.fact("consent_of_thirds")]
        return no(any_of([*every, self.fact("consent_of_owner")]))

    @property
    def own(self) -> Any:
        """Say that the recipient is of the owner's agency, and a national of its country."""
        return all_of(self.owner == self.recipient, self.fact("national"))

    @property
    def abroad(self) -> Any:
        """Say that the recipient is foreign to the owner: its agency, or the officer."""
        foreign = any_of((self.one["class"]["foreign"], no(self.fact("domestic"))))
        return all_of(no(self.own), foreign)

    @property
    def industry(self) -> Any:
        """Say that the recipient is a company."""
        return all_of(no(self.own), self.one["class"]["industry"])

    @property
    def third(self) -> Any:
        """Say that it holds information of neither owner nor recipient."""
        return any_of([self.fact(f"third_{how}") for how in _THIRD])

    @property
    def listed_officer(self) -> Any:
        """Say that every court matter of the record lists the officer."""
        return all_of(self.fact("matters"), self.fact("listed_for_all"))

    def waiting(self, *, spare_owner: bool) -> Any:
        """Say that an originator whose consent is asked has not given it."""
        thirds = all_of(self.third, no(self.fact("consent_of_thirds")))
        if spare_owner:
            return thirds
        asked = all_of(self.fact("of_owner"), no(self.fact("consent_of_owner")))
        return any_of((thirds, all_of(asked, self.owner != self.recipient)))


_THIRD: Final = ("free", "asking", "prohibiting", "foreign")


def _switches(name: str, words: Iterable[str]) -> Switches:
    return {word: z3.Bool(f"{name}:{word}") for word in (*words, UNKNOWN)}


def _authorities(documents: Iterable[Document]) -> list[str]:
    """Return everybody whose consent a bar may wait for, but the originators."""
    bars = [bar for each in documents if isinstance(each, Statute) for bar in each.bars]
    effects = {e for bar in bars for e in (*dict(bar.outcome).values(), bar.must_share)}
    found = {e[len("HOLD(") : -1] for e in effects if e.startswith("HOLD(")}
    return sorted(found - {"originator"})


Named = Mapping[str, Any]
