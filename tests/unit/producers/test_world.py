"""The simulated world: repeatable, in its proportions, and faulty exactly where it says so."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from producers.sdk import MemoryPublisher, Receipt
from producers.world import Item, World, build_parties, build_world
from producers.world.faults import Signature
from producers.world.mix import build_mix
from producers.world.names import mistype
from producers.world.numbers import NumberOffice
from producers.world.parties import REGISTER_FILE, REGISTER_KEY_FILE, Webhook
from schemas import headers, signing
from schemas.catalogue import EVENT_TYPES, SOURCES
from schemas.codec import Codec
from schemas.digest import content_digest
from schemas.errors import Reason
from schemas.identifiers import IDENTIFIERS, canonical
from schemas.party import load_register
from schemas.registry import load_lock
from schemas.topics import Topics
from streams.intake.core import IntakePolicy, Refused, admit
from streams.transport.batch import Message

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
DEALT = [
    "passport",
    "national_id",
    "phone",
    "email",
    "iban",
    "account",
    "container",
    "imo",
    "vin",
    "lei",
    "bill_of_lading",
    "itn",
    "a_number",
    "sevis",
]


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(3, 2_000, now=NOW)


def test_seed_makes_the_world(world: World) -> None:
    again, other = build_world(3, 2_000, now=NOW), build_world(4, 2_000, now=NOW)
    assert again.timeline == world.timeline
    assert again.truth == world.truth
    assert other.timeline != world.timeline


def test_world_has_the_proportions_it_promises(world: World) -> None:
    truth = world.truth
    assert len(world.timeline) == truth.published == 2_000
    assert truth.accepted + sum(truth.quarantined.values()) == 2_000
    assert truth.duplicates == 200
    assert truth.corrections >= 60
    assert truth.withdrawals == 20
    assert sum(truth.quarantined.values()) == 20
    assert all(truth.count(name) for name in ("target", "shared_identifier", "space_time"))
    assert len(truth.fuzzy) >= 5


def test_demo_world_holds_two_hundred_exact_matches() -> None:
    truth = build_world(1, 10_000, now=NOW).truth
    assert len(truth.exact) >= 200
    assert len(truth.fuzzy) >= 40


def test_every_event_type_and_every_reason_of_one_message_occurs(world: World) -> None:
    assert {item.event["header"]["event_type"] for item in world.timeline} == set(EVENT_TYPES)
    honest = set(Reason) - {Reason.UNPROCESSABLE}
    assert set(world.truth.quarantined) == honest


def test_events_arrive_late_and_versions_out_of_order(world: World) -> None:
    order = [item.event["header"]["published_at"] for item in world.timeline]
    latest, late = order[0], 0
    for moment in order:
        late += moment < latest
        latest = max(latest, moment)
    assert late >= 100
    versions = defaultdict(list)
    for item in world.timeline:
        if item.raw is None:
            versions[item.key].append(item.event["header"]["version"])
    assert sum(seen != sorted(seen) for seen in versions.values()) >= 5


def test_records_move_between_cases_and_cases_close(world: World) -> None:
    cases = defaultdict(set)
    for item in world.timeline:
        cases[item.key].add(tuple(item.event["header"]["cases"]))
    assert sum(len(seen) > 1 for seen in cases.values()) >= 2


def test_sdk_takes_every_sound_event_and_no_other(world: World) -> None:
    for source in SOURCES:
        publisher = MemoryPublisher(source=source)
        sound = [i.event for i in world.timeline if i.raw is None and i.source == source]
        assert all(isinstance(result, Receipt) for result in publisher.publish_many(sound))


def test_real_intake_gives_every_item_the_reason_the_world_expects(world: World) -> None:
    parties, topics = build_parties(NOW, {}), Topics("t-world")
    policy = IntakePolicy(Codec(load_lock()), parties.register, topics, b"s" * 32)
    codec, forger = Codec(load_lock()), signing.generate_key()

    def outcome(item: Item) -> Reason | None:
        header, topic = item.event["header"], item.topic(topics)
        value = (
            codec.encode(header["event_type"], item.event) if item.raw is None else item.raw.value
        )
        way = Signature.RIGHT if item.raw is None else item.raw.signature
        pair = parties.keys[item.source]
        key = forger if way is Signature.FORGED else pair.private_key
        ((signature, proof),) = signing.sign_batch(
            key, [signing.event_leaf(topic, item.key, {}, value)]
        )
        signed = {
            headers.KEY_ID: pair.key_id.encode(),
            headers.SIGNATURE: signature,
            headers.PROOF: proof,
        }
        found = () if way is Signature.NONE else tuple(signed.items())
        message = Message(
            topic=topic,
            partition=0,
            offset=0,
            timestamp_ms=0,
            key=item.key,
            value=value,
            headers=found,
        )
        answer = admit(message, policy)
        return answer.reason if isinstance(answer, Refused) else None

    assert Counter(map(outcome, world.timeline)) == Counter(item.reason for item in world.timeline)
    assert all(outcome(item) == item.reason for item in world.timeline if item.raw is not None)


@pytest.mark.parametrize("scheme", DEALT)
def test_dealt_numbers_are_valid_and_never_dealt_twice(scheme: str) -> None:
    office = NumberOffice(Random(5))
    countries = ("US", "MX", "RU")
    dealt = [office.deal(scheme, countries[i % 3]) for i in range(300)]
    forms = {canonical(scheme, issuer, value) for issuer, value in dealt}
    assert all(form.valid for form in forms)
    assert len(forms) == 300


def test_dealt_schemes_are_known_and_can_match_alone() -> None:
    assert all(IDENTIFIERS[scheme].strength.match_class is not None for scheme in DEALT)


def test_slip_of_a_clerk_changes_the_text_by_one_stroke() -> None:
    rng = Random(6)
    for _ in range(300):
        wrong = mistype(rng, "Hernandez")
        assert wrong != "Hernandez"
        assert abs(len(wrong) - 9) <= 1


def test_parties_are_signed_and_every_source_has_a_key_of_its_own(tmp_path: Path) -> None:
    hook = Webhook.at("http://127.0.0.1:9/notices")
    parties = build_parties(NOW, {"CBP/operations": hook})
    path = parties.save(tmp_path)
    assert path.name == REGISTER_FILE
    register = load_register(path, (tmp_path / REGISTER_KEY_FILE).read_bytes())
    assert register == parties.register
    assert register.channels["cbp-operations"].kind == "webhook"
    assert register.channels["cbp-operations"].secret == hook.secret
    assert register.channels_of("FBI/headquarters") == ()
    assert {key.sources for key in register.keys.values()} == {(source,) for source in SOURCES}
    for source in SOURCES:
        assert (tmp_path / f"{source}.pem").stat().st_mode & 0o077 == 0


def test_bench_mix_keeps_its_shares() -> None:
    mix = build_mix(1, 1_000, now=NOW)
    truth = mix.truth
    assert (truth.published, truth.accepted, truth.duplicates) == (1_000, 1_000, 100)
    assert (truth.corrections, truth.withdrawals) == (30, 10)
    assert len(truth.exact) == truth.count("shared_identifier") == 10
    assert mix.timeline == build_mix(1, 1_000, now=NOW).timeline
    digests = {(item.key, content_digest(item.event)) for item in mix.timeline}
    assert len(digests) == 900
