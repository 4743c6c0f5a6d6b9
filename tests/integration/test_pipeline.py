"""Processes on the real broker, from an agency's event to a partner's notice, in bad weather.

One module, because all of it shares one running pipeline.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from sqlalchemy import Engine, create_engine, text

from consumers.inbox.store import Inbox
from consumers.sqlite import open_reader
from consumers.store.queries import backlog, unaccounted
from deploy.bench.crash.aftermath import aftermath
from deploy.demo.observe import matches
from deploy.observation.topics import read_all
from deploy.pipeline import LIAISON, PROCESSES
from deploy.published import Timeline
from deploy.rehearsal import Rehearsal
from deploy.rehearsal.run import Cast
from deploy.settings import as_environment
from producers.sdk import address, identifier, person
from producers.world import Item, Publication, World, build_world, publish_world
from producers.world.faults import FAULTS, Fault, faulty
from producers.world.records import MIAMI as FIELD
from producers.world.records import Registry
from producers.world.timeline import Planned, in_order
from schemas import headers, metrics
from schemas.codec import Codec
from schemas.digest import content_digest
from schemas.errors import KEPT_BY_DIGEST, Reason
from schemas.event import Entity
from schemas.record import owner, record_key
from schemas.registry import load_lock
from streams.app import STAGES
from tests.support.pair import CBP, EVERYBODY, LOS_ANGELES, MIAMI, Pair, fresh, publish, report
from tests.support.rehearsing import (
    PARTNER,
    answering,
    envelopes,
    open_notices,
    page,
    partner_port,
    rehearsed,
    start_partner,
)
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(240)

EVENTS: Final = 600
CODEC: Final = Codec(load_lock())
SOON: Final = 30.0
CANARY: Final = "Zzyzxquill"
CONFLICT: Final = str(Reason.VERSION_CONFLICT)


@dataclass(frozen=True)
class Played:
    """A world at rest: its account, and what quarantine holds, by position of the refused."""

    world: World
    result: Mapping[str, Any]
    positions: Mapping[str, str]
    quarantine: Mapping[str, Any]

    def refused(self, reason: Reason) -> Iterator[tuple[Item, Any]]:
        """Every item that is refused for a reason as it is, and its quarantine record."""
        for item in self.world.timeline:
            if item.reason is reason:
                yield item, self.quarantine[self.positions[item.event["header"]["event_id"]]]


@pytest.fixture(scope="module")
def run(
    broker: str, namespaces: set[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rehearsal]:
    folder = tmp_path_factory.mktemp("pipeline")
    with rehearsed(broker, folder, namespaces, Cast(PROCESSES)) as running:
        yield running


@pytest.fixture(scope="module")
def played(run: Rehearsal) -> Played:
    world = build_world(17, EVENTS, now=datetime.now(UTC))
    publication = publish_world(world, run.bootstrap, run.topics, run.keys)
    result = aftermath(run, world, publication).result
    return Played(world, result, positions(publication), quarantined(run))


@pytest.fixture
def vault(run: Rehearsal) -> Iterator[Engine]:
    engine = open_reader(run.settings.vault)
    yield engine
    engine.dispose()


def positions(publication: Publication) -> dict[str, str]:
    return {
        receipt.event_id: headers.origin(receipt.topic, receipt.partition, receipt.offset)
        for receipt in publication.receipts
    }


def quarantined(run: Rehearsal) -> dict[str, Any]:
    messages = read_all(run.bootstrap, run.topics.quarantine)
    return {said(message)[headers.ORIGIN]: message for message in messages}


def said(message: Any) -> dict[str, str]:
    """A message's headers; those that are no text stand as their escapes."""
    return {key: value.decode(errors="backslashreplace") for key, value in message.headers}


def liaison(run: Rehearsal, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (LIAISON, *arguments),
        env={**os.environ, **as_environment(run.settings)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.promise("bad-input")
def test_bad_input_stops_nothing_and_each_kind_has_its_own_reason(played: Played) -> None:
    assert played.result["ok"], played.result
    assert played.result["found_matches"] > 0
    kinds = {str(fault.reason) for fault in FAULTS} | {"VERSION_CONFLICT"}
    assert played.result["quarantined"].keys() == kinds


@pytest.mark.promise("bad-input")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.reason))
def test_refused_event_is_kept_byte_for_byte_or_by_its_digest_alone(
    played: Played, fault: Fault
) -> None:
    refused = list(played.refused(fault.reason))
    assert refused
    for item, message in refused:
        assert item.raw is not None
        facts = said(message)
        by_digest = fault.reason in KEPT_BY_DIGEST
        assert facts[headers.REASON] == fault.reason
        assert facts[headers.DIGEST] == sha256(item.raw.value).hexdigest()
        assert facts[headers.KEPT] == ("digest" if by_digest else "bytes")
        assert message.value == (b"" if by_digest else item.raw.value)
        assert message.key.decode() == facts[headers.ORIGIN], "the record's own key is dropped"


