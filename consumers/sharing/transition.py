"""The one table from what was decided and what a recipient holds to what is done; data, not code.

`consumers.sharing.standing` looks it up, `liaison explain standing` prints it, the reference
renders it, and its test walks every pair of words. Rows are read from the top; the first counts.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from schemas.notice import Action

Decided = Literal["told", "unreviewed", "suspended", "asked", "withheld", "parked"]
Holds = Literal[
    "nothing",
    "purged",
    "recalled",
    "same",
    "unconfirmed",
    "past retention",
    "corrected",
    "other",
]
Step = Action | Literal["nothing"]
Request = Literal["review", "hold request"]

DECIDED: Final[dict[Decided, str]] = {
    "told": "the recipient may be told, and nothing stands against it",
    "unreviewed": "it may be told under an agreement that was resumed after the match was first "
    "decided, and no operator has released it since",
    "suspended": "it might be told if an agreement were not suspended",
    "asked": "somebody's consent is missing (HOLD)",
    "withheld": "it may not be told (DENY), for whatever reason",
    "parked": "the vault is older than the support it holds: neither yes nor no",
}
"""What the decision comes to, in plain words."""

HOLDS: Final[dict[Holds, str]] = {
    "nothing": "nothing, or only what it has confirmed giving up",
    "purged": "nothing, after the same content reached its retention",
    "recalled": "perhaps something: a recall is under way",
    "same": "the same content, receipt known",
    "unconfirmed": "perhaps the same content: its receipt is not known, or covers not all before",
    "past retention": "content that it may keep no longer",
    "corrected": "other content of the same records",
    "other": "content of other records, or handed over from another match",
}
"""What the recipient holds, or may hold, in plain words."""


class Rule(NamedTuple):
    """One row: what is decided (empty: anything), what is held, what is sent, what is asked."""

    decided: tuple[Decided, ...]
    holds: tuple[Holds, ...]
    action: Step
    request: Request | None
    why: str


TABLE: Final = (
    Rule(("parked",), (), "nothing", None, "Waiting is neither a denial nor a release."),
    Rule(("told",), ("nothing", "recalled"), "notice", None, "A release after a recall is new."),
    Rule(("told", "unreviewed"), ("same",), "nothing", None, "It has what it may have."),
    Rule(("told", "unreviewed"), ("unconfirmed",), "notice", None, "The same id again."),
    Rule(("told", "unreviewed"), ("corrected",), "correction", None, "Who holds it must know."),
    Rule(("told", "unreviewed"), ("other",), "update", None, "One notice supersedes the other."),
    Rule(("told", "unreviewed"), ("purged",), "nothing", None, "Purged once is purged for good."),
    Rule(("unreviewed",), ("nothing",), "nothing", "review", "No flood after a resumption."),
    Rule(("unreviewed",), ("recalled",), "recall", "review", "The recall ends first."),
    Rule(("suspended",), ("nothing", "purged"), "nothing", None, "A suspension stops content."),
    Rule(("suspended",), ("same",), "nothing", None, "A suspension takes nothing back."),
    Rule(
        ("asked",), ("nothing", "purged"), "nothing", "hold request", "It sees nothing meanwhile."
    ),
    Rule(("asked",), (), "recall", "hold request", "Consent covers one notice, never an update."),
    Rule(("withheld",), ("nothing", "purged"), "nothing", None, "As if there were no match."),
    Rule((), ("past retention",), "recall", None, "What may be kept no longer is purged."),
    Rule(("suspended", "withheld"), (), "recall", None, "What may not be told is taken back."),
)
"""In a row, an empty tuple stands for every word."""


class Case(NamedTuple):
    """A thing that happens, and the row of the table that answers it."""

    name: str
    basis: str
    decided: Decided
    holds: Holds
    action: Step
    request: Request | None = None


CASES: Final = (
    Case("a match is found", "agreement", "told", "nothing", "notice"),
    Case("a field is corrected", "5 USC 552a(c)(4), row 18", "told", "corrected", "correction"),
    Case("another support is shown", "design: supports", "told", "other", "update"),
    Case(
        "the outcome of an attempt is unknown", "design: attempt", "told", "unconfirmed", "notice"
    ),
    Case("a marking is raised after receipt", "row 31", "withheld", "same", "recall"),
    Case("the only support is withdrawn", "row 30", "withheld", "same", "recall"),
    Case("one of two supports is withdrawn", "row 30", "told", "other", "update"),
    Case("a side gains a case: the match moved", "design: sides", "told", "other", "update"),
    Case(
        "a side's case is closed: a lesser class is told",
        "design",
        "told",
        "corrected",
        "correction",
    ),
    Case(
        "an agreement is suspended, nothing told yet", "row 26", "suspended", "nothing", "nothing"
    ),
    Case("an agreement is suspended after receipt", "row 26", "suspended", "same", "nothing"),
    Case("suspended while receipt is unknown", "row 26", "suspended", "unconfirmed", "recall"),
    Case("content changes under suspension", "row 26", "suspended", "corrected", "recall"),
    Case("resumed, nothing held", "row 27", "unreviewed", "nothing", "nothing", "review"),
    Case(
        "resumed, the content held has changed", "row 27", "unreviewed", "corrected", "correction"
    ),
    Case("an operator released what was reviewed", "row 27", "told", "nothing", "notice"),
    Case("a third agency must consent", "row 1", "asked", "nothing", "nothing", "hold request"),
    Case("consent is given", "row 28", "told", "nothing", "notice"),
    Case("consent runs out after receipt", "row 28", "told", "same", "nothing"),
    Case(
        "consent runs out before receipt",
        "row 28",
        "asked",
        "unconfirmed",
        "recall",
        "hold request",
    ),
    Case(
        "content changes that was told by consent",
        "row 28",
        "asked",
        "same",
        "recall",
        "hold request",
    ),
    Case("retention is reached", "row 29", "told", "past retention", "recall"),
    Case("retention was reached", "row 29", "told", "purged", "nothing"),
    Case("five years without validation", "28 CFR 23.20(h), row 9", "withheld", "same", "recall"),
    Case("a must-share meets a bar", "row 42", "asked", "nothing", "nothing", "hold request"),
    Case(
        "imminent danger relaxes a silence",
        "28 CFR 23.20(f)(2), row 10",
        "told",
        "nothing",
        "notice",
    ),
    Case("the danger has passed", "row 10", "withheld", "same", "recall"),
    Case("the vault awaits a record", "design: records", "parked", "same", "nothing"),
)
"""The cases of the catalogue (domain section 3) by what they come to; a test looks each one up."""


def rule_for(decided: Decided, holds: Holds) -> Rule:
    """Return the first row about both words; there is one for every pair."""
    return next(
        rule
        for rule in TABLE
        if (not rule.decided or decided in rule.decided) and (not rule.holds or holds in rule.holds)
    )


def sentences() -> Iterator[str]:
    """Yield table and cases as lines of text, as `liaison explain standing` prints them."""
    yield "DECIDED"
    yield from (f"  {word}: {said}" for word, said in DECIDED.items())
    yield "HOLDS"
    yield from (f"  {word}: {said}" for word, said in HOLDS.items())
    yield "TABLE (the first row that fits)"
    for rule in TABLE:
        done = rule.action + (f", {rule.request}" if rule.request else "")
        decided, holds = (" or ".join(words) or "anything" for words in rule[:2])
        yield f"  {decided} | {holds} | {done} | {rule.why}"
    yield "CASES"
    for case in CASES:
        done = case.action + (f", {case.request}" if case.request else "")
        yield f"  {case.name} ({case.basis}): {case.decided}, holds {case.holds}: {done}"
