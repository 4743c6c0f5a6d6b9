"""Cedar's words: the schema that every question is checked against, and parts of conditions."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

SCHEMA: Final = """
entity Agency;
entity Channel in [Agency] = {
  agency: String, office: String, office_class: String, purpose: String, class: String,
  nation: String, national: Bool, domestic: Bool, duties: Set<String>, matters: Set<String>
};
entity Record = {
  owner: String, registered: Bool, crimes: Set<String>, caveats: Set<String>, marked: Bool,
  grades: Set<String>, handlings: Set<String>, onwards: Set<String>, fields: Set<String>,
  originators: Set<String>, asking: Set<String>, prohibiting: Set<String>, foreign: Set<String>,
  waiting: Set<String>, consents: Set<String>, listed: Set<String>, matters: Set<String>,
  limited: Bool, purposes: Set<String>, restricted: Bool, audience: Set<String>, nobody: Bool,
  validated: Long, informed: Long
};
action disclose, ask, heed, override appliesTo {
  principal: Channel,
  resource: Record,
  context: {
    entity: String, role: String, us_person: String, match_class: String, band: String,
    now: Long, today: Long, imminence: Long
  }
};
"""

KINDS: Final = (
    "same_agency",
    "federal_law_enforcement",
    "federal_other",
    "state",
    "foreign",
    "industry",
)
"""What a recipient is to an owner: of its own agency, else of a class."""

ALWAYS: Final = 9_999 * 372
"""Number of a day on which nothing that needs validation is asked; see `day_number`."""
NO_MEETING: Final = 1 << 62
"""Seconds until operations meet, where none do."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One policy: a rule, permitting or forbidding some actions under conditions.

    `effect`: empty for a clause; else DENY, HOLD(x), `heed` or `override`. `pair`, `kinds`: the
    (owner, recipient) and the kinds it can concern; None: all.
    """

    rule: str
    effect: str
    permits: bool
    actions: tuple[str, ...]
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    pair: tuple[str, str] | None = None
    kinds: frozenset[str] | None = None

    @property
    def id(self) -> str:
        """The rule, followed by what a bar does: `ORCON HOLD(originator)`."""
        bar = self.effect not in {"", "override"}
        return f"{self.rule} {self.effect}" if bar else self.rule

    @property
    def text(self) -> str:
        """The policy in Cedar's language."""
        principal = f"principal in Agency::{quoted(self.pair[1])}" if self.pair else "principal"
        named = [f"Action::{quoted(name)}" for name in self.actions]
        action = f"== {named[0]}" if len(named) == 1 else f"in [{', '.join(named)}]"
        effect = "permit" if self.permits else "forbid"
        text = f"@id({quoted(self.id)})\n{effect} ({principal}, action {action}, resource)"
        for word, terms in (("when", self.when), ("unless", self.unless)):
            if terms:
                text += f"\n{word} {{\n  " + " &&\n  ".join(terms) + "\n}"
        return text + ";"


def quoted(word: str) -> str:
    """Return a string literal."""
    return json.dumps(word)


def listing(words: Iterable[str]) -> str:
    """Return a set literal."""
    return "[" + ", ".join(map(quoted, words)) + "]"


def one_of(what: str, words: Iterable[str]) -> str:
    """Say that a word is one of these."""
    return f"{listing(words)}.contains({what})"


def some(what: str, words: Iterable[str]) -> str:
    """Say that a set holds one of these."""
    return f"{what}.containsAny({listing(words)})"


def within(what: str, words: Iterable[str]) -> str:
    """Say that a set is not empty and holds none but these."""
    return f"(!{what}.isEmpty() && {listing(words)}.containsAll({what}))"


def any_of(terms: Sequence[str]) -> str:
    """Join conditions by "or"; none: never."""
    return _joined(terms, "||") if terms else "false"


def all_of(terms: Sequence[str]) -> str:
    """Join conditions by "and"; none: always."""
    return _joined(terms, "&&") if terms else "true"


_FLAT: Final = 16


def _joined(terms: Sequence[str], operator: str) -> str:
    """Join as a balanced tree: Cedar reads no expression that is nested a hundred deep."""
    if len(terms) == 1:
        return terms[0]
    if len(terms) > _FLAT:
        half = len(terms) // 2
        terms = [_joined(terms[:half], operator), _joined(terms[half:], operator)]
    return f"({f' {operator} '.join(terms)})"


def instant(moment: date) -> int:
    """Return a moment, or the beginning of a day in UTC, in seconds since 1970."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def day_number(day: date) -> int:
    """Number days so that n months are n * 31; a day its month lacks is the next month's first."""
    return (day.year * 12 + day.month - 1) * 31 + day.day - 1
