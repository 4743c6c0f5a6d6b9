"""What a record says of its subjects' case beside who they are: commodities and schemes.

These facts never block and never link anybody: a commodity is common. They travel with the subjects
of the record as fingerprints and tell, once two subjects are linked, whether the two investigations
are about one thing (domain section 5, `duplicate_investigation`).
"""

from collections.abc import Iterator
from typing import Any, Final

from schemas.event import Event
from schemas.fingerprint import attribute_fingerprint, identifier_fingerprint, scheme_words
from schemas.identifiers import IDENTIFIERS, canonical
from schemas.link import Fact

SUBJECT: Final = "subject"
COMMODITIES_KEPT: Final = 8
"""Codes compared of one record, the first published ones."""


def subject_facts(event: Event, secret: bytes) -> dict[str, list[dict[str, Any]]]:
    """Data of `liaison.Fact` by the local id of each subject; empty without a commodity code.

    A commodity is a valid code (ECCN, HTS, USML) of any entity of the record; a scheme is a crime
    type of its marking, or the scheme that its detail states, spelt alike but for case and spaces.
    """
    subjects = [entity["id"] for entity in event["entities"] if entity["role"] == SUBJECT]
    commodities = list(_commodities(event, secret))[:COMMODITIES_KEPT] if subjects else []
    if not commodities:
        return {}
    facts = [fact._asdict() for fact in (*commodities, *_schemes(event, secret))]
    return dict.fromkeys(subjects, facts)


def _commodities(event: Event, secret: bytes) -> Iterator[Fact]:
    seen = set()
    for entity in event["entities"]:
        for index, published in enumerate(entity["identifiers"]):
            scheme = IDENTIFIERS.get(published["scheme"])
            if scheme is None or scheme.field != "commodity":
                continue
            form = canonical(published["scheme"], published["issuer"], published["value"])
            if form.valid and form.value not in seen:
                seen.add(form.value)
                path = f"entities[{entity['id']}].identifiers[{index}]"
                fingerprint = identifier_fingerprint(secret, form)
                yield Fact("commodity", form.scheme, fingerprint, path)


def _schemes(event: Event, secret: bytes) -> Iterator[Fact]:
    for crime in sorted(set(event["marking"]["crime_types"])):
        fingerprint = attribute_fingerprint(secret, "crime_type", crime)
        yield Fact("scheme", "crime_type", fingerprint, "marking.crime_types")
    if stated := scheme_words(event):
        fingerprint = attribute_fingerprint(secret, "scheme", stated)
        yield Fact("scheme", "stated", fingerprint, "detail.scheme")
