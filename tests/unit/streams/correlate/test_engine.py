"""Whole files in process: order, withdrawal, and the same answers as the stream's own stages."""

import random
from typing import Any, cast

import pytest

from schemas.codec import Codec
from schemas.event import Entity, Event
from schemas.link import Verdict
from schemas.registry import load_lock
from streams.correlate.agent import CorrelateStage
from streams.correlate.engine import Engine
from streams.correlate.features import decode
from streams.correlate.levels import judge
from streams.dedupe.agent import DedupeStage
from tests.support.entities import UNNAMED
from tests.support.events import build_event, build_header, build_person
from tests.support.histories import TOPICS
from tests.support.stages import at_rest

CODEC = Codec(load_lock())
GIVEN = ("Abdulhai", "Karim", "Maria", "Oleg", "Wei", "Fatima")
FAMILY = ("Noorzai", "Petrov", "Okonkwo", "Lindqvist", "Salek", "Haddad")
SCHEMAS = ("liaison.hsi.field.SubjectReported", "liaison.bis.oee.PartyFlagged")


def people(rng: random.Random, count: int) -> dict[str, dict[str, Any]]:
    """Records of half as many people, slips of the pen and missing parts included."""
    found = {}
    for number in range(count):
        who = random.Random(number // 2)
        given, family = who.choice(GIVEN), who.choice(FAMILY)
        if rng.random() < 0.3:
            family = family[:2] + family[3:]
        name = {"full": "", "given": given, "middle": "", "family": family, "alias": False}
        born = f"{1950 + who.randrange(40)}-{1 + who.randrange(12):02}-{1 + who.randrange(28):02}"
        phone = {"scheme": "phone", "issuer": None, "value": f"+1202555{who.randrange(20):04}"}
        found[f"R-{number}"] = build_person(
            **(UNNAMED | {"names": [name], "birth_date": born if rng.random() < 0.8 else None}),
        ) | {"identifiers": [phone] if rng.random() < 0.4 else []}
    return found


def entities(found: dict[str, dict[str, Any]], order: list[str]) -> dict[str, str]:
    engine = Engine()
    for reference in order:
        engine.add(reference, cast("Entity", found[reference]))
    return engine.entities()


def test_twenty_shuffles_give_identical_entities() -> None:
    rng = random.Random(1)
    found = people(rng, 120)
    whole = entities(found, sorted(found))
    assert 30 < len(set(whole.values())) < 110
    for _ in range(20):
        assert entities(found, rng.sample(sorted(found), len(found))) == whole


def test_a_withdrawn_record_leaves_all_as_if_it_had_never_come() -> None:
    rng = random.Random(2)
    found = people(rng, 80)
    gone = rng.sample(sorted(found), 25)
    engine = Engine()
    for reference, entity in found.items():
        engine.add(reference, cast("Entity", entity))
    for reference in gone:
        engine.remove(reference)
    stay = Engine()
    for reference in sorted(found.keys() - set(gone)):
        stay.add(reference, cast("Entity", found[reference]))
    assert list(engine.links()) == list(stay.links())
    assert engine.entities() == stay.entities()


def test_evidence_names_the_identifier_of_its_own_side_whoever_came_first() -> None:
    (known,) = people(random.Random(5), 1).values()
    phone = {"scheme": "phone", "issuer": None, "value": "+12025550101"}
    others = [{"scheme": "email", "issuer": None, "value": f"m{at}@example.org"} for at in range(3)]
    one, several = known | {"identifiers": [phone]}, known | {"identifiers": [*others, phone]}
    for order in (("A", "B"), ("B", "A")):
        engine = Engine()
        for reference in order:
            entity = {"A": one, "B": several}[reference]
            engine.add(reference, cast("Entity", entity))
        (link,) = engine.links()
        assert [each.scheme for each in link.evidence if each.attribute == "identifier"] == [
            "phone"
        ]


def test_a_reference_stands_once() -> None:
    engine = Engine()
    (entity,) = people(random.Random(3), 1).values()
    engine.add("A", cast("Entity", entity))
    with pytest.raises(KeyError):
        engine.add("A", cast("Entity", entity))


def test_stream_and_file_give_the_same_links() -> None:
    found = people(random.Random(4), 60)
    engine = Engine()
    events = []
    for number, (reference, entity) in enumerate(found.items()):
        schema = SCHEMAS[number % 2]
        header = build_header(schema, record_id=reference, cases=[])
        events.append(
            cast("Event", build_event(schema, header=header, entities=[entity], places=[]))
        )
        engine.add(f"{header['source']}/{reference}", cast("Entity", entity))
    stages = DedupeStage(TOPICS, CODEC), CorrelateStage(TOPICS, CODEC, judge, decode)
    log = at_rest(events, stages)
    streamed = {
        (each.left.record, each.right.record, levels(each.evidence))
        for partition in range(TOPICS.partitions)
        for message in log[TOPICS.link, partition]
        for datum in CODEC.decode(message.value).datum["verdicts"]
        if (each := Verdict.from_avro(datum)).verdict == "yes"
    }
    filed = {
        (link.left, link.right, levels(link.evidence))
        for link in engine.links()
        if link.left.partition("/")[0] != link.right.partition("/")[0]
    }
    assert len(filed) > 25
    assert streamed == filed


def levels(evidence: Any) -> tuple[Any, ...]:
    return tuple(sorted((e.attribute, e.scheme, e.level, e.frequency_class) for e in evidence))