@pytest.mark.promise("bad-input")
def test_refusals_are_counted_by_reason(run: Rehearsal, played: Played) -> None:
    figures = "".join(page(f"{run.pipeline.url(stage)}/metrics")[1] for stage in STAGES)
    counted = re.findall(rf'^{metrics.QUARANTINED}{{reason="(\w+)"}} (\S+)', figures, re.MULTILINE)
    assert {reason: float(count) for reason, count in counted} == played.result["quarantined"]


@pytest.mark.promise("bad-input")
def test_operator_lists_refusals_and_gets_back_the_bytes_that_may_be_kept(
    run: Rehearsal, played: Played, tmp_path: Path
) -> None:
    listed = [json.loads(line) for line in rows(liaison(run, "quarantine", "list", "--json"))]
    assert {each["origin"]: each["reason"] for each in listed} == {
        origin: said(message)[headers.REASON] for origin, message in played.quarantine.items()
    }
    for reason in (Reason.BAD_SIGNATURE, Reason.NO_PREDICATE):
        item, message = next(played.refused(reason))
        target = tmp_path / reason
        origin = said(message)[headers.ORIGIN]
        shown = liaison(run, "quarantine", "show", origin, "--bytes", str(target))
        assert item.raw is not None
        if reason in KEPT_BY_DIGEST:
            assert shown.returncode != 0
            assert not target.exists()
        else:
            assert target.read_bytes() == item.raw.value


def rows(done: subprocess.CompletedProcess[str]) -> Sequence[str]:
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.promise("bad-input")
def test_owner_of_the_version_that_lost_reads_so_in_its_inbox(
    run: Rehearsal, played: Played
) -> None:
    conflicts = [m for m in played.quarantine.values() if said(m)[headers.REASON] == CONFLICT]
    assert conflicts
    for message in conflicts:
        facts = said(message)
        texts = [i for i in played.world.timeline if i.key.decode() == facts[headers.RECORD]]
        loser = min(texts, key=lambda item: item.event["header"]["published_at"])
        assert facts[headers.DIGEST] == content_digest(loser.event).hex()
        assert facts[headers.ORIGIN] == played.positions[loser.event["header"]["event_id"]]
        assert message.value == b""
        with closing(Inbox.open(run.settings.inbox)) as inbox:
            told = inbox.list_refusals(owner(loser.agency, loser.event["header"]))
        assert (record_key(loser.event["header"]), CONFLICT) in {(r.record, r.reason) for r in told}


@pytest.mark.promise("recall")
def test_corrected_identifier_unmatches_and_is_recalled_from_inbox_and_webhook(
    run: Rehearsal,
) -> None:
    pair = Pair(run, "corrected")
    eventually(lambda: pair.has_reached(*EVERYBODY), SOON, "notices")
    told = pair.told()
    pair.correct()
    eventually(lambda: not pair.told(), SOON, "recalls")
    (recall,) = [
        envelope
        for envelope in envelopes(run).values()
        if told[CBP] & set(envelope["liaisonsupersedes"])
    ]
    assert (recall["type"], recall["liaisonaction"]) == ("liaison.recall.v1", "recall")
    assert "data" not in recall
    (match,) = [match for match in matches(run, CODEC) if match.sides == pair.sides]
    assert (match.status, match.supports) == ("retracted", ())


@pytest.mark.promise("receiver-down")
def test_receiver_that_is_down_holds_up_nobody_and_is_told_when_it_is_back(run: Rehearsal) -> None:
    run.group.kill(PARTNER)
    pair = Pair(run, "down")
    eventually(lambda: pair.has_reached(MIAMI, LOS_ANGELES), SOON, "the others' notices")
    start_partner(run)
    eventually(lambda: pair.has_reached(*EVERYBODY), SOON, "the partner's notice")


@pytest.mark.promise("receiver-down")
def test_receiver_that_answers_5xx_holds_up_nobody_and_is_tried_again(run: Rehearsal) -> None:
    run.group.kill(PARTNER)
    with answering(partner_port(run), 503) as answered:
        pair = Pair(run, "unavailable")
        eventually(lambda: pair.has_reached(MIAMI, LOS_ANGELES), SOON, "the others' notices")
        eventually(lambda: len(answered) > 1, SOON, "a second attempt")
    start_partner(run)
    eventually(lambda: pair.has_reached(*EVERYBODY), SOON, "the partner's notice")


