"""Documents as Cedar policies: a clause permits, a bar forbids, and each bears its rule's id.

Actions: `disclose`; `ask`: the same as if every hold were lifted; `override`: as if only what no
danger passes stood; `heed`: which bars bind those who may have it.
"""

from collections.abc import Iterable, Iterator

from consumers.sharing.cedar.bars import EVERY, forbids, overriding, unbarred
from consumers.sharing.cedar.clauses import permits
from consumers.sharing.cedar.language import (
    KINDS,
    Statement,
    listing,
    one_of,
    within,
)
from consumers.sharing.documents import Agreement, Document, Statute
from schemas.identifiers import FIELDS
from schemas.marking import HANDLINGS, INFORMATION_GRADES, ONWARD_RULES, SOURCE_GRADES
from schemas.match import BANDS


def statements(documents: Iterable[Document]) -> tuple[Statement, ...]:
    """Return every policy of the documents."""
    documents = tuple(documents)
    agreements = [each for each in documents if isinstance(each, Agreement)]
    statutes = [each for each in documents if isinstance(each, Statute)]
    bars = [bar for statute in statutes for bar in statute.bars]
    found = [*_closed_words(), *_narrowed(), unbarred(bars)]
    for agreement in agreements:
        found += permits(agreement)
    for bar in bars:
        found += forbids(bar, agreements)
    for statute in statutes:
        for each in statute.overrides:
            found.append(overriding(f"{statute.id}/{each.id}", each, agreements))
    return tuple(found)


def slice_of(
    documents: Iterable[Document], owner: str, recipient: str, kinds: frozenset[str]
) -> tuple[Statement, ...]:
    """Return the policies that can concern what one agency discloses to another.

    `kinds` is what the recipient is to the owner. What is left out could say nothing; a slice is
    small however many agreements there are.
    """
    near = [
        each
        for each in documents
        if not isinstance(each, Agreement) or (owner, recipient) in each.directions
    ]
    return tuple(
        each
        for each in statements(near)
        if each.pair in (None, (owner, recipient))
        and (each.kinds is None or not kinds.isdisjoint(each.kinds))
    )


def _closed_words() -> Iterator[Statement]:
    """Deny what no vocabulary holds: unknown is a value, and it denies."""
    grades = [source + grade for source in SOURCE_GRADES for grade in INFORMATION_GRADES]
    words = (
        one_of("context.band", BANDS),
        one_of("principal.class", KINDS[1:]),
        within("resource.grades", grades),
        within("resource.handlings", HANDLINGS),
    )
    marking = (
        within("resource.onwards", sorted(ONWARD_RULES)),
        f"{listing(sorted(FIELDS))}.containsAll(resource.fields)",
        "!resource.originators.isEmpty()",
        '!resource.originators.contains("")',
    )
    for rule, unless in (
        ("UNKNOWN_WORD", words),
        ("UNKNOWN_MARKING", marking),
        ("UNKNOWN_PARTY", ("resource.registered",)),
        ("EMPTY_AUDIENCE", ("!resource.nobody",)),
    ):
        yield Statement(rule, "DENY", False, EVERY, unless=unless)  # noqa: FBT003


def _narrowed() -> Iterator[Statement]:
    """Deny what the owner itself has set; danger to life passes it."""
    named = "resource.audience.containsAny([principal.agency, principal.office])"
    for rule, unless in (
        ("PURPOSE_LIMIT", "!resource.limited || resource.purposes.contains(principal.purpose)"),
        ("AUDIENCE", f"!resource.restricted || {named}"),
    ):
        yield Statement(rule, "DENY", False, ("disclose", "ask"), unless=(unless,))  # noqa: FBT003
