"""What a raw event says, where evidence stands in it, and what a field marking is on."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from schemas.event import Entity, Event, FieldMarking
from schemas.fingerprint import identifier_fingerprint
from schemas.identifiers import IDENTIFIERS, canonical
from schemas.link import whole_of
from schemas.match import Evidence, Support
from schemas.record import Rank

PLACE_TIME: Final = "place_time"
_ADDRESS_PARTS: Final = ("line", "city", "region", "postcode", "country")


class Thing(NamedTuple):
    """One value that might be shown: `text` is as published, empty for a place."""

    record: str
    holder: str
    field: str
    text: str


class Subject(NamedTuple):
    """What a clause must speak of for a value to be shown."""

    entity: str
    role: str
    us_person: str


class Value(NamedTuple):
    """One value by the agreements' field word, as published and in canonical form."""

    field: str
    published: str
    form: str


class Spot(NamedTuple):
    """Where evidence stands: entity or place, field, canonical identifier (empty: none)."""

    holder: str
    field: str
    scheme: str = ""
    issuer: str = ""
    value: str = ""


NOBODY: Final = Subject("none", "none", "unknown")
PLACE: Final = Subject(PLACE_TIME, "none", "unknown")


def subjects(event: Event) -> Iterator[tuple[Subject, str, list[Value]]]:
    """Yield who an entity is to a clause, its id, and its values: field, published, canonical."""
    for entity in event["entities"]:
        citizen = entity["us_person"]
        us_person = "unknown" if citizen is None else ("yes" if citizen else "no")
        yield Subject(entity["kind"], entity["role"], us_person), entity["id"], values(entity)


def values(entity: Entity) -> list[Value]:
    """Return what an entity says, by the agreements' field words: field, published, canonical."""
    plain: list[tuple[str, str | None]] = [("name", name["full"]) for name in entity["names"]]
    plain += [(each, entity[each]) for each in ("birth_date", "sex", "birth_place")]
    plain += [("nationality", each) for each in entity["nationalities"]]
    for address in entity["addresses"]:
        parts = [address[part] for part in _ADDRESS_PARTS]
        plain.append(("address", ", ".join(part for part in parts if part)))
    found = [Value(name, text, text) for name, text in plain if text]
    for each in entity["identifiers"]:
        if each["scheme"] in IDENTIFIERS:
            form = canonical(each["scheme"], each["issuer"], each["value"])
            field = IDENTIFIERS[each["scheme"]].field
            found.append(Value(field, each["value"], form.value))
    return found


def spots(support: Support, key: str, event: Event, newest: Rank, secret: bytes) -> Iterator[Spot]:
    """Yield where the evidence of a support stands in a record, for every link that ends in it."""
    for link in support.links:
        for left, end in enumerate((link.right, link.left)):
            if end.record == key:
                moved = secret if end.rank != newest else None
                for evidence in link.evidence:
                    yield _spot(event, evidence, moved, left=bool(left))


def _spot(event: Event, evidence: Evidence, secret: bytes | None, *, left: bool) -> Spot:
    path = evidence.left_path if left else evidence.right_path
    root, _, rest = path.partition("[")
    holder, _, field = rest.partition("]")
    if root == "places":
        return Spot(holder, PLACE_TIME)
    if root != "entities":
        return Spot("", "scheme")
    name, _, index = field.lstrip(".").partition("[")
    if name != "identifiers":
        return Spot(holder, whole_of(evidence.attribute))
    entity = next(each for each in event["entities"] if each["id"] == holder)
    stated = entity["identifiers"]
    if secret is None:
        stated = [stated[int(index.rstrip("]"))]]
    print_ = evidence.left_fingerprint if left else evidence.right_fingerprint
    for each in stated:
        form = canonical(each["scheme"], each["issuer"], each["value"])
        same = secret is None or (form.valid and identifier_fingerprint(secret, form) == print_)
        if same and form.scheme in IDENTIFIERS:
            field = IDENTIFIERS[form.scheme].field
            return Spot(holder, field, form.scheme, form.issuer or "", form.value)
    raise LookupError("evidence stands in the record no more")


def on_spot(marking: FieldMarking, event: Event, spot: Spot) -> bool:
    """Return whether a field marking is on what evidence rests on."""
    if marking["field"] != spot.field or not _on_holder(marking, event, spot.holder):
        return False
    value = marking["value"]
    if value is None or not spot.scheme:
        return True
    if canonical(spot.scheme, spot.issuer or None, value).value == spot.value:
        return True
    entity = next(each for each in event["entities"] if each["id"] == spot.holder)
    meant = [
        form
        for field, published, form in values(entity)
        if field == spot.field and value in (published, form)
    ]
    return not meant or spot.value in meant


def on_value(
    marking: FieldMarking,
    event: Event,
    holder: str,
    value: Value,
    siblings: list[Value],
) -> bool:
    """Return whether a field marking is on a value; one that names no value here is on all."""
    field, published, form = value
    if marking["field"] != field:
        return False
    if field == PLACE_TIME:
        return True
    if not _on_holder(marking, event, holder):
        return False
    named = marking["value"]
    stated = {text for name, *texts in siblings if name == field for text in texts}
    return named is None or named in (published, form) or named not in stated


def _on_holder(marking: FieldMarking, event: Event, holder: str) -> bool:
    known = {each["id"] for each in (*event["entities"], *event["places"])}
    return marking["entity"] == holder or marking["entity"] not in known
