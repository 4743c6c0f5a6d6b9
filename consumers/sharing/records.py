"""Records at decision time: what of a lineage still stands, under the strictest of its markings.

A lineage names versions. Where the vault holds a newer one, its payload counts, under the union
of both versions' restrictions; where it holds an older one, the support waits for it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Final, NamedTuple

from consumers.sharing.vocabulary import (
    CRIME_TYPES,
    FIELDS,
    GRADES,
    HANDLINGS,
    PLACE_TIME,
    PURPOSES,
    caveat_mask,
)
from schemas import marking as words
from schemas.event import Entity, Event, FieldMarking, Identifier, Marking, PlaceTime
from schemas.fingerprint import attribute_fingerprint, identifier_fingerprint, scheme_words
from schemas.identifiers import IDENTIFIERS, Canonical, canonical
from schemas.link import whole_of
from schemas.match import EntityVersion, Evidence
from schemas.record import Rank, microseconds


@dataclass(frozen=True)
class RecordHistory:
    """What the vault holds of one record; `newest` None: withdrawn. Markings of every version."""

    record: str
    owner: str
    newest_rank: Rank
    newest: Event | None
    markings: Mapping[Rank, Marking]


class State(Enum):
    """What a record is to a lineage that names one of its versions."""

    STANDS = auto()
    PARKED = auto()
    WITHDRAWN = auto()
    FALLEN = auto()


class Restrictions(NamedTuple):
    """One or two versions' markings joined; masks are of `vocabulary`.

    `origins` are (originator, onward rule) pairs, `released` the countries (alpha-3) of each REL
    TO list, `matters` court matters. `known` is False where a word is in no vocabulary: nothing is
    then released.
    """

    caveats: int
    origins: frozenset[tuple[str, str]]
    released: tuple[frozenset[str], ...]
    matters: frozenset[str]
    handling: int
    grades: int
    crimes: int
    purposes: tuple[int, ...]
    audiences: tuple[frozenset[str], ...]
    fields: tuple[FieldMarking, ...]
    known: bool

    def joined(self, other: "Restrictions") -> "Restrictions":
        """Return the strictest of both."""
        return Restrictions(
            caveats=self.caveats | other.caveats,
            origins=self.origins | other.origins,
            released=self.released + other.released,
            matters=self.matters | other.matters,
            handling=self.handling | other.handling,
            grades=self.grades | other.grades,
            crimes=self.crimes | other.crimes,
            purposes=self.purposes + other.purposes,
            audiences=self.audiences + other.audiences,
            fields=self.fields + other.fields,
            known=self.known and other.known,
        )


class Place(NamedTuple):
    """Where evidence stands in an event: an entity or place, a field, perhaps one value of it.

    What the record itself says, its crime types or scheme, stands in no entity (empty).
    """

    entity: str
    field: str
    identifier: Canonical | None


ATTRIBUTES: Final = {
    "name": "names",
    "birth_date": "birth_date",
    "sex": "sex",
    "nationality": "nationalities",
    "birth_place": "birth_place",
    "address": "addresses",
}
"""Fields of the agreements' vocabulary that are one attribute of an entity, by event field."""

SCHEME: Final = "scheme"
"""Field of evidence on what the record itself says; no clause releases it."""

_CRIME_TYPES, _STATED = "marking.crime_types", "detail.scheme"
_PATH: Final = re.compile(r"(entities|places)\[([^\]]+)\](?:\.(\w+)(?:\[(\d+)\])?)?")


def state(history: RecordHistory | None, end: EntityVersion) -> State:
    """Return whether a record stands for a lineage, evidence aside."""
    if history is None or history.newest_rank < end.rank:
        return State.PARKED
    if history.newest is None:
        return State.WITHDRAWN
    return State.STANDS if end.rank in history.markings else State.PARKED


def restrictions(history: RecordHistory, rank: Rank) -> Restrictions:
    """Return the strictest of a lineage version's marking and the newest one's."""
    newest = _restrictions(history.markings[history.newest_rank])
    if rank == history.newest_rank:
        return newest
    return newest.joined(_restrictions(history.markings[rank]))


