"""The values of an event by the agreements' field words, and which of them a field marking reaches.

Only what has a word here can leave: details, associations and attachments have none.
"""

from typing import NamedTuple

from consumers.sharing.records import Place, canonical_of
from schemas.event import Address, Entity, Event, FieldMarking
from schemas.identifiers import IDENTIFIERS, canonical


class Value(NamedTuple):
    """One value of one field.

    `text` is the whole value, canonical where its scheme has a canonical form. Of an identifier,
    `published` is the value as published and `label` its scheme and issuer, where they say more
    than the field does. `parts` are an address's.
    """

    field: str
    text: str
    label: str = ""
    published: str = ""
    parts: Address | None = None


def values(entity: Entity) -> list[Value]:
    """Return the entity's values, in the event's order; an unknown scheme has no field word."""
    found = [Value("name", name["full"]) for name in entity["names"] if name["full"]]
    if entity["birth_date"]:
        found.append(Value("birth_date", entity["birth_date"]))
    if entity["sex"]:
        found.append(Value("sex", entity["sex"]))
    found += [Value("nationality", country) for country in entity["nationalities"]]
    for identifier in entity["identifiers"]:
        scheme = IDENTIFIERS.get(identifier["scheme"])
        if scheme is not None:
            form = canonical_of(identifier)
            name = "" if form.scheme == scheme.field else form.scheme
            label = " ".join(filter(None, (name, form.issuer)))
            found.append(Value(scheme.field, form.value, label, identifier["value"]))
    for address in entity["addresses"]:
        written = (address[part] for part in ("line", "city", "region", "postcode", "country"))
        if text := ", ".join(filter(None, written)):
            found.append(Value("address", text, parts=address))
    if entity["birth_place"]:
        found.append(Value("birth_place", entity["birth_place"]))
    return found


def reaches_value(
    marking: FieldMarking, event: Event, entity: Entity, value: Value, siblings: list[Value]
) -> bool:
    """Return whether a field marking reaches one value of an entity; `siblings`: all of its values.

    A marking that names an entity or a value that is not there reaches more, never less: every
    entity, or every value of the field.
    """
    if marking["field"] != value.field or not _reaches_entity(marking, event, entity["id"]):
        return False
    marked = marking["value"]
    if marked is None or marked in (value.text, value.published):
        return True
    return not any(
        marked in (sibling.text, sibling.published)
        for sibling in siblings
        if sibling.field == value.field
    )


def reaches_place(marking: FieldMarking, event: Event, place: Place) -> bool:
    """Return whether a field marking reaches the values on which evidence rests.

    Evidence other than an identifier rests on all values of its field.
    """
    if marking["field"] != place.field or not _reaches_entity(marking, event, place.entity):
        return False
    marked, form = marking["value"], place.identifier
    if marked is None or form is None:
        return True
    if canonical(form.scheme, form.issuer, marked).value == form.value:
        return True
    entity = next(each for each in event["entities"] if each["id"] == place.entity)
    meant = [
        value.text
        for value in values(entity)
        if value.field == place.field and marked in (value.text, value.published)
    ]
    return not meant or form.value in meant


def _reaches_entity(marking: FieldMarking, event: Event, local_id: str) -> bool:
    if marking["entity"] == local_id:
        return True
    ids = {each["id"] for each in event["entities"]} | {each["id"] for each in event["places"]}
    return marking["entity"] not in ids
