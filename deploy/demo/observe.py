"""Read what a run left in topics, vault, inbox and at the partner. Ids only, no payload."""

from collections.abc import Iterable, Iterator

import orjson
from sqlalchemy import Engine, select

from consumers.inbox.tables import NOTICE as INBOX_NOTICE
from consumers.sqlite import open_reader
from consumers.store.queries import held_notices, standings_by_outcome, unaccounted
from consumers.store.vault import NOTICE
from deploy.demo.tally import Admitted, Observed, Refused, Told
from deploy.observation.topics import read_all
from deploy.rehearsal import Rehearsal
from deploy.rehearsal.partner import received
from producers.sdk import Receipt
from schemas import headers
from schemas.codec import Codec
from schemas.match import Match
from schemas.notice import RECALL_TYPE
from schemas.registry import load_lock
from schemas.topics import KEY_FACT_SCHEMA


def observe(run: Rehearsal, receipts: Iterable[Receipt]) -> Observed:
    """Gather everything the account of a run at rest needs."""
    codec = Codec(load_lock())
    vault = open_reader(run.settings.vault)
    try:
        return Observed(
            receipts=frozenset(headers.origin(r.topic, r.partition, r.offset) for r in receipts),
            admitted=list(_admitted(run, codec)),
            refused=list(_refused(run)),
            matches=matches(run, codec),
            outcomes=standings_by_outcome(vault),
            told=list(_told(vault)),
            received={"inbox": _in_inbox(run), "webhook": _at_partner(run)},
            held={notice: match for notice, (match, _) in held_notices(vault).items()},
            unaccounted=frozenset(unaccounted(vault)),
        )
    finally:
        vault.dispose()


def matches(run: Rehearsal, codec: Codec) -> list[Match]:
    """Return the newest state of every match on `match.v1`: the one with the highest order."""
    newest: dict[str, Match] = {}
    for message in read_all(run.bootstrap, run.topics.match):
        match = Match.from_avro(codec.decode(message.value).datum)
        if match.id not in newest or match.order >= newest[match.id].order:
            newest[match.id] = match
    return list(newest.values())


def _admitted(run: Rehearsal, codec: Codec) -> Iterator[Admitted]:
    for message in read_all(run.bootstrap, run.topics.record):
        if codec.schema_name(message.value) == KEY_FACT_SCHEMA:
            continue
        origin = dict(message.headers)[headers.ORIGIN].decode()
        yield Admitted(origin, codec.decode_record_postings(message.value)["header"])


def _refused(run: Rehearsal) -> Iterator[Refused]:
    for message in read_all(run.bootstrap, run.topics.quarantine):
        said = dict(message.headers)
        yield Refused(said[headers.ORIGIN].decode(), said[headers.REASON].decode())


def _told(vault: Engine) -> Iterator[Told]:
    with vault.connect() as connection:
        for row in connection.execute(select(NOTICE).order_by(NOTICE.c.begun_us)):
            supersedes = tuple(orjson.loads(row.supersedes))
            lineage = orjson.loads(row.decision)["lineage"]
            shown = frozenset((record, version) for record, version, *_ in lineage)
            yield Told(row.notice_id, row.channel_kind, row.action, supersedes, shown)


def _in_inbox(run: Rehearsal) -> frozenset[str]:
    inbox = open_reader(run.settings.inbox)
    try:
        with inbox.connect() as connection:
            return frozenset(connection.execute(select(INBOX_NOTICE.c.notice_id)).scalars())
    finally:
        inbox.dispose()


def _at_partner(run: Rehearsal) -> frozenset[str]:
    """Ids of the notices the partner verified; recalls are no notice."""
    envelopes = received(run.partner_folder)
    return frozenset(each["id"] for each in envelopes if each["type"] != RECALL_TYPE)
