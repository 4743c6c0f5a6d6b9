"""What a run left behind, held against the world's truth: lost, ghosts, second ids, unaccounted.

Everything is read from topics and stores, nothing from a process.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import orjson
from sqlalchemy import Engine, select

from consumers.inbox.tables import NOTICE as INBOX_NOTICE
from consumers.ledger.verify import verify
from consumers.sqlite import open_reader
from consumers.store.queries import held_notices
from consumers.store.vault import MATCH, NOTICE, STANDING
from deploy.demo.observe import observe
from deploy.demo.tally import tally
from deploy.observation.rest import Installation, await_rest
from deploy.observation.topics import read_all
from deploy.rehearsal import Rehearsal
from deploy.rehearsal.partner import received
from producers.world import Publication, World
from schemas import headers
from schemas.codec import Codec
from schemas.errors import ConfigError
from schemas.match import Match
from schemas.notice import RECALL_TYPE
from schemas.registry import load_lock
from schemas.signing import load_private_key, public_bytes
from schemas.topics import KEY_FACT_SCHEMA

_REST_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Aftermath:
    """`result` is the demo's account, `standings` who may know what of each live match.

    All other sets should be empty.
    `astray`: notices a receiver holds open and the vault doesn't know of, or the other way round.
    """

    result: Mapping[str, Any]
    standings: frozenset[tuple[str, str, str]]
    second_ids: frozenset[str]
    astray: frozenset[str]
    ledger_problems: tuple[str, ...]
    repeats: int
    """Effects that came more than once under one id."""

    @property
    def report(self) -> dict[str, Any]:
        """What a kill test must show: zeros, and found as many as expected."""
        result = self.result
        return {
            "lost": result["lost"] + result["expected_matches"] - result["found_matches"],
            "ghosts": result["ghosts"] + result["false_matches"],
            "second_ids": len(self.second_ids),
            "unaccounted": result["unaccounted"],
            "astray": len(self.astray),
            "ledger_problems": len(self.ledger_problems),
        }


def aftermath(run: Rehearsal, world: World, publication: Publication) -> Aftermath:
    """Wait for rest, read everything, account. Raises TransientError where there is no rest."""
    await_rest(
        Installation(run.bootstrap, run.topics, run.settings.vault),
        _REST_SECONDS,
        lambda _left: None,
    )
    vault = open_reader(run.settings.vault)
    try:
        key_file = run.settings.trust.ledger_key_file
        if key_file is None:
            raise ConfigError("MISSING_SETTING", "this run has no ledger key")
        key = public_bytes(load_private_key(key_file))
        return Aftermath(
            tally(observe(run, publication.receipts), world.truth, publication.seconds),
            _live_standings(vault),
            frozenset((*_second_matches(run), *_second_notices(vault), *_held_twice(run))),
            frozenset(_open_ids(run) ^ held_notices(vault).keys()),
            verify(vault, key, run.topics.namespace).problems,
            _repeats(run),
        )
    finally:
        vault.dispose()


def _repeats(run: Rehearsal) -> int:
    """Records admitted from one position, states of one match, envelopes of one id: all but one."""
    codec = Codec(load_lock())
    effects: list[Hashable] = [
        dict(message.headers)[headers.ORIGIN]
        for message in read_all(run.bootstrap, run.topics.record)
        if codec.schema_name(message.value) != KEY_FACT_SCHEMA
    ]
    for message in read_all(run.bootstrap, run.topics.match):
        match = Match.from_avro(codec.decode(message.value).datum)
        effects.append((match.id, match.version, match.order))
    effects += [envelope["id"] for envelope in received(run.partner_folder)]
    return len(effects) - len(set(effects))


def _live_standings(vault: Engine) -> frozenset[tuple[str, str, str]]:
    """Match, channel and outcome; a DENY may be of a recipient that only a passing version had."""
    live = (
        select(STANDING.c.match, STANDING.c.channel, STANDING.c.outcome)
        .join(MATCH, MATCH.c.match == STANDING.c.match)
        .where(MATCH.c.status == "live", STANDING.c.outcome != "DENY")
    )
    with vault.connect() as connection:
        return frozenset((row.match, row.channel, row.outcome) for row in connection.execute(live))


def _second_matches(run: Rehearsal) -> Iterator[str]:
    """Ids of one pair of sides, family and, in space and time, records, beyond the first."""
    codec = Codec(load_lock())
    ids: dict[Hashable, set[str]] = defaultdict(set)
    for message in read_all(run.bootstrap, run.topics.match):
        match = Match.from_avro(codec.decode(message.value).datum)
        if match.family != "space_time":
            ids[match.family, match.sides].add(match.id)
        for support in match.supports if match.family == "space_time" else ():
            ids[match.sides, support.records].add(match.id)
    yield from _beyond_the_first(ids.values())


def _second_notices(vault: Engine) -> Iterator[str]:
    """Notices that tell a recipient of a match again what the one just before has told it."""
    threads: dict[Hashable, list[Any]] = defaultdict(list)
    with vault.connect() as connection:
        for row in connection.execute(select(NOTICE).order_by(NOTICE.c.feed)):
            threads[row.match, row.channel].append(row)
    for thread in threads.values():
        for before, after in pairwise(thread):
            if "recall" not in {before.action, after.action} and _said(before) == _said(after):
                yield after.notice_id


def _said(notice: Any) -> str:
    return str(orjson.loads(notice.decision)["content_digest"])


def _held_twice(run: Rehearsal) -> Iterator[str]:
    """Open notices of one receiver about one match beyond the first; ids with two contents."""
    open_ids: dict[Hashable, set[str]] = defaultdict(set)
    for channel, subject, notice_id in (*_open_in_inbox(run), *_open_at_partner(run)):
        open_ids[channel, subject].add(notice_id)
    yield from _beyond_the_first(open_ids.values())
    contents: dict[str, bytes] = {}
    for envelope in received(run.partner_folder):
        content = orjson.dumps(envelope.get("data"), option=orjson.OPT_SORT_KEYS)
        if contents.setdefault(envelope["id"], content) != content:
            yield str(envelope["id"])


def _open_ids(run: Rehearsal) -> set[str]:
    return {row[2] for row in (*_open_in_inbox(run), *_open_at_partner(run))}


def _open_in_inbox(run: Rehearsal) -> list[tuple[str, str, str]]:
    inbox = open_reader(run.settings.inbox)
    try:
        with inbox.connect() as connection:
            held = connection.execute(
                select(INBOX_NOTICE).where(INBOX_NOTICE.c.closed_us.is_(None))
            )
            return [(row.channel, row.subject, row.notice_id) for row in held]
    finally:
        inbox.dispose()


def _open_at_partner(run: Rehearsal) -> list[tuple[str, str, str]]:
    envelopes = {envelope["id"]: envelope for envelope in received(run.partner_folder)}
    gone = {each for envelope in envelopes.values() for each in envelope["liaisonsupersedes"]}
    return [
        ("partner", envelope["subject"], envelope["id"])
        for envelope in envelopes.values()
        if envelope["type"] != RECALL_TYPE and envelope["id"] not in gone
    ]


def _beyond_the_first(groups: Iterable[set[str]]) -> Iterator[str]:
    for group in groups:
        yield from sorted(group)[1:]
