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
    """One policy. `pair`, `kinds`: (owner, recipient) and kinds it can concern; None: all.

    `effect`: empty for a clause; else DENY, HOLD(x), `heed` or `override`.
    """

    rule: str
    effect: str
    text: str
    pair: tuple[str, str] | None = None
    kinds: frozenset[str] | None = None


def policy(
    rule: str, effect: str, head: str, when: Sequence[str], unless: Sequence[str] = ()
) -> str:
    """Return the text of a policy; its id is the rule's, followed by what a bar does."""
    text = f"@id({quoted(f'{rule} {effect}'.strip())})\n{head}"
    if when:
        text += "\nwhen {\n  " + " &&\n  ".join(when) + "\n}"
    if unless:
        text += "\nunless {\n  " + " &&\n  ".join(unless) + "\n}"
    return text + ";"


def actions(*names: str) -> str:
    """Return the scope of the actions."""
    if len(names) == 1:
        return f"action == Action::{quoted(names[0])}"
    return f"action in [{', '.join(f'Action::{quoted(name)}' for name in names)}]"


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
    if not terms:
        return "false"
    return terms[0] if len(terms) == 1 else f"({' || '.join(terms)})"


def all_of(terms: Sequence[str]) -> str:
    """Join conditions by "and"; none: always."""
    if not terms:
        return "true"
    return terms[0] if len(terms) == 1 else f"({' && '.join(terms)})"


def instant(moment: date) -> int:
    """Return a moment, or the beginning of a day in UTC, in seconds since 1970."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def day_number(day: date) -> int:
    """Number days so that n months are n * 31; a day its month lacks is the next month's first."""
    return (day.year * 12 + day.month - 1) * 31 + day.day - 1
