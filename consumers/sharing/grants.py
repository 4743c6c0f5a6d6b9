"""Clauses and overrides as decisions use them."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from consumers.sharing.documents import Agreement, Clause, Override, Statute
from consumers.sharing.vocabulary import EXISTENCE_FIELDS, LEVEL_RANK, PLACE_TIME


class Grant(NamedTuple):
    """A clause, or an override, as the decision uses it."""

    rule: str
    agreement: Agreement
    text: str
    fields: frozenset[str]
    level: int
    keep_last: int
    obligations: tuple[str, ...]
    newer_than_months: int = 0


def of_clause(agreement: Agreement, clause: Clause) -> Grant:
    """Return a clause as a grant."""
    return Grant(
        agreement.rule(clause.id),
        agreement,
        clause.text,
        frozenset(clause.fields),
        LEVEL_RANK[clause.level],
        clause.keep_last,
        tuple(sorted(clause.obligations)),
        clause.newer_than_months,
    )


def of_override(statute: Statute, override: Override) -> Grant:
    """Return an override as a grant under its statute, which never ends and accounts for it."""
    under = Agreement(
        id=statute.id,
        title=statute.title,
        version=statute.version,
        basis=override.basis,
        parties=(),
        directions=(),
        start=date.min,
        end=None,
        suspensions=(),
        crime_types=(),
        purposes=(),
        retention_days=override.retention_days,
        onward="prohibited",
        third_agency="originator_consent",
        exempt=False,
        must_share=(),
        clauses=(),
    )
    return Grant(
        under.rule(override.id),
        under,
        override.text,
        EXISTENCE_FIELDS | {PLACE_TIME},
        LEVEL_RANK[override.level],
        0,
        tuple(sorted(override.obligations)),
    )


def together(grants: Iterable[Grant]) -> Mapping[str, Grant]:
    """Return for each field the grant that gives most of it; of two equal ones the first."""
    best: dict[str, Grant] = {}
    for grant in grants:
        for name in grant.fields:
            if name not in best or grant.level > best[name].level:
                best[name] = grant
    return MappingProxyType(best)