@pytest.mark.promise("receiver-down")
def test_receiver_that_answers_4xx_holds_up_nobody_and_is_soon_left_alone(
    run: Rehearsal, vault: Engine
) -> None:
    run.group.kill(PARTNER)
    with answering(partner_port(run), 404) as answered:
        pair = Pair(run, "refusing")
        eventually(lambda: pair.has_reached(MIAMI, LOS_ANGELES), SOON, "the others' notices")
        eventually(lambda: backlog(vault)["failed"] == 1, SOON, "the end of trying")
    assert len(answered) <= 3
    start_partner(run)


@pytest.mark.promise("ledger-down")
def test_nothing_is_delivered_while_the_ledger_is_locked_and_all_is_accounted_after(
    run: Rehearsal, vault: Engine
) -> None:
    engine = create_engine(f"sqlite:///{run.settings.vault}", isolation_level="AUTOCOMMIT")
    ready = f"{run.pipeline.url('deliver')}/readyz"
    with engine.connect() as holder:
        holder.execute(text("BEGIN EXCLUSIVE"))
        pair = Pair(run, "locked")
        eventually(lambda: '"ledger"' in page(ready)[1], SOON, "deliver says what it waits for")
        assert page(ready)[0] == 503
        assert pair.has_reached()
        holder.execute(text("ROLLBACK"))
    engine.dispose()
    eventually(lambda: pair.has_reached(*EVERYBODY), SOON, "notices")
    eventually(lambda: page(ready)[0] == 200, SOON, "deliver is ready again")
    assert unaccounted(vault) == []


def canary() -> Entity:
    """Somebody whose every value can be told from all else."""
    return person(
        "e1",
        f"{CANARY} Ostrander",
        role="subject",
        birth_place=CANARY,
        identifiers=[
            fresh("passport"),
            fresh("phone"),
            identifier("email", f"{CANARY}@example.org"),
        ],
        addresses=[address("US", line=f"1 {CANARY} Lane", city=CANARY)],
    )


def publish_refused(run: Rehearsal, entity: Entity) -> set[str]:
    """Publish a faulty event of every kind about an entity; return where they stand."""
    registry = Registry(Random(3), datetime.now(UTC))
    bait = registry.subject(FIELD, [entity], registry.mark())
    planned = [Planned(faulty(registry, fault, bait), fault) for fault in FAULTS]
    for each in planned:
        detail = each.version.event["detail"]
        detail.update({key: CANARY for key, value in detail.items() if isinstance(value, str)})
    faults = Timeline(in_order(planned, registry.now, CODEC))
    return set(positions(publish_world(faults, run.bootstrap, run.topics, run.keys)).values())


def written_by_processes(run: Rehearsal) -> Iterator[tuple[str, str]]:
    """Everything that operators read: logs, metrics, pages, command output, quarantine headers."""
    for log in sorted(run.group.log("deliver").parent.glob("*.log")):
        yield log.name, log.read_text(errors="backslashreplace")
    for process in run.pipeline.names:
        for path in ("/metrics", "/readyz", "/"):
            yield process + path, page(run.pipeline.url(process) + path)[1]
    yield "quarantine list", "".join(rows(liaison(run, "quarantine", "list", "--json")))
    for origin, message in quarantined(run).items():
        yield f"headers of {origin}", json.dumps(said(message))


@pytest.mark.promise("canary")
def test_no_log_metric_page_or_header_shows_a_value_of_an_event(run: Rehearsal) -> None:
    entity = canary()
    origins = publish_refused(run, entity)
    told = set(open_notices(run, MIAMI))
    publish(
        run,
        report("canary-0", MIAMI, [entity], seen=CANARY),
        report("canary-0", MIAMI, [entity], seen=f"not {CANARY}"),
        report("canary-1", LOS_ANGELES, [entity], seen=CANARY),
    )
    eventually(lambda: origins <= quarantined(run).keys(), SOON, "refusals")
    eventually(lambda: set(open_notices(run, MIAMI)) > told, SOON, "a notice")
    bodies = [notice.body for key, notice in open_notices(run, MIAMI).items() if key not in told]
    assert CANARY in json.dumps(bodies), "the recipient reads it; so it did pass through"
    secrets = [CANARY.lower(), *(each["value"].lower() for each in entity["identifiers"])]
    for place, written in written_by_processes(run):
        shown = [secret for secret in secrets if secret in written.lower()]
        assert not shown, place