def _restrictions(marking: Marking) -> Restrictions:
    limits, audience = marking["purpose_limits"], marking["audience"]
    released = words.released_to(marking["caveats"])
    return Restrictions(
        caveats=caveat_mask(marking["caveats"]),
        origins=frozenset({(marking["originator"], marking["onward"])}),
        released=() if released is None else (released,),
        matters=frozenset(marking.get("matters", ())),
        handling=HANDLINGS.bit(marking["handling"]),
        grades=GRADES.bit(marking["source_grade"] + marking["information_grade"]),
        crimes=CRIME_TYPES.mask(marking["crime_types"]),
        # Null is no list of purposes: it raises, and so denies; only the empty list limits nothing.
        purposes=(PURPOSES.mask(limits),) if limits != [] else (),
        audiences=() if audience is None else (frozenset(audience),),
        fields=tuple(marking["fields"]),
        known=marking["onward"] in words.ONWARD_RULES
        and bool(marking["originator"])
        and all(FIELDS.bit(each["field"]) != FIELDS.unknown for each in marking["fields"]),
    )


def locate(event: Event, evidence: Evidence, *, left: bool, check: bytes | None) -> Place | None:
    """Return where one end's evidence stands in the event; None: it stands there no more.

    `check` is the blocking secret where the event is newer than the evidence: the value at the
    path is then compared with the fingerprint, an identifier wherever it stands in its entity.
    None: the event is the one that the evidence was taken from.
    """
    path = evidence.left_path if left else evidence.right_path
    fingerprint = evidence.left_fingerprint if left else evidence.right_fingerprint
    if path in (_CRIME_TYPES, _STATED):
        stands = check is None or fingerprint in _said(event, path, check)
        return Place("", SCHEME, None) if stands else None
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    listed: Sequence[Entity | PlaceTime] = (
        event["places"] if found[1] == "places" else event["entities"]
    )
    holder: Any = next((each for each in listed if each["id"] == found[2]), None)
    if holder is None:
        return None
    if found[3] == "identifiers":
        return _locate_identifier(holder, int(found[4]), fingerprint, check)
    attribute = PLACE_TIME if found[1] == "places" else whole_of(evidence.attribute)
    if check is not None and _attribute_fingerprint(check, attribute, holder) != fingerprint:
        return None
    return Place(found[2], attribute, None)


def _said(event: Event, path: str, secret: bytes) -> set[int]:
    """Return the fingerprints of a record's crime types, or of the scheme it states."""
    if path == _STATED:
        return {attribute_fingerprint(secret, "scheme", scheme_words(event))}
    crimes = event["marking"]["crime_types"]
    return {attribute_fingerprint(secret, "crime_type", crime) for crime in crimes}


def _locate_identifier(
    entity: Entity, index: int, fingerprint: int, check: bytes | None
) -> Place | None:
    listed = entity["identifiers"]
    forms = map(canonical_of, listed if check is not None else listed[index : index + 1])
    for form in forms:
        if form.valid and (check is None or identifier_fingerprint(check, form) == fingerprint):
            return Place(entity["id"], IDENTIFIERS[form.scheme].field, form)
    return None


def _attribute_fingerprint(secret: bytes, attribute: str, holder: Mapping[str, Any]) -> int | None:
    if attribute == PLACE_TIME:
        plain = {
            key: microseconds(value) if isinstance(value, datetime) else value
            for key, value in holder.items()
        }
        return attribute_fingerprint(secret, PLACE_TIME, plain)
    name = ATTRIBUTES.get(attribute)
    return None if name is None else attribute_fingerprint(secret, attribute, holder[name])


def canonical_of(identifier: Identifier) -> Canonical:
    """Return the canonical form of a published identifier."""
    return canonical(identifier["scheme"], identifier["issuer"], identifier["value"])


def countries(event: Event) -> frozenset[str]:
    """Return the ISO alpha-2 countries that the entities and places of an event touch."""
    found = {place["country"] for place in event["places"]}
    for entity in event["entities"]:
        found.update(entity["nationalities"])
        found.update(address["country"] for address in entity["addresses"])
    return frozenset(found - {""})
