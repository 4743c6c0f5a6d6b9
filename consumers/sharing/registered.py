"""Documents against the party register: are those they speak of there, and may they be told so."""

from collections.abc import Iterator
from typing import Final

from consumers.sharing.documents import Agreement, Document, Statute
from consumers.sharing.statute import AUTHORITIES
from consumers.sharing.vocabulary import HOME
from schemas.party import Register

_PROTECTED_ROLES: Final = frozenset({"victim", "witness"})
_LAY: Final = frozenset({"federal_other"})
"""Classes of agencies at home that do not enforce the law."""


def faults(document: Document, register: Register) -> Iterator[str]:
    """Yield everything in a document that the register contradicts."""
    if isinstance(document, Statute):
        yield from _statute(document, register)
    else:
        yield from _agreement(document, register)


def _agreement(agreement: Agreement, register: Register) -> Iterator[str]:
    unknown = [party for party in agreement.parties if party not in register.agencies]
    if unknown:
        known = ", ".join(sorted(register.agencies))
        yield f"{agreement.at}: {', '.join(unknown)} not in the party register; known: {known}"
        return
    outside = {party for party in agreement.parties if not _at_home(party, register)}
    departments = {register.agencies[party].department for party in agreement.parties}
    if agreement.exempt and len(departments) > 1:
        yield (
            f"{agreement.at}: accounting is exempt between {' and '.join(sorted(departments))}: "
            "5 USC 552a(b)(1) reaches one agency only"
        )
    for rule in ("third_agency", "onward"):
        if outside and getattr(agreement, rule) == "free":
            yield (
                f"{agreement.at}: {rule} is free with {', '.join(sorted(outside))}: "
                "22 CFR 9.12 is for agencies at home"
            )
    readers = {recipient for _, recipient in agreement.directions}
    lay = [r for r in sorted(readers - outside) if register.agencies[r].agency_class in _LAY]
    if lay and agreement.onward == "free":
        yield (
            f"{agreement.at}: onward is free with {', '.join(lay)}: "
            "28 CFR 23.20(f)(1) disseminates to law enforcement only"
        )
    for clause in agreement.clauses:
        told = {recipient for _, recipient in clause.directions} & outside
        protected = sorted(_PROTECTED_ROLES.intersection(clause.roles))
        if told and protected:
            yield (
                f"{clause.at}: clause {clause.id} tells {', '.join(sorted(told))} of a "
                f"{' or '.join(protected)}: that stays at home"
            )
        for office in clause.offices:
            if office not in register.offices:
                yield f"{clause.at}: clause {clause.id}: {office} is not in the party register"


def _at_home(party: str, register: Register) -> bool:
    agency = register.agencies[party]
    return agency.country == HOME and agency.agency_class not in {"foreign", "industry"}


def _statute(statute: Statute, register: Register) -> Iterator[str]:
    for bar in statute.bars:
        effects = [*(effect for _, effect in bar.outcome), bar.must_share]
        named = {effect[len("HOLD(") : -1] for effect in effects if effect.startswith("HOLD(")}
        named |= {who.partition(" ")[2] for who, _ in bar.outcome if who.startswith("party ")}
        for party in sorted(named - AUTHORITIES - set(register.agencies)):
            yield f"{bar.at}: bar {bar.id}: {party} is not in the party register"
